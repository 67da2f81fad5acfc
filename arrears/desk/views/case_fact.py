"""Correcting one fact of a case where it is read: the rules, the log and the care for stale pages of the whole form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.cases import filing
from arrears.cases.employers import employer_of_edit, facts_not_taken
from arrears.cases.forms.case import CHANGE, DRAFT, CaseForm, initial_of, words
from arrears.cases.models import Case, State
from arrears.cases.views.found import the_case
from arrears.desk.timeline import happenings
from unions.common.form_fields import seen_in
from unions.common.formats import moment
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, form_page
from unions.models import User
from unions.tree.regions import regions_for

# What is corrected together → the fields of the case form. Who stands where in a project is corrected at the project.
FACTS: dict[str, tuple[str, ...]] = {
    "name": ("employer_name",),
    "code": ("uscc", "no_code"),
    "region": ("region_code",),
    "address": ("address",),
    "industry": ("industry",),
    "sector": ("focus_sector",),
    "ownership": ("ownership",),
    "workforce": ("workforce",),
    "union": ("has_union",),
    "project": ("on_project", "project_name", "nature"),
    "channel": ("channel",),
    "original": ("original_number",),
    "owed": ("owed_from", "owed_until"),
    "causes": ("causes",),
    "discovered": ("discovered_on",),
    "accepted": ("accepted_on",),
    "verification": ("verification",),
    "negotiation": ("negotiation_failed_on",),
    "ordered": ("ordered_to_pay_by",),
    "condition": ("condition",),
    "opinion": ("union_opinion",),
    "repayment": ("repayment_plan",),
    "remark": ("remark",),
}


@form_page
def fact(request: Request, pk: int, name: str) -> HttpResponse:
    """The small form of one fact, asked for by htmx; the whole form at its field, otherwise."""
    user, case = request.user, the_case(request, pk)
    if name not in FACTS:
        raise Http404("没有这一项。")
    if not filing.may_edit(case, user):
        raise Forbidden(
            f"案件{case.get_state_display()}，由“{case.handling_union.in_charge()}”承办，现在不能由您修改。"
        )
    if request.method == "POST":
        return _save(request, case, name)
    if not _by_htmx(request):
        return redirect(at_field(case, name))
    return _show(request, case, name, _form(user, case, initial=initial_of(case)), case.version)


def at_field(case: Case, name: str) -> str:
    """The address of the whole form, at the field of this fact."""
    return f"{reverse('case-edit', args=[case.pk])}#id_{FACTS[name][0]}"


def _by_htmx(request: Request) -> bool:
    return request.headers.get("HX-Request") == "true"


def _save(request: Request, case: Case, name: str) -> HttpResponse:
    user, seen = request.user, seen_in(request.POST)
    form = _form(user, case, data=_said(request, case, name))
    if not form.is_valid():
        return _show(request, case, name, form, seen, status=422)
    try:
        case = _change(form, case, user, timezone.now(), seen)
    except Stale:
        fresh = the_case(request, case.pk)
        last = next(iter(happenings(fresh)), None)
        told = f"（{last.who} 于 {moment(last.at)} {last.what}）" if last else ""
        form.add_error(None, f"您打开之后案件有了变动{told}。现在是“{_now(form, fresh, name)}”，请核对后再保存。")
        return _show(request, fresh, name, form, fresh.version, status=422)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _show(request, case, name, form, seen, status=422)
    except IntegrityError:
        form.add_error(None, "刚刚有人登记了相同的单位或原编号，请核对后再提交一次。")
        return _show(request, case, name, form, seen, status=422)
    _tell(request, form, case)
    if not _by_htmx(request):
        return redirect(case)
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    return answer


@transaction.atomic
def _change(form: CaseForm, case: Case, user: User, at: datetime, seen: int) -> Case:
    employer = employer_of_edit(case, form.employer_facts(), user, at)
    project = filing.project_for(employer, form.cleaned_data["project_name"], form.cleaned_data["nature"], form.chain())
    return filing.edit(case, employer, form.case_facts() | {"project": project}, user, at, seen=seen)


def _tell(request: Request, form: CaseForm, case: Case) -> None:
    messages.success(request, "修改已保存。")
    if labels := facts_not_taken(case.employer, form.employer_facts()):
        messages.warning(
            request,
            f"“{case.employer}”已由其他案件或排查登记，{'、'.join(labels)}仍按原来的记录，没有采用您填写的内容；"
            "如原记录有误，请在情况说明中写明，或联系上级工会更正。",
        )


def _form(user: User, case: Case, **kwargs: Any) -> CaseForm:
    regions = regions_for(user, case.employer.region_code[:6])
    intent = DRAFT if case.state == State.DRAFT else CHANGE
    return CaseForm(user=user, intent=intent, case=case, regions=regions, today=timezone.localdate(), **kwargs)


def _said(request: Request, case: Case, name: str) -> QueryDict:
    """The whole form as the case stands, and in the fields of this fact what was sent."""
    said = QueryDict(mutable=True)
    sent = {field: _as_sent(value) for field, value in initial_of(case).items()}
    sent |= {field: request.POST.getlist(field) for field in FACTS[name]}
    for field, values in sent.items():
        if values:
            said.setlist(field, values)
    return said


def _as_sent(value: Any) -> list[str]:
    if value is None or value is False or value == "":  # 0 is said
        return []
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [value.isoformat() if isinstance(value, date) else "on" if value is True else str(value)]


def _now(form: CaseForm, case: Case, name: str) -> str:
    """What the case says of this fact now."""
    said = words(form, initial_of(case))
    return "、".join(said[field] for field in FACTS[name] if said[field]) or "未填写"


def _show(request: Request, case: Case, name: str, form: CaseForm, seen: int, *, status: int = 200) -> HttpResponse:
    here = FACTS[name]
    elsewhere = [
        f"{form.fields[field].label}：{'；'.join(map(str, said))}"
        for field, said in form.errors.items()
        if field in form.fields and field not in here
    ]
    context = {
        "case": case,
        "name": name,
        "form": form,
        "fields": [form[field] for field in here],
        "elsewhere": elsewhere,
        "seen": seen,
        "whole": at_field(case, name),
    }
    return render(request, "arrears/cases/fact_form.html", context, status=status)
