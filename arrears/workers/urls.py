from django.urls import URLPattern, path

from arrears.workers.views import payments as worker_payments
from arrears.workers.views import sheets as worker_sheets
from arrears.workers.views import workers

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/workers/", workers.worker_list, name="case-workers"),
    path("cases/<int:pk>/workers/new/", workers.enter, name="case-worker-new"),
    path("cases/<int:pk>/workers/adopt/", workers.adopt, name="case-workers-adopt"),
    path("cases/<int:pk>/workers/sheet/", worker_sheets.sheet, name="case-workers-sheet"),
    path("cases/<int:pk>/workers/template.xlsx", worker_sheets.template, name="case-workers-template"),
    path("cases/<int:pk>/workers/pay/", worker_payments.pay, name="case-workers-pay"),
    path("cases/<int:pk>/workers/<int:worker_pk>/", workers.worker, name="case-worker"),
    path("cases/<int:pk>/workers/<int:worker_pk>/remove/", workers.remove, name="case-worker-remove"),
    path("cases/<int:pk>/workers/<int:worker_pk>/reveal/<slug:name>/", workers.reveal, name="case-worker-reveal"),
]
