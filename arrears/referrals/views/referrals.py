"""Referrals as the unions see them: the lists, asking, approving, and noting what a department told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arrears.cases import snapshot
from arrears.cases.models import Case
from arrears.cases.views.evidence import send_file
from arrears.cases.views.found import the_case, the_referral
from arrears.desk.waiting import unread_answers
from arrears.referrals import actions as referrals
from arrears.referrals.forms import AnswerForm, ReferForm, WordForm
from arrears.referrals.kinds import KINDS, Kind, open_to
from arrears.referrals.models import Referral, ReferralStage
from unions.common.form_fields import PlainForm, seen_in
from unions.common.keyset import keyset
from unions.common.refusals import Forbidden, Refused, Stale
from unions.current_user import reader
from unions.form_drafts import forget
from unions.models import User
from unions.people.rights import Right

PER_PAGE = 50
PARTS = ("case__employer", "agency", "sender", "requested_by")
Rows = QuerySet[Referral]
S = ReferralStage


# ---- lists ---------------------------------------------------------------------------------------------------------

# Key → label, which rows, what an empty list means.
LISTS: dict[str, tuple[str, Callable[[User], Rows], str]] = {
    "approve": ("待我审批", lambda user: Referral.objects.awaiting_approval_by(user), "没有等您审批的转送。"),
    "read": ("下级反馈", lambda user: unread_answers(user), "没有等您阅知的行业主管部门反馈。"),
    "asked": ("待审批", lambda user: _visible(user, S.REQUESTED), "没有正在审批的转送。"),
    "sent": ("待对方接收", lambda user: _visible(user, S.SENT), "没有等对方接收的转送。"),
    "accepted": ("待答复", lambda user: _visible(user, S.ACCEPTED), "没有等对方答复的转送。"),
    "answered": ("已答复", lambda user: _visible(user, S.ANSWERED), "还没有部门答复过。"),
    "returned": ("被退回", lambda user: _visible(user, S.DECLINED, S.REFUSED), "没有被退回的转送。"),
}
NEEDS = {"approve": (Right.APPROVE,), "read": (Right.APPROVE, Right.RECEIVE)}


def _visible(user: User, *stages: ReferralStage) -> Rows:
    return Referral.objects.visible_to(user).filter(stage__in=stages)


@login_required
@require_safe
def referral_list(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    offered = [key for key in LISTS if any(user.paths(right) for right in NEEDS.get(key, (Right.VIEW,)))]
    if not offered:
        raise Forbidden("您的任职不包含查看案件，没有转送部门的事项。")
    key = request.GET.get("list", "")
    key = key if key in offered else offered[0]
    page = keyset(LISTS[key][1](user).select_related(*PARTS), request, PER_PAGE)
    context: dict[str, Any] = {
        "tabs": [(LISTS[name][0], f"?list={name}", name == key) for name in offered],
        "empty": LISTS[key][2],
        "page": page,
    }
    return render(request, "arrears/referrals.html", context)


# ---- asking --------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), reader(request)
    if not referrals.may_refer(case, user):
        raise Forbidden(
            f"案件{case.get_state_display()}，由「{case.handling_union.in_charge()}」承办，您不能提出转送。"
        )
    kinds = open_to(case)
    asked = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    kind = next((one for one in kinds if one.key == asked), kinds[0])
    form = _form(case, kind, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _ask(request, case, kind, form)
    if not form.is_valid():
        return _ask(request, case, kind, form, status=422)
    try:
        row = referrals.request(case, form.wanted(), user, timezone.now(), seen=seen_in(request.POST))
    except Stale as stale:
        return _ask(request, the_case(request, pk), kind, form, status=409, stale=stale.message)
    except Forbidden:
        raise
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _ask(request, case, kind, form, status=refusal.status)
    forget(user, f"refer-{kind.key}:{pk}")
    messages.success(request, f"已提出「{row}」，等待「{row.sender}」的审批人审批后发出。")
    return redirect(row)


def _form(case: Case, kind: Kind, data: Any) -> ReferForm:
    agencies = referrals.agencies_for(case, kind)
    first = agencies.first()
    return ReferForm(
        data,
        kind=kind,
        agencies=agencies,
        files=case.evidence.all(),
        today=timezone.localdate(),
        initial={"request": kind.request, "agency": first.pk if first else ""},
    )


def _ask(
    request: HttpRequest, case: Case, kind: Kind, form: ReferForm, *, status: int = 200, stale: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "kind": kind,
        "kinds": open_to(case),
        "form": form,
        "stale": stale,
        "kept_as": f"refer-{kind.key}",
        "agencies": list(referrals.agencies_for(case, kind)),
        "additions": [line for add in referrals.ADDITIONS for line in add(case, kind)],
        "lines": snapshot.report(case),
    }
    return render(request, "arrears/refer.html", context, status=status)


# ---- one referral --------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, the_referral(request, pk))


def _page(
    request: HttpRequest,
    row: Referral,
    *,
    status: int = 200,
    stale: str = "",
    asked: str = "",
    form: PlainForm | None = None,
) -> HttpResponse:
    """`form`: the one that was refused, `asked` its name."""
    user, now = reader(request), timezone.now()
    waiting, kind = row.stage == S.REQUESTED, KINDS[row.kind]
    notes = referrals.may_note(row, user)
    lines = referrals.lines(row) if waiting else referrals.frozen(row)
    today = timezone.localdate()
    forms: dict[str, PlainForm] = {
        "opinion": WordForm(today=today),
        "word": WordForm(noting=True, today=today),
        "answer": AnswerForm(kind=kind, noting=True, today=today, initial={"on": today}),
    }
    if form is not None:
        forms[asked] = form
    changes = snapshot.changes(row.snapshot, lines) if waiting else []
    context: dict[str, Any] = {
        "row": row,
        "case": row.case,
        "kind": kind,
        "lines": lines,
        "shown": snapshot.seal(lines),
        "forms": forms,
        "stale": stale,
        "waiting": waiting,
        "asked": asked,
        "changes": [{"label": label, "before": old, "after": new} for label, old, new in changes],
        "barred": referrals.barred(row, user, now) if waiting else None,
        "may_withdraw": (waiting and row.requested_by_id == user.pk) or (row.stage == S.SENT and notes),
        "may_note_word": row.stage == S.SENT and notes,
        "may_note_answer": row.stage in (S.ACCEPTED, S.ANSWERED) and notes,
        "may_read": referrals.may_read_above(row, user),
        "answers": [(one, kind.result(one.result)) for one in row.answers.select_related("by")],
        "papers": row.papers.select_related("evidence"),
        "liaisons": row.agency.liaisons.filter(until=None),
        "sees_case": Case.objects.visible_to(user).filter(pk=row.case_id).exists(),
        "again": row.stage in (S.DECLINED, S.REFUSED, S.WITHDRAWN) and referrals.may_refer(row.case, user),
    }
    return render(request, "arrears/referral.html", context, status=status)


# ---- deciding and noting -------------------------------------------------------------------------------------------

Decide = Callable[[Referral, User, HttpRequest, dict[str, Any]], Any]


def _decision(decide: Decide, done: str, name: str = "opinion") -> Callable[..., HttpResponse]:
    """A view that makes one decision upon a referral; `name`: the form of the page it is sent from."""

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        row, user = the_referral(request, pk), reader(request)
        if name != "opinion" and not referrals.may_note(row, user):
            raise Forbidden(f"由「{row.sender.in_charge()}」的经办人代录部门的意见。")
        form = _sent(name, row, request)
        if not form.is_valid():
            return _page(request, row, status=422, form=form, asked=name)
        try:
            decide(row, user, request, form.cleaned_data)
        except Forbidden:
            raise
        except Stale as stale:
            again = the_referral(request, pk)
            return _page(request, again, form=form, asked=name, status=409, stale=stale.message)
        except Refused as refusal:
            form.take(refusal.fields, refusal.message)
            return _page(request, row, status=refusal.status, form=form, asked=name)
        messages.success(request, done)
        return redirect(row)

    return login_required(require_POST(view))


def _sent(name: str, row: Referral, request: HttpRequest) -> PlainForm:
    today = timezone.localdate()
    if name == "answer":
        return AnswerForm(request.POST, kind=KINDS[row.kind], noting=True, today=today)
    return WordForm(request.POST, noting=name == "word", today=today)


approve = _decision(
    lambda row, user, request, said: referrals.approve(
        row, user, timezone.now(), shown=request.POST.get("shown", ""), opinion=said["opinion"]
    ),
    "已批准并发出，等待对方接收。",
)
decline = _decision(
    lambda row, user, request, said: referrals.decline(row, user, timezone.now(), opinion=said["opinion"]),
    "已退回提出人。",
)
withdraw = _decision(
    lambda row, user, request, said: referrals.withdraw(row, user, timezone.now(), opinion=said["opinion"]), "已撤回。"
)
note_acceptance = _decision(
    lambda row, user, request, said: referrals.accept(
        row, user, timezone.now(), opinion=said["opinion"], told_by=said["told_by"]
    ),
    "已代录：对方接收。",
    "word",
)
note_refusal = _decision(
    lambda row, user, request, said: referrals.refuse(
        row, user, timezone.now(), opinion=said["opinion"], told_by=said["told_by"]
    ),
    "已代录：对方不予接收。",
    "word",
)
note_answer = _decision(
    lambda row, user, request, said: referrals.answer(
        row, said["result"], said["on"], said["text"], user, timezone.now(), told_by=said["told_by"]
    ),
    "已代录部门答复。",
    "answer",
)


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    row = the_referral(request, pk)
    referrals.read_above(row, reader(request), timezone.now())
    messages.success(request, "已阅知行业主管部门的反馈。")
    return redirect(row)


@login_required
@require_safe
def paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse | FileResponse:
    row = the_referral(request, pk)
    return send_file(get_object_or_404(row.papers.select_related("evidence"), pk=paper_pk).evidence)
