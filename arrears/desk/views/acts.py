"""Recording what was done in a case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from arrears.cases import acts
from arrears.cases.forms.steps import ActForm
from arrears.cases.models import ActKind
from arrears.cases.models.act import Outcome
from arrears.cases.pages import case_page
from arrears.cases.views.found import the_case, unchanged
from arrears.cases.views.recording import tab_of
from unions.common.form_fields import seen_in
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, post_action


@post_action
def act(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not acts.may_act(case, user):
        raise Forbidden(
            f"案件{case.get_state_display()}，由「{case.handling_union.in_charge()}」承办，您不能在此登记。"
        )
    form = ActForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return case_page(request, case, "acts", status=422, act_form=form)
    said = form.cleaned_data
    kind, outcome = ActKind(said["kind"]), Outcome(said["outcome"])
    try:
        with unchanged(case, seen_in(request.POST)):
            acts.perform(case, kind, said["on"], said["detail"], outcome, user, timezone.now())
    except Stale as stale:
        return case_page(request, the_case(request, pk), "acts", status=409, stale=stale.message, act_form=form)
    except Forbidden:
        raise
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return case_page(request, the_case(request, pk), "acts", status=refusal.status, act_form=form)
    messages.success(request, f"已登记「{kind.label}」。")
    if outcome == Outcome.FAILED and kind in (ActKind.NEGOTIATION, ActKind.MEDIATION):
        messages.info(request, f"{kind.label}未达成一致，可引导职工申请劳动仲裁，并按规定上报。")
    return redirect(tab_of(case, "acts"))
