from arrears.notes import views
from django.urls import URLPattern, path

urlpatterns: list[URLPattern] = [path("cases/<int:pk>/notes/", views.notes, name="case-notes")]
