"""Typing a case in and correcting it. Whatever was typed stays: on error, on conflict, and when the session ends."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string

from arrears.cases import filing, ledger, workflow
from arrears.cases.employers import employer_of_edit, facts_not_taken, only_employer_of, suggested_to
from arrears.cases.filing import EmployerFacts, drop_evidence
from arrears.cases.forms.case import CHANGE, DRAFT, NEEDED, CaseForm, initial_of, words
from arrears.cases.models import Case, Channel, Employer, State
from arrears.cases.names import name_key
from arrears.cases.views.found import the_case
from arrears.cases.workflow import VERIFIED
from arrears.desk.timeline import happenings
from arrears.law.obligations.applicable import concerning
from unions.common.form_fields import seen_in
from unions.common.formats import clock, moment
from unions.common.refusals import Forbidden, Refused, Stale
from unions.form_drafts import draft_of, forget, keep
from unions.http import Request, form_page, post_action, read_page
from unions.models import Union, UnionKind, User, under
from unions.people.rights import Right
from unions.tree.regions import region_of, regions_for

NEW = "case:new"
STEPS = "negotiation_failed_on ordered_to_pay_by discovered_on original_number"  # folded, with how it was verified
SECTORS = "focus-sectors"  # what a notice calls them (QD-2)
EMPLOYER_FIELDS = ("employer_name", *(field.name for field in fields(EmployerFacts) if field.name != "name"))
MARKED = {*NEEDED, "region_code"}
SUBMITS = (DRAFT, "file", "report_clue")
DONE = {
    DRAFT: "草稿已保存，可随时回来继续填写。",
    "file": "已正式立案，编号 {case}。"
    "下一步：在“证据”上传工资表、欠条；在“职工名单”登记每人欠多少；协商后在“办理记录”登记结果；需要上级办理的，在“上报”提出。",
    "report_clue": "已登记为线索，编号 {case}，请尽快核实。",
    CHANGE: "修改已保存。",
}


# ---- a new case -------------------------------------------------------------------------------------------------


@form_page
def new(request: Request) -> HttpResponse:
    user = request.user
    places = user.paths(Right.FILE)
    if not places:
        raise Forbidden("您的任职不包含登记案件，请由单位的填报员或经办人登记。")
    if request.method == "POST":
        return _file_new(request, user)
    stash = draft_of(user, NEW)
    form = _form(user, DRAFT)
    own = _filling(form.own_employer) if form.own_employer else {}
    form.initial = stash.fields if stash else {"accepted_on": timezone.localdate(), **_own_unit(user), **own}
    return _show(request, form, stash_at=stash.at if stash else None, once=get_random_string(24))


def _file_new(request: Request, user: User) -> HttpResponse:
    once = request.POST.get("once", "")
    print_of = hashlib.sha256(f"form:{user.pk}:{once}".encode()).hexdigest() if once else ""
    if once and (twin := Case.objects.filter(filed_by=user, fingerprint=print_of).first()):
        return _filed_already(request, twin)
    intent = _intent(request)
    form = _form(user, intent, data=request.POST)
    if not form.is_valid():
        return _show(request, form, status=422, once=once)
    try:
        case = _open(form, print_of, intent, user, timezone.now())
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _show(request, form, status=refusal.status, once=once)
    except IntegrityError:
        if twin := Case.objects.filter(filed_by=user, fingerprint=print_of).first():
            return _filed_already(request, twin)
        form.add_error(None, "刚刚有人登记了相同的单位或原编号，请核对后再提交一次。")
        return _show(request, form, status=409, once=once)
    messages.success(request, DONE[intent].format(case=case))
    _tell_what_was_kept(request, form, case)
    return redirect(case)


@transaction.atomic
def _open(form: CaseForm, print_of: str, intent: str, user: User, at: datetime) -> Case:
    employer = filing.employer_for(form.employer_facts())
    project = filing.project_for(employer, form.cleaned_data["project_name"], form.cleaned_data["nature"], form.chain())
    facts = form.case_facts() | {"project": project, "fingerprint": print_of}
    case = filing.open_draft(form.cleaned_data["union"], employer, facts, user, at)
    if intent != DRAFT:
        case = workflow.move(case, intent, user, at, seen=case.version)
    forget(user, NEW)
    return case


def _tell_what_was_kept(request: Request, form: CaseForm, case: Case) -> None:
    """An employer that other units rely on is completed, never overwritten: whoever typed otherwise is told so."""
    if labels := facts_not_taken(case.employer, form.employer_facts()):
        messages.warning(
            request,
            f"“{case.employer}”已由其他案件或排查登记，{'、'.join(labels)}仍按原来的记录，没有采用您填写的内容；"
            "如原记录有误，请在情况说明中写明，或联系上级工会更正。",
        )
    known = dict(case.project.chain) if case.project else {}
    kept = [label for name, said in form.chain().items() if said and known.get(label := str(form[name].label)) != said]
    if kept:
        messages.warning(
            request,
            f"项目“{case.project}”的{'、'.join(kept)}已经登记，没有采用您填写的内容；如有误，请在项目页面更正。",
        )


def _filed_already(request: Request, twin: Case) -> HttpResponse:
    """The same sheet sent twice: a double click, or the back button."""
    sentence = f"这份登记已经提交过（{twin}，{twin.get_state_display()}），没有重复登记。如要另登一件，请从“登记案件”重新开始。"
    context = {"sentence": sentence, "back_url": twin.get_absolute_url(), "back_label": "打开这件"}
    return render(request, "errors/409.html", context, status=409)


def _own_employer_kept(form: CaseForm) -> Employer | None:
    """The own employer where the form names it and nothing is wrong with what is said of it: it takes one line."""
    own = form.own_employer
    if own is None or any(form.errors.get(name) for name in EMPLOYER_FIELDS):
        return None
    named = name_key(str(form["employer_name"].value() or "")) == own.name_key
    return own if named and str(form["uscc"].value() or "") == (own.uscc or "") else None


def _own_unit(user: User) -> dict[str, str]:
    """The unit a person files for when nothing else is said, and its county."""
    unit = Union.objects.filter(path__in=user.paths(Right.FILE), valid_until=None).order_by("depth", "code").first()
    if unit is None:
        return {}
    channel = {"channel": Channel.REPORT.value} if unit.kind == UnionKind.ENTERPRISE else {}
    return channel | {"union": unit.code, "region_code": region_of(unit)[:6]}


# ---- a draft, or the facts of a filed case ------------------------------------------------------------------------


@form_page
def edit(request: Request, pk: int) -> HttpResponse:
    user, case = request.user, the_case(request, pk)
    if not filing.may_edit(case, user):
        raise Forbidden(
            f"案件{case.get_state_display()}，由“{case.handling_union.in_charge()}”承办，现在不能由您修改。"
        )
    if request.method == "POST":
        return _save(request, case, user)
    stash = draft_of(user, _stash_name(case))
    form = _form(user, CHANGE, case, initial=stash.fields if stash else initial_of(case))
    # What was typed over an older version is shown against the present one.
    old = stash is not None and str(stash.fields.get("seen")) != str(case.version)
    return _show(request, form, case, stash_at=stash.at if stash else None, conflict=old and stash is not None)


def _save(request: Request, case: Case, user: User) -> HttpResponse:
    intent = _intent(request) if case.state == State.DRAFT else CHANGE
    form = _form(user, intent, case, data=request.POST)
    if not form.is_valid():
        return _show(request, form, case, status=422, seen=seen_in(request.POST))
    try:
        case = _change(form, case, intent, user, timezone.now(), seen_in(request.POST))
    except Stale:
        if not Case.objects.filter(pk=case.pk).exists():
            return _on_a_new_sheet(request, case.union, user)
        return _show(request, form, case, status=409, conflict=True)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _show(request, form, case, status=refusal.status)
    except IntegrityError:
        form.add_error(None, "刚刚有人登记了相同的单位或原编号，请核对后再提交一次。")
        return _show(request, form, case, status=409)
    messages.success(request, DONE[intent].format(case=case))
    _tell_what_was_kept(request, form, case)
    return redirect(case)


def _on_a_new_sheet(request: Request, union: Union, user: User) -> HttpResponse:
    """The draft was thrown away meanwhile: what was typed stands on a new sheet of the same unit."""
    typed = request.POST.copy()
    typed["union"] = union.code
    form = _form(user, DRAFT, data=typed)
    form.add_error(None, "这份草稿刚刚被删除。您填写的内容还在下面，提交后将作为新的登记。")
    return _show(request, form, status=409, once=get_random_string(24))


@transaction.atomic
def _change(form: CaseForm, case: Case, intent: str, user: User, at: datetime, seen: int) -> Case:
    employer = employer_of_edit(case, form.employer_facts(), user, at)
    project = filing.project_for(employer, form.cleaned_data["project_name"], form.cleaned_data["nature"], form.chain())
    case = filing.edit(case, employer, form.case_facts() | {"project": project}, user, at, seen=seen)
    if intent in workflow.MOVES:
        case = workflow.move(case, intent, user, at, seen=case.version)
    forget(user, _stash_name(case))
    return case


@post_action
def discard(request: Request, pk: int) -> HttpResponse:
    user, case = request.user, the_case(request, pk)
    with transaction.atomic():
        case = ledger.lock(case)  # nothing is added while it goes
        drop_evidence(case)
        filing.discard(case, user, timezone.now())
        forget(user, f"case:{pk}")
    messages.success(request, "草稿已删除。")
    return redirect("desk")


# ---- kept while typing ----------------------------------------------------------------------------------------------


@post_action
def autosave(request: Request, pk: int | None = None) -> HttpResponse:
    """Keep what is typed as it is; with `forget` in it, throw the kept text away and start from what is saved."""
    user = request.user
    case = the_case(request, pk) if pk is not None else None
    name = _stash_name(case) if case else NEW
    if "forget" in request.POST:
        forget(user, name)
        return redirect("case-edit", pk) if pk is not None else redirect("case-new")
    at = timezone.now()
    keep(user, name, request.POST, (*CaseForm.base_fields, "seen"), at, several=("causes",))
    return JsonResponse({"saved_at": clock(at)})


def _stash_name(case: Case) -> str:
    return f"case:{case.pk}"


# ---- suggestions ----------------------------------------------------------------------------------------------------


@read_page
def employers(request: Request) -> HttpResponse:
    """Employers of cases the reader may see, to fill the form with one press."""
    text = request.GET.get("employer_name", "").replace("\x00", "").strip()
    found = suggested_to(request.user, text) if len(text) >= 2 else []
    rows = [(employer, json.dumps(_filling(employer), ensure_ascii=False)) for employer in found]
    return render(request, "arrears/cases/employer_options.html", {"rows": rows, "text": text})


def _filling(employer: Any) -> dict[str, str]:
    """Form field → value."""
    plain = ("uscc", "no_code", "address", "industry", "focus_sector", "ownership", "workforce")
    filled = {name: str(value) for name in plain if (value := getattr(employer, name)) not in (None, "")}
    has_union = {True: "yes", False: "no", None: ""}[employer.has_union]
    return filled | {"employer_name": employer.name, "region_code": employer.region_code[:6], "has_union": has_union}


@read_page
def units(request: Request) -> HttpResponse:
    """Units the reader may file for, by code or part of the name."""
    text = request.GET.get("union", "").replace("\x00", "").strip()
    reach = Union.objects.filter(under(request.user.paths(Right.FILE)), valid_until=None)
    found = reach.searched(text) if text else reach
    return render(request, "arrears/cases/unit_options.html", {"units": found.order_by("depth", "code")[:20]})


# ---- showing --------------------------------------------------------------------------------------------------------


def _intent(request: Request) -> str:
    asked = request.POST.get("submit", DRAFT)
    return asked if asked in SUBMITS else DRAFT


def _form(user: User, intent: str, case: Case | None = None, **kwargs: Any) -> CaseForm:
    regions = regions_for(user, case.employer.region_code[:6] if case else "")
    form = CaseForm(user=user, intent=intent, case=case, regions=regions, today=timezone.localdate(), **kwargs)
    if not _asked(user, SECTORS):
        form.fields["focus_sector"].widget = form.fields["focus_sector"].hidden_widget()
    if "union" in form.fields and (only := _only_unit(user)):
        form.fields["union"].widget = form.fields["union"].hidden_widget()
        form.only_unit = only
        form.own_employer = only_employer_of(only) if only.kind == UnionKind.ENTERPRISE else None
    return form


def _asked(user: User, name: str) -> bool:
    """Whether a notice in force at a unit of the reader, or below it, calls for it (vocabulary.REQUIREMENTS)."""
    today = timezone.localdate()
    return any(book.in_force(today) and book.asks(name) for book in concerning(user, today))


def _verified_first(user: User) -> str:
    """Of which channels a notice in force asks how the matter was verified before it is filed (QD-4.3), as a sentence; "" of none."""
    today = timezone.localdate()
    books = [book for book in concerning(user, today) if book.in_force(today)]
    asked = [entry.only for book in books for entry in book.requirements if entry.step == VERIFIED]
    if not asked:
        return ""
    named = {channel for only in asked for channel in only.channels}
    through = "、".join(label for value, label in Channel.choices if value in named)
    return f"经{through or '各渠道'}掌握的线索，正式立案前须写明由谁、何时、以何种方式核实。"


def _only_unit(user: User) -> Union | None:
    """The unit of somebody who files for one unit without others below it."""
    reach = list(Union.objects.filter(under(user.paths(Right.FILE)), valid_until=None)[:2])
    return reach[0] if len(reach) == 1 else None


def _show(
    request: Request,
    form: CaseForm,
    case: Case | None = None,
    *,
    status: int = 200,
    seen: int | None = None,
    conflict: bool = False,
    stash_at: datetime | None = None,
    once: str = "",
) -> HttpResponse:
    if case is not None and (now := Case.objects.filter(pk=case.pk).only("version", "state").first()):
        case.version, case.state = now.version, now.state
    for name in form.fields.keys() & MARKED:  # shown with a mark; a draft may still leave them out
        form.fields[name].required = True
    verified_first = _verified_first(request.user) if case is None or case.number is None else ""
    context: dict[str, Any] = {
        "form": form,
        "case": case,
        "once": once,
        "stash_at": stash_at,
        "draft": case is None or case.number is None,
        # After a conflict the next attempt is made against what the page now shows.
        "seen": (case.version if case else 0) if seen is None else seen,
        "only_unit": form.only_unit,
        "unit_name": _unit_name(form, request.user),
        "own": _own_employer_kept(form),
        "verified_first": verified_first,
        "fold_of_steps": STEPS if verified_first else f"{STEPS} verification",
    }
    if conflict and case is not None:
        fresh = the_case(request, case.pk)
        context["conflict"] = _differences(form, fresh)
        last = next(iter(happenings(fresh)), None)
        context["last_change"] = f"{last.who} 于 {moment(last.at)} {last.what}" if last else ""
    return render(request, "arrears/cases/case_form.html", context, status=status)


def _unit_name(form: CaseForm, user: User) -> str:
    """The name behind the code in the field, where the reader may file for it."""
    code = str(form["union"].value() or "").replace("\x00", "") if "union" in form.fields else ""
    unit = Union.objects.filter(under(user.paths(Right.FILE)), code=code).first() if code else None
    return unit.name if unit else ""


def _differences(form: CaseForm, case: Case) -> list[dict[str, str]]:
    """Field by field: what the case says now, and what was typed."""
    now = words(form, initial_of(case))
    typed = words(form, form.data if form.is_bound else form.initial)
    return [
        {"label": str(form.fields[name].label), "before": now[name], "after": typed[name]}
        for name in form.fields
        if now[name] != typed[name]
    ]
