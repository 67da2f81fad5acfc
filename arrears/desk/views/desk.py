"""工作台: what waits for the reader, box by box, and what to do where nothing waits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Case as Ranked
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.assigning import to_handle
from arrears.cases.case_rows import rows_of
from arrears.cases.models import Case, State
from arrears.cases.models.case import immediate
from arrears.desk.approvals import count_lists, every_list, in_order, with_sums
from arrears.desk.next_act import MatterRow, next_act
from arrears.escalations.models import AT_ONCE, Acknowledgement, Escalation, Stage
from arrears.law.models import Obligation
from arrears.law.obligations.local import local
from arrears.law.obligations.reading import status_of
from arrears.referrals.models import AgencyClue, Referral
from arrears.transfers.models import Transfer
from unions.common.urgency import urgency_where
from unions.duties import vacancies_for
from unions.http import Request, read_page
from unions.models import Stash, User
from unions.pages import count_each
from unions.people.rights import Right
from unions.upkeep import upkeep_of

SHOWN = 6  # of each box
TO_DO = "待我办理"
# What the unit that handles a case owes by a clock, the most pressing first.
OF_ITS_UNIT = Q(holder=F("case__handling_union"), clock_at__isnull=False)
PRESSING = ("urgency", "clock_at", "pk")


@dataclass
class Box:
    """One card: rows of one template, how many there are, and what is said when there are none."""

    title: str
    kind: str  # which template shows its rows
    empty: str
    rows: list[Any] = field(default_factory=list)
    more: str = ""  # where all of them are
    counted: dict[str, QuerySet[Any]] = field(default_factory=dict)  # what its number counts, by a name of its own
    count: int = 0
    more_label: str = "全部"
    read: QuerySet[Any] | None = None  # its rows, asked for only where there are some; else there is no card
    about: list[int] = field(default_factory=list)  # ids of the cases whose sums its rows show


@read_page
def desk(request: Request) -> HttpResponse:
    user = request.user
    if user.is_outsider():
        return redirect("incoming")
    if not user.paths(Right.VIEW):
        return render(request, "arrears/desk/desk_platform.html", _kept_running(user))
    boxes = [
        box
        for box in (
            _to_do(user),
            _to_approve(user),
            _to_receive(user),
            _to_acknowledge(user),
            _handed_over(user),
            _from_departments(user),
            _returned(user),
            _drafts(user),
        )
        if box is not None
    ]
    counts = count_each(user, {key: rows for box in boxes for key, rows in box.counted.items()})
    for box in boxes:
        box.count += sum(counts[key] for key in box.counted)
        if box.read is not None and box.count:
            box.rows = list(box.read)
    boxes = [box for box in boxes if box.read is None or box.rows]
    about = {case for box in boxes for case in box.about}
    context = {
        "boxes": boxes,
        "in_hand": sum(box.count for box in boxes if box.title == TO_DO),
        "balances": ledger.balances(about) if about else {},
        "idle": [box for box in boxes if not box.rows],
        **_kept_running(user),
        "recent": _recent(user),
        "may_file": bool(user.paths(Right.FILE)),
        "may_export": bool(user.paths(Right.EXPORT)) and not boxes,  # statisticians: nothing else waits for them
        "now": timezone.now(),
    }
    return render(request, "arrears/desk/desk.html", context)


def _kept_running(user: User) -> dict[str, Any]:
    """Posts without a holder, and what keeps units and the installation running."""
    now = timezone.now()
    return {"vacancies": vacancies_for(user, now), "upkeep": upkeep_of(user, now)}


def _cases(found: QuerySet[Case], user: User) -> list[MatterRow]:
    cases = list(found.select_related("employer", "union", "handling_union", "officer")[:SHOWN])
    return [MatterRow(row, next_act(row, user)) for row in rows_of(cases)]


def _with_terms(rows: list[MatterRow], user: User, now: datetime) -> list[MatterRow]:
    """With whose they are, and the most pressing thing the unit of each owes. One query."""
    terms: dict[int, Obligation] = {}
    for one in (
        Obligation.objects.open().filter(OF_ITS_UNIT, case__in=[row.row.case.pk for row in rows]).order_by(*PRESSING)
    ):
        terms.setdefault(one.case_id or 0, one)
    return [
        replace(
            row,
            whose="本人" if row.row.case.officer_id == user.pk else "本单位",
            term=status_of(terms[row.row.case.pk], now) if row.row.case.pk in terms else None,
        )
        for row in rows
    ]


def _by_urgency(found: QuerySet[Case], user: User, now: datetime) -> QuerySet[Case]:
    """What cannot wait, what is overdue, what is due soon, the rest; of each what is hers before what is her unit's."""
    owed = Obligation.objects.open().filter(
        case=OuterRef("pk"), holder=OuterRef("handling_union"), clock_at__isnull=False
    )
    clock = Subquery(owed.order_by("clock_at").values("clock_at")[:1])
    rank = Ranked(
        When(immediate(), then=Value(0)),
        When(clock__lt=now, then=Value(1)),
        When(clock__lte=now + local().soon, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    hers = Ranked(When(officer=user, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.annotate(clock=clock, rank=rank, hers=hers).order_by("rank", "hers", "clock", "-id")


def _to_do(user: User) -> Box | None:
    """Mine; at units where I handle cases also those nobody there is at work on."""
    if not (user.paths(Right.HANDLE) or user.paths(Right.FILE)):
        return None
    found = to_handle(user)
    empty = "暂无待办案件。接到欠薪反映，请点击“登记案件”。"
    more = f"{reverse('cases')}?todo=on"
    now = timezone.now()
    rows = _with_terms(_cases(_by_urgency(found, user, now), user), user, now)
    return Box(TO_DO, "cases", empty, rows, more, {"cases": found})


def _to_approve(user: User) -> Box | None:
    """The longest waiting of each kind; what goes up at once before all. The rest is behind 全部."""
    if not user.paths(Right.APPROVE):
        return None
    counts = count_lists(user)
    found = [item for one in every_list() if counts[one.listed.key] for item in one.first(user, SHOWN)]
    return Box(
        "待我审批",
        "approvals",
        "暂无待您审批的事项。有人提出上报、办结、垫付、惩戒、报表等事项时，将在此列出。",
        with_sums(in_order(found)[:SHOWN]),
        reverse("approvals"),
        count=sum(counts.values()),
    )


def _to_receive(user: User) -> Box | None:
    if not user.paths(Right.RECEIVE):
        return None
    found = Escalation.objects.awaiting_receipt_by(user)
    rows = found.select_related("case__employer", "sender", "receiver").annotate(urgency=urgency_where(AT_ONCE))
    shown = list(rows.order_by("urgency", "decided_at", "pk")[:SHOWN])
    return Box(
        "待接收的上报",
        "receipts",
        "暂无待您接收的上报。下级工会上报后，将在此列出。",
        shown,
        f"{reverse('escalations')}?list=receive",
        {"receipts": found},
        about=[row.case_id for row in shown],
    )


def _to_acknowledge(user: User) -> Box | None:
    if not (user.paths(Right.RECEIVE) or user.paths(Right.APPROVE)):
        return None
    now = timezone.now()
    found = Acknowledgement.objects.owed_by(user)
    rows = list(found.select_related("case__employer", "union").order_by("opened_at")[:SHOWN])
    return Box(
        "待确认知悉",
        "acknowledgements",
        "没有极端、群体性或通知要求即时上报的案件待您确认；一有上报，各级同时计时。",
        [(row, row.elapsed(now)) for row in rows],
        counted={"acknowledgements": found},
        about=[row.case_id for row in rows],
    )


def _handed_over(user: User) -> Box | None:
    """Transfers to accept and answers of industry authorities to read; nothing where there is nothing."""
    if not (user.paths(Right.RECEIVE) or user.paths(Right.APPROVE)):
        return None
    moving, unread = Transfer.objects.arriving_at(user), Referral.objects.unread_above(user)
    urgency = urgency_where(immediate("case__"))
    asked = moving.select_related("case__employer", "sender").annotate(urgency=urgency)
    told = unread.select_related("case__employer", "agency", "sender").annotate(urgency=urgency)
    rows: list[Any] = [("transfer", row) for row in asked.order_by("urgency", "asked_at", "pk")[:SHOWN]]
    rows += [("told", row) for row in told.order_by("urgency", "answered_at", "pk")[:SHOWN]]
    rows.sort(key=lambda pair: pair[1].urgency)  # within a rank, kind by kind
    if not rows:
        return None
    about = [row.case_id for _, row in rows]
    counted: dict[str, QuerySet[Any]] = {"moving": moving, "unread": unread}
    return Box("待接收的转办和待阅知的反馈", "handovers", "", rows, counted=counted, about=about)


def _from_departments(user: User) -> Box | None:
    """Clues departments sent, on the desk of who answers them; nothing where there is none (QH-2b)."""
    if not user.paths(Right.HANDLE):
        return None
    found = AgencyClue.objects.awaiting(user)
    rows = found.select_related("agency").order_by("due_on", "pk")[:SHOWN]
    more = f"{reverse('referrals')}?list=received"
    return Box("部门移来待答复的线索", "clues", "", more=more, counted={"clues": found}, read=rows)


def _returned(user: User) -> Box | None:
    """Reports of mine that came back and were not asked again, and closings of mine that were sent back."""
    if not (user.paths(Right.FILE) or user.paths(Right.HANDLE)):
        return None
    back = Escalation.objects.filter(requested_by=user, stage__in=[Stage.DECLINED, Stage.RETURNED])
    later = Escalation.objects.filter(case=OuterRef("case"), sender=OuterRef("sender"), pk__gt=OuterRef("pk"))
    reports = back.filter(~Exists(later)).exclude(case__state__in=[State.CLOSED, State.DISMISSED])
    reports = reports.filter(case__in=Case.objects.visible_to(user))
    reports = reports.annotate(urgency=urgency_where(AT_ONCE)).order_by("urgency", "-id")
    rows: list[Any] = [("report", row) for row in reports.select_related("case__employer", "receiver")[:SHOWN]]
    about = [row.case_id for _, row in rows]
    cases = Case.objects.visible_to(user).filter(settled_by=user, state=State.OPEN)
    rows += [("closing", row) for row in cases.select_related("employer").order_by("-id")[:SHOWN]]
    about += [row.pk for kind, row in rows if kind == "closing"]
    return Box(
        "退回本人的上报和办结",
        "returned",
        "暂无退回的上报或办结。被退回的，补正后可再次提出。",
        rows,
        f"{reverse('escalations')}?list=returned",
        {"reports": reports, "closings": cases},
        more_label="被退回的上报（含下级）",
        about=about,
    )


def _drafts(user: User) -> Box | None:
    if not user.paths(Right.FILE):
        return None
    drafts = Case.objects.visible_to(user).filter(state=State.DRAFT, filed_by=user)
    shown = drafts.select_related("employer").order_by("-id")[:SHOWN]
    rows: list[Any] = [("draft", row, row.get_absolute_url()) for row in shown]
    stash = Stash.objects.filter(user=user, form="case:new").first()
    if stash is not None:
        rows.insert(0, ("stash", stash, reverse("case-new")))
    empty = "没有草稿。填写中的内容会自动保存，随时可以回来继续。"
    return Box("草稿箱", "drafts", empty, rows, counted={"drafts": drafts}, count=int(stash is not None))


def _recent(user: User) -> Box:
    """What the reader last had a hand in; where she has not, the newest cases in her reach."""
    cases = Case.objects.visible_to(user).exclude(state=State.DRAFT)
    touched = cases.filter(Q(officer=user) | Q(filed_by=user) | Q(last_edited_by=user)).order_by(F("changed_at").desc())
    if rows := _cases(touched, user):
        return Box("最近", "cases", "", rows, reverse("cases"))
    empty = "暂无案件。基层工会登记的案件会出现在这里。"
    return Box("最近登记", "cases", empty, _cases(cases.order_by("-id"), user), reverse("cases"))
