from django.urls import URLPattern, path

from reporting.overview import views as overview

urlpatterns: list[URLPattern] = [
    path("overview/", overview.overview, name="overview"),
    path("overview/overview.xlsx", overview.overview_sheet, name="overview-sheet"),
    path("overview/charts/<slug:name>/", overview.chart, name="overview-chart"),
    path("overview/cases/", overview.cases, name="overview-cases"),
]
