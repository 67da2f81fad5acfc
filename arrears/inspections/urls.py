"""Addresses of plans of inspections, looks of one unit at another, and the register of projects."""

from django.urls import URLPattern, path

from arrears.inspections.views import findings, inspections, key_targets, project_sheets, projects, reviews, rounds

urlpatterns: list[URLPattern] = [
    path("inspections/", inspections.listed, name="inspections"),
    path("inspections/new/", inspections.new, name="inspection-new"),
    path("inspections/new/autosave/", inspections.autosave, name="inspection-new-autosave"),
    path("inspections/units/", inspections.units, name="inspection-units"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/edit/", inspections.edit, name="inspection-edit"),
    path("inspections/<int:pk>/autosave/", inspections.autosave, name="inspection-autosave"),
    path("inspections/findings/", findings.listed, name="findings"),
    path("inspections/findings/<int:pk>/close/", findings.close, name="finding-close"),
    path("key-targets/", key_targets.listed, name="key-targets"),
    path("key-targets/new/", key_targets.new, name="key-target-new"),
    path("key-targets/<int:pk>/", key_targets.target, name="key-target"),
    path("key-targets/<int:pk>/end/", key_targets.end, name="key-target-end"),
    path("rounds/", rounds.listed, name="rounds"),
    path("rounds/new/", rounds.new, name="round-new"),
    path("rounds/month/", rounds.month, name="rounds-month"),
    path("rounds/<int:pk>/", rounds.round_, name="round"),
    path("rounds/<int:pk>/targets/", rounds.add, name="round-add"),
    path("rounds/<int:pk>/targets/<int:target_pk>/drop/", rounds.drop, name="round-drop"),
    path("rounds/<int:pk>/off/", rounds.call_off, name="round-off"),
    path("reviews/", reviews.listed, name="reviews"),
    path("reviews/new/", reviews.new, name="review-new"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/visit/", reviews.visit, name="review-visit"),
    path("reviews/<int:pk>/findings/", reviews.find, name="review-find"),
    path("reviews/<int:pk>/off/", reviews.call_off, name="review-off"),
    path("reviews/<int:pk>/report.docx", reviews.paper, name="review-paper"),
    path("reviews/findings/<int:pk>/<slug:name>/", reviews.step, name="review-step"),
    path("projects/", projects.listed, name="projects"),
    path("projects/new/", projects.new, name="project-new"),
    path("projects/import/", project_sheets.upload, name="platform-import"),
    path("projects/import/confirm/", project_sheets.confirm, name="platform-import-confirm"),
    path("projects/import/template.xlsx", project_sheets.template, name="platform-import-template"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/platform/", projects.look, name="project-look"),
    path("projects/platform/<int:pk>/mended/", projects.mended, name="project-mended"),
]
