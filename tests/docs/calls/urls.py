from arrears.calls import views
from django.urls import URLPattern, path

urlpatterns: list[URLPattern] = [path("cases/<int:pk>/calls/", views.calls, name="case-calls")]
