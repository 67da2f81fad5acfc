from django.urls import URLPattern, path

from arrears.transfers import views as clues

urlpatterns: list[URLPattern] = [path("clues/", clues.clues, name="clues")]
