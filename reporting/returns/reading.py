"""What lists, boxes and pages ask of returns: what waits for whom, how one is told in words, what moved since it was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from arrears.law.obligations.local import local
from reporting.forms.files import Form, FormColumn
from reporting.forms.tabulate import Raw, Table, shown
from reporting.returns import freezing
from reporting.returns.filling import corrected, figures, fill, laid_out, stored_lines
from reporting.returns.models import SENT, Return, ReturnQuerySet, ReturnStage, ReturnVersion
from unions.common.formats import elapsed
from unions.models import User
from unions.models.union import acts_at
from unions.people.rights import Right

S = ReturnStage
# Still to be done by the unit itself.
TO_DO = Q(stage__in=[S.OPEN, S.RETURNED, S.AMENDING]) | Q(stage=S.IMPLIED, contradicted_at__isnull=False)
TONES = {
    S.OPEN: "info",
    S.SIGNED: "busy",
    S.SUBMITTED: "busy",
    S.RECEIVED: "good",
    S.RETURNED: "bad",
    S.AMENDING: "busy",
    S.IMPLIED: "neutral",
    S.WAIVED: "neutral",
}


# ---- one return in words --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReturnStatus:
    """A return as it stands at a moment. `words` and `tone`: its badge; `time`: how long is left or gone by, "" when sent;
    `tags`: what else is to be known, each with whether it is grave."""

    row: Return
    words: str
    tone: str
    time: str
    tags: list[tuple[str, bool]]


def told(row: Return, now: datetime) -> ReturnStatus:
    return ReturnStatus(row, *_badge(row, now), _time(row, now), _tags(row))


def _badge(row: Return, now: datetime) -> tuple[str, str]:
    if row.stage == S.OPEN:
        if row.missing(now):
            return "漏报", "bad"
        soon = now >= row.due_at - local().soon
        return "待填报", "busy" if soon else "info"
    if row.stage == S.SUBMITTED and not row.receiver_id:  # whoever takes it in has no account here
        return "已报出", "good"
    return row.get_stage_display(), TONES[S(row.stage)]


def _time(row: Return, now: datetime) -> str:
    if not row.expects_something:
        return ""
    if row.missing(now):
        return f"已过 {elapsed(row.due_at, now)}"
    return f"还剩 {elapsed(now, row.due_at)}"


def _tags(row: Return) -> list[tuple[str, bool]]:
    """迟报, 零报告, 与台账矛盾, 第 2 版. Reads `current`."""
    found = [("迟报", True)] if row.late() else []
    if row.contradicted_at:
        found.append(("零报告与台账矛盾", True))
    if row.current and row.stage in (*SENT, S.AMENDING):
        found += [("零报告", False)] if row.current.nil else []
        found += [(f"第 {row.current.number} 版", False)] if row.current.number > 1 else []
    if row.provisional and not row.submitted_at:
        found.append(("期限暂定", True))
    return found


def insider(row: Return, user: User) -> bool:
    """Whether the reader works at the unit itself: a draft is nobody else's."""
    return row.union.in_charge().path in user.paths(Right.VIEW)


# ---- lists ------------------------------------------------------------------------------------------------------------


def of_own_units(user: User) -> ReturnQuerySet:
    return Return.objects.visible_to(user).filter(path__in=user.paths(Right.VIEW))


def to_prepare(user: User) -> ReturnQuerySet:
    """What the reader signs as 制表人 and is still to be done."""
    return Return.objects.filter(TO_DO, acts_at(user.paths(Right.SUBMIT), "union"))


def to_approve(user: User) -> ReturnQuerySet:
    return Return.objects.filter(acts_at(user.paths(Right.APPROVE), "union"), stage=S.SIGNED)


def to_receive(user: User) -> ReturnQuerySet:
    paths = sorted({*user.paths(Right.SUBMIT), *user.paths(Right.RECEIVE)})
    return Return.objects.filter(acts_at(paths, "receiver"), stage=S.SUBMITTED)


def waiting(user: User) -> ReturnQuerySet:
    """What another person waits for: to be approved, received, or made good after it was sent back."""
    back = to_prepare(user).filter(stage__in=[S.RETURNED, S.IMPLIED])
    parts = (to_approve(user), to_receive(user), back)
    wanted = Q()
    for part in parts:
        wanted |= Q(pk__in=part.order_by().values("pk"))
    return Return.objects.filter(wanted)


@dataclass(frozen=True)
class ReturnListing:
    """`needs`: rights of which one is enough. `by_clock`: the next due first, else the newest first."""

    label: str
    rows: Callable[[User], ReturnQuerySet]
    empty: str
    needs: tuple[Right, ...] = (Right.VIEW,)
    by_clock: bool = False


LISTINGS: dict[str, ReturnListing] = {
    "prepare": ReturnListing(
        "待填报", to_prepare, "没有待填报的报表。到期以前，应报的报表会自动列在这里。", (Right.SUBMIT,), True
    ),
    "approve": ReturnListing("待我审批", to_approve, "没有等您审批的报表。", (Right.APPROVE,), True),
    "receive": ReturnListing("待我接收", to_receive, "没有等您接收的报表。", (Right.SUBMIT, Right.RECEIVE), True),
    "own": ReturnListing("本单位报表", of_own_units, "本单位还没有应报的报表。"),
    "all": ReturnListing("含所辖单位", lambda user: Return.objects.visible_to(user), "还没有应报的报表。"),
}


def offered(user: User) -> dict[str, ReturnListing]:
    """The lists of use to this reader."""
    return {key: row for key, row in LISTINGS.items() if any(user.paths(right) for right in row.needs)}


@dataclass(frozen=True)
class Task:
    """One row of the desk: what the reader is to do with a return."""

    act: str
    told: ReturnStatus


def at_hand(user: User, now: datetime, most: int) -> list[Task]:
    """What waits for the reader: to sign (soon due, sent back or missing), to approve, to receive. One query."""
    soon = Q(due_at__lte=now + local().soon) | ~Q(stage=S.OPEN)
    found = (
        Return.objects.filter(
            Q(pk__in=to_prepare(user).filter(soon).values("pk"))
            | Q(pk__in=to_approve(user).values("pk"))
            | Q(pk__in=to_receive(user).values("pk"))
        )
        .select_related("union", "receiver", "current")
        .order_by("due_at", "pk")
    )
    return [Task(_act(row), told(row, now)) for row in found[:most]]


def _act(row: Return) -> str:
    return {S.SIGNED: "审批", S.SUBMITTED: "接收", S.RETURNED: "退回，重报"}.get(S(row.stage), "填报")


# ---- what stands frozen, and what moved since ---------------------------------------------------------------------------


def table_of(version: ReturnVersion) -> Table:
    """The table of a version as it was signed; not of a list."""
    form = freezing.form_of_version(version)
    stubs = freezing.stubs_of(version, form)
    return laid_out(form, freezing.scope_of_version(version), stubs, stored_lines(version))


def headings(form: Form) -> list[str]:
    """What each column of figures is called with what stands above it: 本周新增案件数(件)."""
    return ["".join(words) for header in form.header for words, leaf in _leaves(header, ()) if leaf.measure]


def _leaves(header: FormColumn, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], FormColumn]]:
    words = (*above, header.text)
    if header.leaf:
        yield words, header.leaf
    for child in header.columns:
        yield from _leaves(child, words)


@dataclass(frozen=True)
class MovedFigure:
    """A figure the books say otherwise now than when it was signed, as printed: a row of `{% changes %}`."""

    label: str
    before: str
    after: str


def moved(report: Return, version: ReturnVersion, day: date) -> list[MovedFigure] | None:
    """Where the return would say something else if it were signed on `day`; None where the layout, or the units in its rows, are others now.

    Of a list, rows that came or went count, as one line.
    """
    filled = fill(report, day)
    if filled.form.digest != version.form_digest:
        return None
    if filled.form.by_unit and filled.stubs != freezing.stubs_of(version, filled.form):
        return None
    if filled.form.is_list:
        return _moved_rows(filled.rows, freezing.cells_of(filled)["rows"], version)
    now, then = corrected(filled.form, filled.computed, version.corrections.all()), stored_lines(version)
    columns = list(zip(headings(filled.form), figures(filled.form), strict=True))
    return [
        MovedFigure(f"{stub.text}，{name}", *_told_apart(then[r][c], now[r][c], column.unit))
        for r, stub in enumerate(filled.stubs)
        for c, (name, column) in enumerate(columns)
        if then[r][c] != now[r][c]
    ]


def _moved_rows(rows: list[tuple[int, list[Any]]], cells: list[list[Any]], version: ReturnVersion) -> list[MovedFigure]:
    if cells == version.cells["rows"]:
        return []
    return [MovedFigure("清单，行数", str(len(version.cells["rows"])), str(len(rows)))]


def _told_apart(then: Raw, now: Raw, unit: str) -> tuple[str, str]:
    """Two figures in the column's unit; raw where rounding would hide the difference."""
    before, after = (f"{shown(raw, unit):,f}" for raw in (then, now))
    return (before, after) if before != after else (f"{then:,}", f"{now:,}")


def frozen_ids(version: ReturnVersion) -> list[int]:
    """Of a list: whose rows they are, in their order."""
    return version.figures.get(measure="").ids


def versions_of(report: Return, inside: bool) -> QuerySet[ReturnVersion]:
    """The versions a reader may see, the newest first: what was signed and not approved is the unit's own business."""
    rows = report.versions.select_related(
        "signed_by", "signed_for", "approved_by", "approved_for", "answered_by"
    ).order_by("-number")
    return rows if inside else rows.filter(approved_at__isnull=False)
