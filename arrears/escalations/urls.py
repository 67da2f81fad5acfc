from django.urls import URLPattern, path

from arrears.escalations import views as escalations

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/escalate/", escalations.escalate, name="case-escalate"),
    path("escalations/", escalations.escalation_list, name="escalations"),
    path("escalations/<int:pk>/", escalations.page.show, name="escalation"),
    path("escalations/<int:pk>/approve/", escalations.page.take, {"step": "approve"}, name="escalation-approve"),
    path("escalations/<int:pk>/decline/", escalations.page.take, {"step": "decline"}, name="escalation-decline"),
    path("escalations/<int:pk>/withdraw/", escalations.page.take, {"step": "withdraw"}, name="escalation-withdraw"),
    path("escalations/<int:pk>/receive/", escalations.page.take, {"step": "receive"}, name="escalation-receive"),
    path("escalations/<int:pk>/take-over/", escalations.page.take, {"step": "take_over"}, name="escalation-take-over"),
    path("escalations/<int:pk>/return/", escalations.page.take, {"step": "return"}, name="escalation-return"),
    path("acknowledgements/", escalations.acknowledge_several, name="acknowledge-several"),
    path("acknowledgements/<int:pk>/", escalations.acknowledge, name="acknowledge"),
]
