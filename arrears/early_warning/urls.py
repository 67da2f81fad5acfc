from django.urls import URLPattern, path

from arrears.early_warning.views import acts as warning_acts
from arrears.early_warning.views import lists as warning_lists
from arrears.early_warning.views import trend as warning_trend
from arrears.early_warning.views import warnings

urlpatterns: list[URLPattern] = [
    path("warnings/", warnings.listed, name="warnings"),
    path("warnings/new/", warning_acts.new, name="warning-new"),
    path("warnings/new/autosave/", warning_acts.autosave, name="warning-new-autosave"),
    path("warnings/import/", warning_lists.upload, name="warning-import"),
    path("warnings/import/confirm/", warning_lists.confirm, name="warning-import-confirm"),
    path("warnings/import/template.xlsx", warning_lists.template, name="warning-import-template"),
    path("warnings/compare/", warning_lists.compare, name="list-comparison-new"),
    path("warnings/compare/<int:pk>/", warning_lists.comparison, name="list-comparison"),
    path("warnings/compare/<int:pk>/take/", warning_lists.take, name="list-comparison-take"),
    path("warnings/signals/<int:pk>/withdraw/", warning_acts.withdraw, name="warning-withdraw"),
    path("warnings/steps/<int:pk>/answer/", warning_acts.answer, name="warning-step-answer"),
    path("warnings/papers/<int:pk>/", warnings.paper, name="site-paper"),
    path("warnings/<int:pk>/", warnings.warning, name="warning"),
    path("warnings/<int:pk>/check/", warning_acts.check, name="warning-check"),
    path("warnings/<int:pk>/steps/", warning_acts.step, name="warning-step"),
    path("warnings/<int:pk>/trend/", warning_trend.warning_trend, name="warning-trend"),
]
