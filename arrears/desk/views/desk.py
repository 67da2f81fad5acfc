"""工作台: what waits for the reader, box by box, and what to do where nothing waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.cases.case_rows import rows_of
from arrears.cases.models import Case, State
from arrears.desk.approvals import count_lists, every_list, in_order, with_sums
from arrears.escalations.models import Acknowledgement, Escalation, Stage
from arrears.referrals.actions import approval as referral_approval
from arrears.referrals.models import Referral
from arrears.transfers.models import Transfer
from unions.http import Request, read_page
from unions.models import Stash, Union, UnionUserObjectPermission, User
from unions.people.rights import Right

SHOWN = 6  # of each box
WORKED_ON = (State.CLUE, State.OPEN, State.LEGAL)


@dataclass
class Box:
    """One card: rows of one template, and what is said when there are none."""

    title: str
    kind: str  # which template shows its rows
    empty: str
    rows: list[Any] = field(default_factory=list)
    more: str = ""  # where all of them are

    @property
    def is_full(self) -> bool:
        """Whether there may be more than are shown."""
        return len(self.rows) >= SHOWN


@read_page
def desk(request: Request) -> HttpResponse:
    user = request.user
    if user.is_outsider():
        return redirect("incoming")
    if not user.paths(Right.VIEW):
        return render(request, "arrears/desk/desk_platform.html")
    boxes = [
        box
        for box in (
            _to_do(user),
            _to_approve(user),
            _to_receive(user),
            _to_acknowledge(user),
            _handed_over(user),
            _returned(user),
            _drafts(user),
        )
        if box is not None
    ]
    context = {
        "boxes": boxes,
        "recent": _recent(user),
        "may_file": bool(user.paths(Right.FILE)),
        "may_export": bool(user.paths(Right.EXPORT)) and not boxes,  # statisticians: nothing else waits for them
        "now": timezone.now(),
    }
    return render(request, "arrears/desk/desk.html", context)


def _cases(found: QuerySet[Case]) -> list[Any]:
    return rows_of(list(found.select_related("employer", "union", "handling_union", "officer")[:SHOWN]))


def at_nodes(paths: list[str]) -> Q:
    """Cases handled at one of these units, or at a closed one that one of them took over.

    By id, looked up beforehand: the index on (handling unit, state) finds a handful among 200,000.
    """
    ids = [int(path.rstrip(".").rpartition(".")[2]) for path in paths]
    taken_over = Union.objects.filter(parent__in=ids, valid_until__isnull=False)
    return Q(handling_union__in=[*ids, *taken_over.values_list("pk", flat=True)])


def _to_do(user: User) -> Box | None:
    """Mine; at units where I handle cases also those nobody there is at work on."""
    mine = Q(officer=user)
    if nodes := user.paths(Right.HANDLE):
        holds = UnionUserObjectPermission.objects.filter(
            user=OuterRef("officer"), content_object=OuterRef("handling_union"), permission__codename=Right.HANDLE.value
        )
        mine |= at_nodes(nodes) & (Q(officer=None) | ~Q(Exists(holds)))
    elif not user.paths(Right.FILE):
        return None
    found = Case.objects.visible_to(user).filter(mine, state__in=WORKED_ON).order_by("-id")
    more = f"{reverse('cases')}?state=unfinished" + ("" if nodes else "&mine=on")
    return Box("待我办理", "cases", "没有等您办理的案件。接到反映时，从「登记案件」开始。", _cases(found), more)


def _to_approve(user: User) -> Box | None:
    """The longest waiting of each kind; what goes up at once before all. The rest is behind 全部."""
    if not user.paths(Right.APPROVE):
        return None
    lists = [one for one in every_list() if one.listed.in_box]
    counts = count_lists(user, lists)
    found = [item for one in lists if counts[one.listed.key] for item in one.first(user, SHOWN)]
    return Box(
        "待我审批",
        "approvals",
        "没有等您审批的事项。有人提出上报、办结、垫付或惩戒时，会出现在这里。",
        with_sums(in_order(found)[:SHOWN]),
        reverse("approvals"),
    )


def _to_receive(user: User) -> Box | None:
    if not user.paths(Right.RECEIVE):
        return None
    rows = (
        Escalation.objects.awaiting_receipt_by(user)
        .select_related("case__employer", "sender", "receiver")
        .order_by("-immediate", "decided_at", "pk")
    )
    return Box(
        "待接收",
        "receipts",
        "没有等您接收的上报。下级工会上报后，会出现在这里。",
        list(rows[:SHOWN]),
        f"{reverse('escalations')}?list=receive",
    )


def _to_acknowledge(user: User) -> Box | None:
    if not (user.paths(Right.RECEIVE) or user.paths(Right.APPROVE)):
        return None
    now = timezone.now()
    rows = Acknowledgement.objects.owed_by(user).select_related("case__employer", "union").order_by("opened_at")[:SHOWN]
    shown = [(row, row.elapsed(now)) for row in rows]
    return Box(
        "待确认知悉",
        "acknowledgements",
        "没有极端、群体性或通知要求即时上报的案件等您确认；一有上报，各级同时计时。",
        shown,
    )


def _handed_over(user: User) -> Box | None:
    """Transfers to accept, referrals to approve, answers of industry authorities to read; nothing where there is nothing."""
    if not (user.paths(Right.RECEIVE) or user.paths(Right.APPROVE)):
        return None
    moving = (
        Transfer.objects.arriving_at(user).select_related("case__employer", "sender").order_by("asked_at", "pk")[:SHOWN]
    )
    asked = referral_approval.awaiting(user).order_by("requested_at", "pk")
    asked = asked.select_related("case__employer", "agency", "requested_by")
    unread = (
        Referral.objects.unread_above(user)
        .select_related("case__employer", "agency", "sender")
        .order_by("answered_at", "pk")
    )
    rows: list[Any] = [("transfer", row) for row in moving]
    rows += [("referral", row) for row in asked[:SHOWN]] + [("told", row) for row in unread[:SHOWN]]
    return Box("转办和转送", "handovers", "", rows) if rows else None


def _returned(user: User) -> Box | None:
    """Reports of mine that came back and were not asked again, and closings of mine that were sent back."""
    if not (user.paths(Right.FILE) or user.paths(Right.HANDLE)):
        return None
    back = Escalation.objects.filter(requested_by=user, stage__in=[Stage.DECLINED, Stage.RETURNED])
    later = Escalation.objects.filter(case=OuterRef("case"), sender=OuterRef("sender"), pk__gt=OuterRef("pk"))
    reports = back.filter(~Exists(later)).exclude(case__state__in=[State.CLOSED, State.DISMISSED])
    reports = reports.filter(case__in=Case.objects.visible_to(user))
    rows: list[Any] = [("report", row) for row in reports.select_related("case__employer", "receiver")[:SHOWN]]
    cases = Case.objects.visible_to(user).filter(settled_by=user, state=State.OPEN).select_related("employer")
    rows += [("closing", row) for row in cases.order_by("-id")[:SHOWN]]
    return Box(
        "被退回",
        "returned",
        "没有被退回的上报或办结。被退回的，补正后可再次提出。",
        rows,
        f"{reverse('escalations')}?list=returned",
    )


def _drafts(user: User) -> Box | None:
    if not user.paths(Right.FILE):
        return None
    drafts = Case.objects.visible_to(user).filter(state=State.DRAFT, filed_by=user).select_related("employer")
    rows: list[Any] = [("draft", row, row.get_absolute_url()) for row in drafts.order_by("-id")[:SHOWN]]
    stash = Stash.objects.filter(user=user, form="case:new").first()
    if stash is not None:
        rows.insert(0, ("stash", stash, reverse("case-new")))
    return Box("草稿和未提交的填写", "drafts", "没有草稿。填写中的内容会自动保存，随时可以回来继续。", rows)


def _recent(user: User) -> Box:
    """What the reader last had a hand in; where she has not, the newest cases in her reach."""
    cases = Case.objects.visible_to(user).exclude(state=State.DRAFT)
    touched = cases.filter(Q(officer=user) | Q(filed_by=user) | Q(last_edited_by=user)).order_by(F("changed_at").desc())
    if rows := _cases(touched):
        return Box("最近", "cases", "", rows, reverse("cases"))
    empty = "还没有案件。基层工会登记的案件会出现在这里。"
    return Box("最近登记", "cases", empty, _cases(cases.order_by("-id")), reverse("cases"))
