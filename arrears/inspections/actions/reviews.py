"""Reviews of one unit by another (SD-3.2): planned by the union above, visited, findings answered and closed singly.

A second person closes a finding or sends its answer back, not the one who answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from arrears.inspections.models import Review, ReviewFinding, ReviewKind, WeakSpot
from arrears.inspections.terms import keep_reviews
from unions.approvals import Approval, ApprovalList, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.formats import moment
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User, acts_at
from unions.people.rights import Right, holders_of
from unions.tree import actions as tree

DECIDES = (Right.HANDLE, Right.APPROVE)
# A finding answered by the last day of its term (SD-3.2), for whoever weighs how units put things right.
ANSWERED_IN_TIME = Q(answered_at__date__lte=F("due_on"))


@dataclass(frozen=True)
class ReviewFacts:
    """Who reviews whom, led by whom, when. `inspector` None: a third party, `outsider`."""

    kind: str
    name: str
    inspected: Union
    leader: str
    since: date
    until: date
    inspector: Union | None = None
    outsider: str = ""
    scope: str = ""


def may_inspect(row: Review, user: User) -> bool:
    if row.called_off_at is not None:
        return False
    return user.may(Right.HANDLE, row.inspecting_unit) or user.may(Right.HANDLE, row.planner.in_charge())


def may_answer(finding: ReviewFinding, user: User) -> bool:
    return finding.closed_at is None and user.may(Right.HANDLE, finding.review.inspected.in_charge())


def may_decide(finding: ReviewFinding, user: User) -> bool:
    """By right; whether she is a second person is `why_not_second_person`'s to say."""
    units = (finding.review.inspecting_unit, finding.review.planner.in_charge())
    return any(user.may(right, unit) for right in DECIDES for unit in units)


# Planning ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_review(planner: Union, facts: ReviewFacts, by: User, at: datetime) -> Review:
    tree.hold_still()
    planner = Union.objects.get(pk=planner.pk)
    by.forget_grants()
    if not by.may(Right.HANDLE, planner) or planner.is_closed:
        raise Forbidden(f"互查、审计由组织单位的{holders_of(Right.HANDLE)}制定，您不能为“{planner}”制定。")
    _check(planner, facts)
    data = {name: value.strip() if isinstance(value, str) else value for name, value in vars(facts).items()}
    row = Review.objects.create(planner=planner, by=by, at=at, **data)
    audit.record(
        row.stream,
        "review.plan",
        by,
        at,
        union=planner,
        name=row.name,
        kind=row.kind,
        inspector=row.inspector_id,
        inspected=row.inspected_id,
        since=row.since,
        until=row.until,
    )
    _keep_terms(row, "plan", by, at)
    return row


def _check(planner: Union, facts: ReviewFacts) -> None:
    found: dict[str, str] = {}
    for field, label in (("name", "名称"), ("leader", "带队人")):
        if not getattr(facts, field).strip():
            found[field] = f"请填写{label}。"
    if facts.until < facts.since:
        found["until"] = "止日早于起日。"
    if facts.inspected == planner or not planner.contains(facts.inspected):
        found["inspected"] = f"被检查单位须在“{planner}”以下。"
    found |= _faults_of_inspector(planner, facts)
    if found:
        raise Refused("；".join(found.values()), found)


def _faults_of_inspector(planner: Union, facts: ReviewFacts) -> dict[str, str]:
    if facts.kind == ReviewKind.THIRD_PARTY:
        if facts.inspector is not None:
            return {"inspector": "第三方审计填机构名称，不选检查单位。"}
        return {} if facts.outsider.strip() else {"outsider": "请填写第三方机构名称。"}
    if facts.outsider.strip():
        return {"outsider": "只有第三方审计填机构名称。"}
    if facts.inspector is None:
        return {"inspector": "请填写检查单位。"}
    if not planner.contains(facts.inspector):
        return {"inspector": f"检查单位须是“{planner}”或其下级。"}
    if facts.inspected.contains(facts.inspector):
        return {"inspector": "检查单位不能是被检查单位自己或其下级。"}
    if facts.kind == ReviewKind.PEER and facts.inspector.kind != facts.inspected.kind:
        return {"inspector": "互查在同级单位之间进行，请选同一级的检查单位。"}
    return {}


@transaction.atomic
def call_off_review(row: Review, reason: str, by: User, at: datetime) -> Review:
    row = _locked(row)
    if not by.may(Right.HANDLE, row.planner.in_charge()):
        raise Forbidden(f"这次检查由“{row.planner}”组织，由该单位取消。")
    if row.visited_on is not None:
        raise Refused("已经到场检查，不能取消。")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明取消的原因。")
    row.called_off_at, row.called_off_because = at, reason.strip()[:200]
    return _write(row, "off", by, at, reason=row.called_off_because)


# On the spot ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_visit(row: Review, on: date, people: str, summary: str, by: User, at: datetime, *, seen: int) -> Review:
    """Record or correct the visit. Stale: changed since version `seen`."""
    row = _locked(row)
    _check_inspects(row, by)
    if row.version != seen:
        raise Stale("您打开页面之后有了变动，请查看最新内容后再办理。")
    found: dict[str, str] = {}
    if on > day_of(at):
        found["on"] = "到场日期不能晚于今天。"
    elif on < row.since:
        found["on"] = f"到场日期不能早于计划开始的 {row.since}。"
    for field, text, label in (("people", people, "参加人员"), ("summary", summary, "检查情况")):
        if not text.strip():
            found[field] = f"请填写{label}。"
    if found:
        raise Refused("；".join(found.values()), found)
    row.visited_on, row.people, row.summary = on, people.strip(), summary.strip()
    return _write(row, "visit", by, at, on=on)


@transaction.atomic
def record_finding(row: Review, spot: str, detail: str, due_on: date, by: User, at: datetime) -> ReviewFinding:
    """Record a finding for the inspected unit, with its term."""
    row = _locked(row)
    _check_inspects(row, by)
    if row.visited_on is None:
        raise Refused("请先登记到场检查，再登记发现的问题。")
    found: dict[str, str] = {}
    if not detail.strip():
        found["detail"] = "请写明问题。"
    if due_on < row.visited_on:
        found["due_on"] = "整改期限不能早于到场日期。"
    if row.found.filter(detail=detail.strip()[:500]).exists():
        found["detail"] = "这个问题已经登记过。"
    if found:
        raise Refused("；".join(found.values()), found)
    finding = ReviewFinding.objects.create(
        review=row, spot=WeakSpot(spot), detail=detail.strip()[:500], due_on=due_on, by=by, at=at
    )
    audit.record(finding.stream, "review.find", by, at, union=row.inspected, spot=spot, due_on=due_on)
    _keep_terms(row, "find", by, at)
    return finding


def _check_inspects(row: Review, by: User) -> None:
    if row.called_off_at is not None:
        raise Stale("这次检查已经取消，请刷新页面。")
    if not may_inspect(row, by):
        raise Forbidden(f"这次检查由“{row.inspecting_unit}”的{holders_of(Right.HANDLE)}登记，您没有这项权限。")


# Putting right -------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_finding(finding: ReviewFinding, text: str, by: User, at: datetime, *, seen: int) -> ReviewFinding:
    """Record how the inspected unit put a finding right."""
    finding = _locked_finding(finding)
    unit = finding.review.inspected.in_charge()
    if not by.may(Right.HANDLE, unit):
        raise Forbidden(f"这个问题由“{unit}”的{holders_of(Right.HANDLE)}答复，您没有这项权限。")
    _check_seen(finding, seen)
    if finding.answered_at is not None:
        raise Stale("已经答复，等待检查单位销号。")
    if not text.strip():
        raise Refused.for_field("answer", "请写明整改情况。")
    finding.answer, finding.answered_by, finding.answered_at, finding.sent_back = text.strip(), by, at, ""
    finding = _write_finding(finding, "answer", by, at, words=finding.answer)
    APPROVAL.tell_if_nobody(finding, at)
    return finding


class FindingApproval(Approval[ReviewFinding]):
    """Closing of one finding by the reviewing unit or the union above, never by who answered."""

    model = ReviewFinding
    listed = ApprovalList(
        "finding",
        "互查审计问题销号",
        ("review__inspected", "answered_by"),
        "arrears/inspections/finding_approval_row.html",
        full_list="reviews",
    )
    this = "这个问题"
    rights = DECIDES
    act = "销号"
    title = "销号"
    why_not_title = "不能由您销号"
    opinion_help = "退回须写明原因。"
    changed = "您打开页面之后这个问题有了变动，请查看最新内容后再办理。"
    stage = "closed_at"
    waits = None
    approved = Transition(None, "review.close", "销号", "这个问题已销号。")
    declined = Transition(None, "review.send-back", "退回", "已退回，请被检查单位继续整改。")
    asked = ("answered_by", "answered_at")
    asker_is = ("您是整改答复人", "整改答复人")
    decided = ("closed_by", "closed_at", "closing")
    no_reason = "请写明退回的原因。"
    longest = 300
    declining_takes_a_second_person = True
    declined_as_never_asked = True

    def unit_of(self, row: ReviewFinding) -> Union:
        return row.review.inspecting_unit

    def unit_id(self) -> Any:
        return Coalesce("review__inspector", "review__planner")

    def awaiting(self, user: User) -> QuerySet[ReviewFinding]:
        """Answered ones at units where the reader approves; who handles cases there finds them at the review."""
        paths = user.paths(self.right)
        at_her_units = acts_at(paths, "review__planner") | acts_at(paths, "review__inspector")
        return self.waiting_rows().filter(at_her_units)

    def waiting_rows(self) -> QuerySet[ReviewFinding]:
        return super().waiting_rows().filter(answered_at__isnull=False)

    def shown(self, row: ReviewFinding, at: datetime) -> list[ShownLine]:
        answered = ShownLine("答复时间", moment(row.answered_at))
        return [ShownLine("问题", row.detail), ShownLine("整改情况", row.answer), answered]

    def is_waiting(self, row: ReviewFinding) -> bool:
        return row.answered_at is not None and row.closed_at is None

    def lacks_right(self, row: ReviewFinding, user: User) -> str | None:
        if may_decide(row, user):
            return None
        units = f"“{row.review.inspecting_unit}”或“{row.review.planner}”"
        return f"由检查单位{units}的{holders_of(*DECIDES)}销号，您没有这项权限。"

    def lock(self, row: ReviewFinding) -> ReviewFinding:
        return _locked_finding(row)

    def moved_on(self, row: ReviewFinding) -> str:
        return "这个问题已经销号，请刷新页面。"

    def before_approve(self, row: ReviewFinding, by: User, at: datetime) -> FieldValues:
        _check_answered(row)
        return {}

    def before_decline(self, row: ReviewFinding, by: User, at: datetime, opinion: str) -> FieldValues:
        """What was answered stays in the log."""
        _check_answered(row)
        return {"closing": "", "sent_back": opinion}

    def move(self, row: ReviewFinding, to: Any, **facts: Any) -> None:
        super().move(row, to, version=row.version + 1, **facts)

    def record(self, row: ReviewFinding, verb: str, by: User, at: datetime, reason: str) -> None:
        audit.record(row.stream, verb, by, at, union=row.review.inspected, reason=reason)
        _keep_terms(row.review, verb.removeprefix("review."), by, at)


def _check_answered(finding: ReviewFinding) -> None:
    if finding.answered_at is None:
        raise Refused("被检查单位还没有答复整改情况。")


APPROVAL = FindingApproval()
close, send_back = APPROVAL.approve, APPROVAL.decline


# ---------------------------------------------------------------------------------------------------------------------


def _locked(row: Review) -> Review:
    parts = ("planner", "inspector", "inspected")
    return Review.objects.select_for_update(of=("self",)).select_related(*parts).get(pk=row.pk)


def _locked_finding(finding: ReviewFinding) -> ReviewFinding:
    review = _locked(finding.review)
    finding = ReviewFinding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    finding.review = review
    return finding


def _check_seen(finding: ReviewFinding, seen: int) -> None:
    if finding.closed_at is not None:
        raise Stale("这个问题已经销号，请刷新页面。")
    if finding.version != seen:
        raise Stale("您打开页面之后这个问题有了变动，请查看最新内容后再办理。")


def _write(row: Review, verb: str, by: User, at: datetime, **data: object) -> Review:
    row.version += 1
    row.save()
    audit.record(row.stream, f"review.{verb}", by, at, union=row.planner, **data)
    _keep_terms(row, verb, by, at)
    return row


def _write_finding(finding: ReviewFinding, verb: str, by: User, at: datetime, **data: object) -> ReviewFinding:
    finding.version += 1
    finding.save()
    audit.record(finding.stream, f"review.{verb}", by, at, union=finding.review.inspected, **data)
    _keep_terms(finding.review, verb, by, at)
    return finding


def _keep_terms(row: Review, verb: str, by: User, at: datetime) -> None:
    keep_reviews([row.pk], at)


# Weak spots ----------------------------------------------------------------------------------------------------------


def findings_due_between(since: date, until: date) -> QuerySet[ReviewFinding]:
    """Findings whose term ends in the span; ANSWERED_IN_TIME meets them."""
    return ReviewFinding.objects.filter(due_on__range=(since, until), review__called_off_at=None).order_by()


def weak_spots(found: QuerySet[ReviewFinding]) -> list[tuple[str, int, int]]:
    """(what, findings, of these not closed), the most frequent first. One query."""
    rows = (
        found.order_by()
        .values_list("spot")
        .annotate(all=Count("pk"), left=Count("pk", filter=Q(closed_at=None)))
        .order_by("-all", "spot")
    )
    return [(str(WeakSpot(spot).label), count, left) for spot, count, left in rows]
