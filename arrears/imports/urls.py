from django.urls import URLPattern, path

from arrears.imports import views as imports

urlpatterns: list[URLPattern] = [
    path("import/cases/", imports.case_import, name="case-import"),
    path("import/cases/template.xlsx", imports.template, name="case-import-template"),
    path("import/cases/<int:pk>/", imports.upload, name="case-import-upload"),
    path("import/cases/<int:pk>/confirm/", imports.confirm, name="case-import-confirm"),
    path("import/cases/<int:pk>/retry/", imports.retry, name="case-import-retry"),
    path("import/cases/<int:pk>/marked.xlsx", imports.marked, name="case-import-marked"),
]
