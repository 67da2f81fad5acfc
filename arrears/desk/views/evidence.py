"""Taking evidence files in."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from arrears.cases import acts, filing
from arrears.cases.evidence import keep_evidence
from arrears.cases.forms.steps import EvidenceForm
from arrears.cases.models import Case
from arrears.cases.views.found import the_case
from arrears.cases.views.recording import tab_of
from arrears.desk.case_page import case_page
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, post_action
from unions.models import User


@post_action
def upload(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not (acts.may_act(case, user) or filing.may_edit(case, user)):
        raise Forbidden(
            f"案件{case.get_state_display()}，由「{case.handling_union.in_charge()}」承办，您不能上传证据。"
        )
    form = EvidenceForm(request.POST, request.FILES, today=timezone.localdate())
    if not form.is_valid():
        return case_page(request, case, "evidence", status=422, evidence_form=form)
    kept, refused = _keep_each(case, form, user)
    if kept:
        messages.success(request, f"已保存 {kept} 份证据。")
    if refused:
        for sentence in refused:
            form.add_error("papers", sentence)
        return case_page(request, the_case(request, pk), "evidence", status=422, evidence_form=form)
    return redirect(tab_of(case, "evidence"))


def _keep_each(case: Case, form: EvidenceForm, user: User) -> tuple[int, list[str]]:
    """Each file by itself: a bad one does not cost the good ones. How many were kept, and why others were not."""
    kept, refused = 0, []
    for one in form.cleaned_data["papers"]:
        try:
            with transaction.atomic():
                keep_evidence(case, one, form.cleaned_data["note"], user, timezone.now())
            kept += 1
        except Forbidden:
            raise
        except Refused as refusal:
            refused.append(refusal.message)
    return kept, refused
