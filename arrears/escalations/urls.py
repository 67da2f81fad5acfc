from django.urls import URLPattern, path

from arrears.escalations import views as escalations

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/escalate/", escalations.escalate, name="case-escalate"),
    path("escalations/", escalations.escalation_list, name="escalations"),
    path("escalations/<int:pk>/", escalations.escalation, name="escalation"),
    path("escalations/<int:pk>/approve/", escalations.approve, name="escalation-approve"),
    path("escalations/<int:pk>/decline/", escalations.decline, name="escalation-decline"),
    path("escalations/<int:pk>/withdraw/", escalations.withdraw, name="escalation-withdraw"),
    path("escalations/<int:pk>/receive/", escalations.receive, name="escalation-receive"),
    path("escalations/<int:pk>/return/", escalations.send_back, name="escalation-return"),
    path("acknowledgements/<int:pk>/", escalations.acknowledge, name="acknowledge"),
]
