from django.urls import URLPattern, path

from arrears.views import inspections

urlpatterns: list[URLPattern] = [
    path("inspections/", inspections.listed, name="inspections"),
    path("inspections/new/", inspections.new, name="inspection-new"),
    path("inspections/new/autosave/", inspections.autosave, name="inspection-new-autosave"),
    path("inspections/units/", inspections.units, name="inspection-units"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/edit/", inspections.edit, name="inspection-edit"),
    path("inspections/<int:pk>/autosave/", inspections.autosave, name="inspection-autosave"),
]
