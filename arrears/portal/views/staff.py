"""Pages of letters for the staff: the list, one letter with its messages and steps, the poster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from arrears.cases import acts
from arrears.cases.filing import EmployerFacts
from arrears.cases.views.evidence import send_file
from arrears.portal import places
from arrears.portal.actions import staff as answering
from arrears.portal.forms import (
    CallForm,
    ExplainForm,
    JoinForm,
    NotTheWriterForm,
    OfficerForm,
    RegisterForm,
    SayForm,
    WriterForm,
    read_figures,
)
from arrears.portal.models import LetterStanding, MessageKind, WindowLetter
from unions.common.attempt import attempt
from unions.common.features import provided
from unions.common.form_fields import PlainForm
from unions.common.ordering import by_name
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, post_action, read_page
from unions.idempotency import taken_once
from unions.listing import listed
from unions.models import User
from unions.pages import chosen_list
from unions.people.rights import Right
from unions.tree.reach import visible_unit
from unions.tree.regions import regions_for

PER_PAGE = 50
SORTS = {"反映的单位": "employer_name", "收到": "at", "受理单位": "union__name", "状态": "standing"}
LISTS = {"mine": "待我单位办理", "waiting": "待办理（含下级）", "all": "全部（含下级）"}
EMPTY = {
    "mine": "没有待您单位办理的来信。",
    "waiting": "没有等待办理的来信。",
    "all": "还没有收到来信。把本单位的张贴页打印出来，职工扫码就能写信。",
}


@read_page
@never_cache
def letters(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有来信可看。")
    offered = [key for key in LISTS if key != "mine" or user.paths(Right.HANDLE)]
    rows = WindowLetter.objects.visible_to(user)
    hers = rows & WindowLetter.objects.awaiting(user)
    key, tabs = chosen_list(request, {one: LISTS[one] for one in offered}, {"mine": hers})
    if key == "mine":
        rows = hers
    elif key == "waiting":
        rows = rows.waiting()
    page = listed(rows.select_related("union", "officer", "case"), request, PER_PAGE, sorts=SORTS)
    context = {"tabs": tabs, "key": key, "page": page, "empty": EMPTY[key]}
    return render(request, "arrears/portal/letters.html", context)


def the_letter(request: Request, pk: int) -> WindowLetter:
    """404 for strangers."""
    rows = WindowLetter.objects.visible_to(request.user)
    parts = ("union__parent", "officer", "case__handling_union__parent", "case__employer", "worker")
    return get_object_or_404(rows.select_related(*parts), pk=pk)


@read_page
@never_cache
def letter(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_letter(request, pk))


def _page(
    request: Request, row: WindowLetter, status: int = 200, bound: tuple[str, PlainForm] | None = None
) -> HttpResponse:
    """`bound`: the form of the step that was refused, shown instead of an empty one."""
    user = request.user
    may = answering.may_answer(row, user)
    forms: dict[str, PlainForm] = _forms(row, user, chosen=request.GET.get("join", "")[:30]) if may else {}
    if bound and may:
        forms[bound[0]] = bound[1]
    found = _likenesses(row, user) if may and row.case_id is None else None
    context: dict[str, Any] = {
        "letter": row,
        "may": may,
        "forms": forms,
        "wrong": bound[0] if bound else "",
        "messages_said": row.messages.select_related("by"),
        "not_worker": forms.get("not-worker") if row.worker_id else None,
        "answers": answering.answers_since_named(row) if may and row.worker_id else 0,
        "papers": row.papers.all(),
        "papers_left": row.case_id and row.papers.filter(taken_over=False).exists(),
        "region": dict(pair for _, members in places.regions() for pair in members).get(row.region_code, ""),
        "new": row.standing == LetterStanding.NEW and row.case_id is None,
        "found": found,
        "may_join": [one.case for one in found.visible if acts.may_act(one.case, user)] if found else [],
    }
    return render(request, "arrears/portal/letter.html", context, status=status)


def _likenesses(row: WindowLetter, user: User) -> Any:
    """Cases and letters that may be the same matter: by employer, and by the phone without anybody reading it."""
    (found,) = provided("likenesses of a letter")
    return found(row.employer_name, row.region_code, row.phone.text, user, timezone.localdate(), row.pk)


def _forms(row: WindowLetter, user: User, data: Any = None, only: str = "", chosen: str = "") -> dict[str, PlainForm]:
    """Step → its form; `data` goes to the one named `only`. `chosen`: the number of the case picked among those found."""
    today = timezone.localdate()

    def given(name: str) -> Any:
        return data if name == only else None

    register = RegisterForm(
        given("register"), today=today, regions=regions_for(user, row.region_code), initial=read_figures(row)
    )
    officer = OfficerForm(given("officer"), today=today, initial={"officer": row.officer_id})
    officer.fields["officer"].queryset = places.officers_at(row.responsible_unit).order_by(by_name(), "pk")  # type: ignore[attr-defined]
    officer.fields["officer"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]
    return {
        "say": SayForm(given("say"), today=today),
        "register": register,
        "join": JoinForm(given("join"), today=today, initial={"number": chosen}),
        "explain": ExplainForm(given("explain"), today=today),
        "call": CallForm(given("call"), today=today),
        "officer": officer,
        "worker": WriterForm(
            given("worker"), today=today, found=answering.workers_like(row) if row.worker_id is None else []
        ),
        "not-worker": NotTheWriterForm(given("not-worker"), today=today),
        "papers": PlainForm(given("papers"), today=today),
    }


# ---- steps ------------------------------------------------------------------------------------------------------------


def _say(row: WindowLetter, form: PlainForm, by: User, at: datetime) -> str:
    answering.send_message(row, MessageKind(form.cleaned_data["kind"]), form.cleaned_data["text"], by, at)
    return "已发出，职工查进度时会看到。"


def _register(row: WindowLetter, form: PlainForm, by: User, at: datetime) -> str:
    assert isinstance(form, RegisterForm)
    case = answering.register_clue(row, EmployerFacts(**form.employer()), form.facts(), by, at)
    return f"已登记为线索 {case.clue_number}，职工的材料已收入证据。"


def _join(row: WindowLetter, form: PlainForm, by: User, at: datetime) -> str:
    return f"已并入 {answering.join_case(row, form.cleaned_data['number'], by, at)}，职工的材料已收入证据。"


def _explain(row: WindowLetter, form: PlainForm, by: User, at: datetime) -> str:
    answering.explain_refusal(row, form.cleaned_data["text"], by, at)
    return "已答复，职工查进度时会看到您的解释。"


def _call(row: WindowLetter, form: PlainForm, by: User, at: datetime) -> str:
    answering.record_call(row, form.cleaned_data["outcome"], form.cleaned_data["detail"], by, at)
    return "已登记回访。"


def _officer(row: WindowLetter, form: PlainForm, by: User, at: datetime) -> str:
    answering.change_officer(row, form.cleaned_data["officer"], by, at)
    return f"经办人已改为{form.cleaned_data['officer'].name}。"


def _worker(row: WindowLetter, form: PlainForm, by: User, at: datetime) -> str:
    answering.name_worker(row, int(form.cleaned_data["worker"]), by, at)
    return "已认定。工资登记清偿后，职工可在“查进度”中确认到账。"


def _not_worker(row: WindowLetter, form: PlainForm, by: User, at: datetime) -> str:
    answers = answering.unname_worker(row, form.cleaned_data["reason"], by, at)
    left = f"认定期间收到的 {answers} 条到账答复仍然有效，请在职工名单中逐条核实。" if answers else ""
    return f"已撤销认定，来信人不能再凭来信编号确认到账。{left}"


def _papers(row: WindowLetter, form: PlainForm, by: User, at: datetime) -> str:
    return f"已把 {answering.take_over_papers(row, by, at)} 份材料收入证据。"


STEPS: dict[str, Callable[[WindowLetter, PlainForm, User, datetime], str]] = {
    "say": _say,
    "register": _register,
    "join": _join,
    "explain": _explain,
    "call": _call,
    "officer": _officer,
    "worker": _worker,
    "not-worker": _not_worker,
    "papers": _papers,
}


@post_action
@taken_once
def step(request: Request, pk: int, name: str) -> HttpResponse:
    if name not in STEPS:
        raise Http404
    row, user = the_letter(request, pk), request.user
    if not answering.may_answer(row, user):
        raise Forbidden(f"这封来信由“{row.responsible_unit}”的经办人办理，您不能在此办理。")
    form = _forms(row, user, request.POST, name)[name]
    done, status = attempt(form, lambda _: STEPS[name](row, form, user, timezone.now()))
    if done is None:
        return _page(request, the_letter(request, pk), status, (name, form))
    messages.success(request, done)
    return redirect("worker-letter", pk)


# ---- what is private --------------------------------------------------------------------------------------------------


@post_action
@never_cache
def reveal(request: Request, pk: int, name: str) -> HttpResponse:
    """One private word for a purpose that is logged: the answer takes the place of the masked one."""
    if name not in answering.PRIVATE:
        raise Http404
    row = the_letter(request, pk)
    context: dict[str, Any] = {"letter": row, "name": name, "what": answering.PRIVATE[name]}
    try:
        with transaction.atomic():
            purpose = request.POST.get("purpose", "")
            text = answering.reveal(row, name, purpose, request.user, timezone.now())
    except Forbidden:
        raise
    except Refused as refusal:
        context |= {"refused": refusal.message, "masked": getattr(row, f"masked_{name}")}
        return render(request, "arrears/portal/secret.html", context, status=422)
    return render(request, "arrears/portal/secret.html", context | {"text": text})


@read_page
def paper(request: Request, pk: int, paper_pk: int) -> HttpResponse | FileResponse:
    row = the_letter(request, pk)
    if not answering.may_answer(row, request.user):
        raise Forbidden(f"来信材料由“{row.responsible_unit}”的经办人查看；收入证据后在案件的“证据”中查看。")
    return send_file(get_object_or_404(row.papers, pk=paper_pk))


CARDS = 21  # stickers of 60 × 38 mm on a sheet


@read_page
def poster(request: Request, code: str) -> HttpResponse:
    """The poster of a unit: one A4 page with a QR code that leads to its form. `?cards`: a sheet of stickers instead."""
    union = visible_unit(request, code)
    if union.is_closed:
        raise Refused(f"“{union}”已终止，请打印承接单位“{union.in_charge()}”的张贴页。")
    url = f"{settings.SITE_URL}{reverse('window-write')}?at={union.code}"
    # Error correction "high": a third of the code may be torn or wet.
    code_image = segno.make(url, error="h", micro=False).svg_data_uri(scale=8, border=2)
    context = {"union": union, "url": url, "code": code_image, "phone": union.phone_contact()}
    if "cards" in request.GET:  # 维权卡 (SD-2.2d): stickers for helmets, a sheet of them
        return render(request, "arrears/portal/cards.html", context | {"cards": range(CARDS)})
    return render(request, "arrears/portal/poster.html", context)
