from django.urls import URLPattern, path

from reporting.evaluation.views import evaluation
from reporting.evaluation.views import unit as evaluation_unit

urlpatterns: list[URLPattern] = [
    path("evaluation/", evaluation.evaluation, name="evaluation"),
    path("evaluation/sheet.xlsx", evaluation.evaluation_sheet, name="evaluation-sheet"),
    path("evaluation/<slug:code>/", evaluation_unit.evaluation_unit, name="evaluation-unit"),
    path("evaluation/<slug:code>/<slug:name>/", evaluation_unit.evaluation_rows, name="evaluation-rows"),
]
