"""收到的事项: the only pages a department sees: what was sent to it, its reception and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from arrears.cases.models.case import immediate
from arrears.cases.views.evidence import send_file
from arrears.referrals import actions as referrals
from arrears.referrals import clues
from arrears.referrals.forms import AgencyClueForm, AttachForm, ReferralAnswerForm, ReferralReceptionForm
from arrears.referrals.kinds import KINDS
from arrears.referrals.models import AgencyClue, Referral, ReferralStage
from unions.approvals import restored
from unions.common.attempt import attempt
from unions.common.features import provided
from unions.common.form_fields import PlainForm
from unions.common.keyset import NEWEST_FIRST
from unions.common.refusals import Forbidden, Refused, Stale
from unions.common.urgency import URGENT_FIRST, urgency_where
from unions.http import Request, post_action, read_page
from unions.idempotency import taken_once
from unions.listing import listed
from unions.models import Agency, User
from unions.pages import chosen_list
from unions.people.agencies import answers_for

PER_PAGE = 50
S = ReferralStage
# Key → label, stages, what an empty list means.
LISTS: dict[str, tuple[str, tuple[ReferralStage, ...], str]] = {
    "sent": ("待接收", (S.SENT,), "没有待接收的事项。工会发来的事项会出现在这里。"),
    "accepted": ("待答复", (S.ACCEPTED,), "没有待答复的事项。"),
    "answered": ("已答复", (S.ANSWERED,), "还没有答复过的事项。"),
    "refused": ("不予接收", (S.REFUSED,), "没有退回过的事项。"),
}


def the_matter(request: Request, pk: int) -> Referral:
    """Return what was sent to a department of the reader, or 404."""
    rows = Referral.objects.addressed_to(request.user, timezone.localdate())
    return get_object_or_404(rows.with_page_parts(), pk=pk)


@read_page
@never_cache
def incoming(request: Request) -> HttpResponse:
    mine = _answers_for(request)
    return _list(request, AgencyClueForm(agencies=mine, today=timezone.localdate()))


def _answers_for(request: Request) -> list[Agency]:
    """Departments of the reader; 404 for who speaks for none."""
    mine = answers_for(request.user, timezone.localdate())
    if not mine:
        raise Http404
    return mine


def _list(request: Request, form: AgencyClueForm, status: int = 200) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    addressed = Referral.objects.addressed_to(user, today)
    waiting = {one: addressed.filter(stage__in=LISTS[one][1]) for one in ("sent", "accepted")}
    key, tabs = chosen_list(request, {one: label for one, (label, _, _) in LISTS.items()}, waiting)
    rows = addressed.filter(stage__in=LISTS[key][1]).select_related("case__employer", "sender", "agency")
    rows = rows.annotate(urgency=urgency_where(immediate("case__")))
    page = listed(rows, request, PER_PAGE, URGENT_FIRST if key in ("sent", "accepted") else NEWEST_FIRST)
    context: dict[str, Any] = {
        "tabs": tabs,
        "empty": LISTS[key][2],
        "page": page,
        "agencies": list(form.agencies.values()),
        "clue_form": form,
        "clues": AgencyClue.objects.sent_from(user, today)
        .select_related("union", "case", "agency")
        .prefetch_related("papers")[:PER_PAGE],
        "letters": [one for sent in provided("letters to departments") for one in sent(user, today)],
    }
    return render(request, "arrears/referrals/incoming.html", context, status=status)


@post_action
@taken_once
def send_clue(request: Request) -> HttpResponse:
    """The department sends a clue to the union beside it (QH-2b)."""
    user, mine = request.user, _answers_for(request)
    form = AgencyClueForm(request.POST, request.FILES, agencies=mine, today=timezone.localdate())
    row, status = attempt(
        form, lambda data: clues.send(data["agency"], form.facts_of(), user, timezone.now(), data["papers"])
    )
    if row is None:
        return _list(request, form, status)
    messages.success(request, f"已送达{row.union}，回执号 {row.number}，{row.due_on} 前答复。")
    return redirect("incoming")


@read_page
@never_cache
def matter(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_matter(request, pk))


def _page(
    request: Request,
    row: Referral,
    *,
    status: int = 200,
    stale: str = "",
    asked: str = "",
    form: PlainForm | None = None,
) -> HttpResponse:
    kind, today = KINDS[row.kind], timezone.localdate()
    forms: dict[str, PlainForm] = {
        "reception": ReferralReceptionForm(today=today),
        "answer": ReferralAnswerForm(kind=kind, today=today, initial={"on": today}),
        "attach": AttachForm(today=today),
    }
    if form is not None:
        forms[asked] = form
    context: dict[str, Any] = {
        "row": row,
        "kind": kind,
        "forms": forms,
        "stale": stale,
        "lines": restored(row.snapshot),
        "may_receive": row.stage == S.SENT,
        "may_answer": row.stage in (S.ACCEPTED, S.ANSWERED),
        "answers": [(one, kind.result(one.result)) for one in row.answers.select_related("by")],
        "papers": row.papers.select_related("evidence"),
        "contact": row.sender,
    }
    return render(request, "arrears/referrals/incoming_matter.html", context, status=status)


Step = Callable[[Referral, User, dict[str, Any]], Any]


def _step(do: Step, done: str, name: str) -> Callable[..., HttpResponseBase]:
    """Return a view in which the department does one thing with what it was sent."""

    def view(request: Request, pk: int) -> HttpResponse:
        row, user = the_matter(request, pk), request.user
        form = _form(name, row, request)
        if not form.is_valid():
            return _page(request, row, status=422, form=form, asked=name)
        try:
            do(row, user, form.cleaned_data)
        except Forbidden:
            raise
        except Stale as stale:
            again = the_matter(request, pk)
            return _page(request, again, form=form, asked=name, status=409, stale=stale.message)
        except Refused as refusal:
            form.take(refusal.fields, refusal.message)
            return _page(request, row, status=refusal.status, form=form, asked=name)
        messages.success(request, done)
        return redirect("incoming-matter", pk=pk)

    return post_action(view)


def _form(name: str, row: Referral, request: Request) -> PlainForm:
    today = timezone.localdate()
    if name == "answer":
        return ReferralAnswerForm(request.POST, kind=KINDS[row.kind], today=today)
    if name == "attach":
        return AttachForm(request.POST, request.FILES, today=today)
    return ReferralReceptionForm(request.POST, today=today)


def _attach(row: Referral, user: User, said: dict[str, Any]) -> None:
    with transaction.atomic():  # all of them, or none with the reason
        for one in said["papers"]:
            referrals.attach(row, one, said["note"], user, timezone.now())


accept = _step(
    lambda row, user, said: referrals.accept(row, user, timezone.now(), opinion=said["opinion"]),
    "已接收，发出单位已看到。办理后请在本页答复。",
    "reception",
)
refuse = _step(
    lambda row, user, said: referrals.refuse(row, user, timezone.now(), opinion=said["opinion"]),
    "已退回发出单位，并告知原因。",
    "reception",
)
answer = _step(
    lambda row, user, said: referrals.answer(row, said["result"], said["on"], said["text"], user, timezone.now()),
    "已答复，发出单位已看到。有新进展时可以继续补充。",
    "answer",
)
attach = _step(_attach, "已上传，随案保存。", "attach")


@read_page
def paper(request: Request, pk: int, paper_pk: int) -> HttpResponse | FileResponse:
    row = the_matter(request, pk)
    return send_file(get_object_or_404(row.papers.select_related("evidence"), pk=paper_pk).evidence)
