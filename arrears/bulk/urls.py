from django.urls import URLPattern, path

from arrears.bulk import views as bulk

urlpatterns: list[URLPattern] = [
    path("cases/bulk/", bulk.bulk_list, name="bulk-jobs"),
    path("cases/bulk/new/", bulk.bulk_new, name="bulk-new"),
    path("cases/bulk/<int:pk>/", bulk.bulk, name="bulk"),
    path("cases/bulk/<int:pk>/stop/", bulk.bulk_stop, name="bulk-stop"),
]
