"""Addresses of plans of inspections, looks of one unit at another, and the register of projects."""

from django.urls import URLPattern, path

from arrears.views import projects

urlpatterns: list[URLPattern] = [
    path("projects/", projects.listed, name="projects"),
    path("projects/new/", projects.new, name="project-new"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/platform/", projects.look, name="project-look"),
    path("projects/platform/<int:pk>/mended/", projects.mended, name="project-mended"),
]
