from django.urls import URLPattern, path

from arrears.transfers import views

urlpatterns: list[URLPattern] = [path("clues/", views.clues, name="clues")]
