"""Recording what was done in a case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone

from arrears.cases import acts
from arrears.cases.forms.steps import ActForm
from arrears.cases.models import ActKind, Case, Outcome
from arrears.cases.pages import take_on_tab
from arrears.cases.views.found import the_case
from unions.common.refusals import Forbidden
from unions.http import Request, post_action


@post_action
def act(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not acts.may_act(case, user):
        raise Forbidden(
            f"案件{case.get_state_display()}，由「{case.handling_union.in_charge()}」承办，您不能在此登记。"
        )
    form = ActForm(request.POST, today=timezone.localdate())
    return take_on_tab(request, case, "acts", form, lambda said: _perform(request, case, said), act_form=form)


def _perform(request: Request, case: Case, said: dict[str, Any]) -> None:
    kind, outcome = ActKind(said["kind"]), Outcome(said["outcome"])
    acts.perform(case, kind, said["on"], said["detail"], outcome, request.user, timezone.now())
    messages.success(request, f"已登记「{kind.label}」。")
    if outcome == Outcome.FAILED and kind in (ActKind.NEGOTIATION, ActKind.MEDIATION):
        messages.info(request, f"{kind.label}未达成一致，可引导职工申请劳动仲裁，并按规定上报。")
