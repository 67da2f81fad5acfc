from django.urls import URLPattern, path

from arrears.workers.views import confirmations, paid, payments, sheets, workers

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/workers/", workers.worker_list, name="case-workers"),
    path("cases/<int:pk>/workers/new/", workers.enter, name="case-worker-new"),
    path("cases/<int:pk>/workers/adopt/", workers.adopt, name="case-workers-adopt"),
    path("cases/<int:pk>/workers/sheet/", sheets.bring_in, name="case-workers-sheet"),
    path("cases/<int:pk>/workers/template.xlsx", sheets.template, name="case-workers-template"),
    path("cases/<int:pk>/workers/pay/", payments.pay, name="case-workers-pay"),
    path("cases/<int:pk>/workers/slips/", confirmations.slips, name="case-workers-slips"),
    path("cases/<int:pk>/workers/messages/<slug:kind>/", confirmations.send_messages, name="case-workers-messages"),
    path("cases/<int:pk>/workers/answers/<int:answer_pk>/", confirmations.examine, name="case-worker-answer"),
    path("cases/<int:pk>/workers/<int:worker_pk>/", workers.worker, name="case-worker"),
    path("cases/<int:pk>/workers/<int:worker_pk>/remove/", workers.remove, name="case-worker-remove"),
    path("cases/<int:pk>/workers/<int:worker_pk>/reveal/<slug:name>/", workers.reveal, name="case-worker-reveal"),
    # open to everybody: the worker herself
    path("window/paid/", paid.paid, name="window-paid"),
    path("window/paid/<str:token>/", paid.follow, name="window-paid-link"),
]
