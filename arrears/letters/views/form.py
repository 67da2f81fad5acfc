"""Drafting a letter: begun from what the case says, from what was typed and not handed in, or from the draft itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.views.found import the_case
from arrears.letters import rules, wording
from arrears.letters.actions import issuing
from arrears.letters.forms import LetterForm, initial_of
from arrears.letters.models import Letter, LetterKind, LetterState
from arrears.letters.views.letter import the_letter
from unions.common.form_fields import seen_in
from unions.common.formats import clock
from unions.common.refusals import Forbidden, Refused, Stale
from unions.form_drafts import begin_again, draft_of, forget, keep
from unions.http import Request, form_page, post_action
from unions.models import Supervisor, Union, User

Page = dict[str, Any]


# ---- a new one --------------------------------------------------------------------------------------------------


@form_page
def letter_new(request: Request, pk: int, kind: str) -> HttpResponse:
    """`?follows=`: the letter whose next step this is."""
    case, user = the_case(request, pk), request.user
    chosen = _kind(kind)
    units = [unit for unit in rules.drafting_units(case, user) if chosen in rules.kinds_of(unit)]
    follows = _follows(request, case, user)
    if not rules.drafting_units(case, user):
        raise Forbidden("制发文书由案件所在一级工会的填报员或经办人办理，您的任职不包含这一步。")
    fault = _fault(case, chosen, units, follows)
    if request.method == "POST" and not fault:
        return _draft(request, case, chosen, units, follows)
    if fault:
        context = {"sentence": fault, "back_url": case.section_url("letters"), "back_label": "返回案件"}
        return render(request, "errors/409.html", context, status=409)
    return _begin(request, case, chosen, units, follows)


def _kind(text: str) -> LetterKind:
    if text not in LetterKind.values:
        raise Http404
    return LetterKind(text)


def _follows(request: Request, case: Case, user: User) -> Letter | None:
    text = request.GET.get("follows", "")
    if not text:
        return None
    rows = Letter.objects.visible_to(user).filter(case=case).select_related("issuer")
    return get_object_or_404(rows, pk=int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0)


def _fault(case: Case, kind: LetterKind, units: list[Union], follows: Letter | None) -> str:
    """Why no letter can be begun: the rule, asked for the unit that comes nearest to being allowed."""
    now = timezone.now()
    if not units:
        return "建议书只能由地方总工会（区市、市、省总工会）向同级部门制发，您所在的单位不能制发。"
    if fault := rules.why_not_issue(case, kind, units[0], follows, now):
        return fault
    if follows is not None and (twin := rules.followers_in_force(follows).filter(kind=kind).first()):
        return f"“{twin.issuer}”已就此制发{kind.label}（{twin.get_state_display()}），无需重复。"
    return ""


def _begin(request: Request, case: Case, kind: LetterKind, units: list[Union], follows: Letter | None) -> HttpResponse:
    stash = draft_of(request.user, _stash_name(case, kind))
    ground = rules.ground_for(follows, timezone.now()) if follows else None
    given = wording.first_draft(case, kind, follows, ground, timezone.now())
    given["contact"] = " ".join(part for part in (units[0].duty_officer, units[0].duty_phone) if part)
    form = _form(case, kind, units, initial=stash.fields if stash else given)
    page: Page = {"case": case, "kind": kind, "follows": follows, "stash_at": stash.at if stash else None}
    return _show(request, form, page)


def _draft(request: Request, case: Case, kind: LetterKind, units: list[Union], follows: Letter | None) -> HttpResponse:
    user, form = request.user, _form(case, kind, units, request.POST)
    page: Page = {"case": case, "kind": kind, "follows": follows}
    if not form.is_valid():
        return _show(request, form, page, status=422)
    try:
        with transaction.atomic():
            issuer = form.units[form.cleaned_data["issuer"]]
            letter = issuing.draft(case, kind, issuer, form.draft_fields(), user, timezone.now(), follows=follows)
            letter = _submitted(request, letter, user)
    except Refused as refusal:
        return _again(request, form, page, refusal)
    forget(user, _stash_name(case, kind))
    return _done(request, letter)


# ---- one that is there ------------------------------------------------------------------------------------------


@form_page
def letter_edit(request: Request, pk: int) -> HttpResponse:
    letter, user = the_letter(request, pk), request.user
    issuing.check_drafter(letter, user)
    if letter.state != LetterState.DRAFT:
        raise Stale(f"这份文书现在是“{letter.get_state_display()}”，只有草稿可以修改。")
    page: Page = {"case": letter.case, "kind": LetterKind(letter.kind), "letter": letter, "follows": letter.follows}
    if request.method == "POST":
        return _edit(request, letter, page)
    stash = draft_of(user, f"letter:{pk}")
    seen = stash.fields.get("seen", letter.version) if stash else letter.version
    form = _form(letter.case, LetterKind(letter.kind), [], initial=stash.fields if stash else initial_of(letter))
    return _show(request, form, page | {"seen": seen, "stash_at": stash.at if stash else None})


def _edit(request: Request, letter: Letter, page: Page) -> HttpResponse:
    user, form = request.user, _form(letter.case, LetterKind(letter.kind), [], request.POST)
    page["seen"] = request.POST.get("seen", "")
    if not form.is_valid():
        return _show(request, form, page, status=422)
    try:
        with transaction.atomic():
            letter = issuing.edit(letter, form.draft_fields(), user, timezone.now(), seen=seen_in(request.POST))
            letter = _submitted(request, letter, user)
    except Refused as refusal:
        page["seen"] = Letter.objects.get(pk=letter.pk).version
        return _again(request, form, page, refusal)
    forget(user, f"letter:{letter.pk}")
    return _done(request, letter)


def _submitted(request: Request, letter: Letter, user: User) -> Letter:
    """Straight on to the approver where the button said so."""
    if "submit" not in request.POST:
        return letter
    return issuing.submit(letter, user, timezone.now(), seen=letter.version)


def _done(request: Request, letter: Letter) -> HttpResponse:
    sent = letter.state == LetterState.SUBMITTED
    messages.success(request, "已送审，等待审批人签发。" if sent else "草稿已保存。")
    return redirect(letter)


# ---- what is typed and not handed in ----------------------------------------------------------------------------


@post_action
def letter_new_autosave(request: Request, pk: int, kind: str) -> HttpResponse:
    case, chosen = the_case(request, pk), _kind(kind)
    if not rules.drafting_units(case, request.user):
        raise Forbidden("您的任职不包含制发文书。")
    return _autosave(request, _stash_name(case, chosen))


@post_action
def letter_autosave(request: Request, pk: int) -> HttpResponse:
    letter = the_letter(request, pk)
    issuing.check_drafter(letter, request.user)
    return _autosave(request, f"letter:{letter.pk}")


def _autosave(request: Request, name: str) -> HttpResponse:
    """Keep what is typed as it is; with `forget` in it, throw the kept text away."""
    user = request.user
    if "forget" in request.POST:
        forget(user, name)
        return begin_again(request, "letters")
    at: datetime = timezone.now()
    keep(user, name, request.POST, (*LetterForm.base_fields, "seen"), at, several=("picked", "enclosures"))
    return JsonResponse({"saved_at": clock(at)})


def _stash_name(case: Case, kind: LetterKind) -> str:
    return f"letter:{case.pk}:{kind}"


# ---- the page ---------------------------------------------------------------------------------------------------


def _form(case: Case, kind: LetterKind, units: list[Union], data: Any = None, **kwargs: Any) -> LetterForm:
    evidence = case.evidence.all() if kind == LetterKind.SUGGESTION else ()
    today = timezone.localdate()
    line = {pk for unit in (*units, case.handling_union) for pk in unit.line_ids()}
    supervisors = Supervisor.objects.filter(union__in=line).in_term(today).order_by("-union__depth", "pk")
    return LetterForm(data, kind=kind, issuers=units, evidence=evidence, supervisors=supervisors, today=today, **kwargs)


def _again(request: Request, form: LetterForm, page: Page, refusal: Refused) -> HttpResponse:
    """The form anew with what was typed."""
    if isinstance(refusal, Forbidden):
        raise refusal
    if isinstance(refusal, Stale):
        return _show(request, form, page | {"stale": refusal.message}, status=409)
    form.take(dict(refusal.fields), refusal.message)
    return _show(request, form, page, status=refusal.status)


def _show(request: Request, form: LetterForm, page: Page, *, status: int = 200) -> HttpResponse:
    return render(
        request,
        "arrears/letters/letter_form.html",
        page | {"form": form, "here": request.get_full_path()},
        status=status,
    )
