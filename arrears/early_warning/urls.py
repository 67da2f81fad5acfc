from django.urls import URLPattern, path

from arrears.early_warning.views import acts, collecting, lists, warnings

urlpatterns: list[URLPattern] = [
    path("warnings/", warnings.listed, name="warnings"),
    path("warnings/export.xlsx", warnings.warnings_sheet, name="warnings-sheet"),
    path("warnings/new/", acts.new, name="warning-new"),
    path("warnings/new/autosave/", acts.autosave, name="warning-new-autosave"),
    path("warnings/import/", lists.upload, name="warning-import"),
    path("warnings/import/confirm/", lists.confirm, name="warning-import-confirm"),
    path("warnings/import/template.xlsx", lists.template, name="warning-import-template"),
    path("warnings/sources/", collecting.begin, name="warning-sources"),
    path("warnings/sources/<int:pk>/<slug:name>/", collecting.step, name="warning-source-step"),
    path("warnings/compare/", lists.compare, name="list-comparison-new"),
    path("warnings/compare/<int:pk>/", lists.comparison, name="list-comparison"),
    path("warnings/compare/<int:pk>/take/", lists.take, name="list-comparison-take"),
    path("warnings/signals/<int:pk>/withdraw/", acts.withdraw, name="warning-withdraw"),
    path("warnings/steps/<int:pk>/answer/", acts.answer, name="warning-step-answer"),
    path("warnings/papers/<int:pk>/", warnings.paper, name="site-paper"),
    path("warnings/<int:pk>/", warnings.warning, name="warning"),
    path("warnings/<int:pk>/check/", acts.check, name="warning-check"),
    path("warnings/<int:pk>/steps/", acts.step, name="warning-step"),
    path("warnings/<int:pk>/trend/", warnings.warning_trend, name="warning-trend"),
]
