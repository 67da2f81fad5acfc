from django.urls import URLPattern, path

from reporting.views import exports, forms, overview

urlpatterns: list[URLPattern] = [
    path("overview/", overview.overview, name="overview"),
    path("overview/charts/<slug:name>/", overview.chart, name="overview-chart"),
    path("overview/cases/", overview.cases, name="overview-cases"),
    path("forms/", forms.form_list, name="forms"),
    path("forms/<slug:key>/", forms.form_page, name="form"),
    path("forms/<slug:key>/cell/", forms.cell, name="form-cell"),
    path("exports/", exports.export_list, name="exports"),
    path("exports/new/", exports.export_new, name="export-new"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/cancel/", exports.export_cancel, name="export-cancel"),
    path("exports/<int:pk>/file/", exports.export_file, name="export-file"),
]
