"""Lists of warning signals collected periodically (定期收集, YK-1.1b): which periods are over, whose list is here, whose is late."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from arrears.early_warning.models import Rhythm, SourceList, SourceRhythm
from arrears.early_warning.sources import sources
from arrears.law.obligations.derive import Owed, end_of_day, start_of_day
from arrears.law.obligations.projection import ProjectionResult, write
from arrears.law.obligations.requirements import Required, required, with_clauses
from arrears.law.rules.schedule import SchedulePeriod, period_of
from arrears.law.rules.workdays import named
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

COLLECT = "collect-lists"  # what a notice calls it (vocabulary.REQUIREMENTS)
BOOK = "collecting"  # in the place of a rulebook: the day is the unit's own
MOST_DAYS = 90
STOPPED = "已停止收集"


@dataclass(frozen=True)
class Collected:
    """One rhythm as the page shows it. `due`: the oldest period over whose list is not here, and its last day; `late` on that day."""

    row: SourceRhythm
    last: SourceList | None
    period: SchedulePeriod | None
    due_on: date | None
    late: bool


def notice_for(union: Union, on: date) -> Required | None:
    """What a notice in force at the unit says of collecting; None where none does."""
    return required([COLLECT], union.line_ids(), on).get(COLLECT)


def periods(row: SourceRhythm, until: date) -> Iterator[SchedulePeriod]:
    """Those that are over by `until`, the first of them the one in which collecting began."""
    day = row.since
    while (span := period_of(row.every, day)).last < until:
        yield span
        day = span.last + timedelta(days=1)


def standing(rows: Collection[SourceRhythm], today: date) -> list[Collected]:
    """With lists read along (`prefetch_related("lists")`)."""
    found = []
    for row in rows:
        there = {one.first: one for one in row.lists.all()}
        open_ = next((span for span in periods(row, today) if span.first not in there), None)
        due_on = open_.last + timedelta(days=row.days) if open_ else None
        last = max(there.values(), key=lambda one: one.first) if there else None
        found.append(Collected(row, last, open_, due_on, due_on is not None and due_on < today))
    return found


@transaction.atomic
def begin(
    union: Union, source: str, every: Rhythm, days: int, contact: str, since: date, by: User, at: datetime
) -> SourceRhythm:
    """Give a source its rhythm at `union`. Refused: no notice wants it, or it has one already."""
    union = tree.lock_open_unit(union, by, Right.INSPECT, "设定定期收集")
    if notice_for(union, day_of(at)) is None:
        raise Refused(f"“{union}”适用的通知没有定期收集信息的要求。")
    if source not in sources():
        raise Refused.for_field("source", "请选择信息来源。")
    if not 1 <= days <= MOST_DAYS:
        raise Refused.for_field("days", f"应在 1 至 {MOST_DAYS} 日之间。")
    if since < day_of(at) - timedelta(days=366):
        raise Refused.for_field("since", "起日不能早于一年前。")
    row = SourceRhythm(
        union=union, path=union.path, source=source, every=every, days=days, contact=contact.strip(), since=since
    )
    row.by, row.at = by, at
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused.for_field("source", f"“{union}”已设定{sources()[source].label}的频次，请先停止原有的。") from None
    audit.record(row.stream, "source.begin", by, at, union=union, source=source, reason=row.get_every_display())
    keep_sources([row.pk], at)
    return row


@transaction.atomic
def receive(row: SourceRhythm, received_on: date, rows: int, note: str, by: User, at: datetime) -> SourceList:
    """Write down that the list of the oldest period not collected yet is here. Refused: nothing is waited for."""
    row = _held(row, by)
    [found] = standing([row], day_of(at))
    if found.period is None:
        raise Stale("到期的名单都已收到，请刷新页面查看。")
    if not found.period.last < received_on <= day_of(at):
        text = f"收到日期应在 {found.period.last} 之后、今天及以前。"
        raise Refused(text, {"received_on": text})
    return _write(row, found.period, received_on, rows, note, by, at)


@transaction.atomic
def stop(row: SourceRhythm, by: User, at: datetime) -> SourceRhythm:
    row = _held(row, by)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    audit.record(row.stream, "source.stop", by, at, union=row.union)
    keep_sources([row.pk], at)
    return row


def follow_list(union: Union, counts: Mapping[str, int], by: User, at: datetime) -> None:
    """A workbook of signals is the list of its sources: those that are waited for at the unit are here (in the same transaction)."""
    rows = SourceRhythm.objects.filter(union=union, source__in=counts, ended_at=None).select_related("union__parent")
    held = rows.order_by("pk").select_for_update(of=("self",)).prefetch_related("lists")
    for found in standing(list(held), day_of(at)):
        if found.period is not None:
            _write(found.row, found.period, day_of(at), counts[found.row.source], "从表格导入", by, at)


def check_collects(row: SourceRhythm, by: User) -> None:
    """Raises Forbidden."""
    if not by.may(Right.INSPECT, row.union.in_charge()):
        raise Forbidden(f"名单由“{row.union.in_charge()}”收集，您不能在此登记。")


def _held(row: SourceRhythm, by: User) -> SourceRhythm:
    row = SourceRhythm.objects.select_for_update(of=("self",)).select_related("union__parent").get(pk=row.pk)
    check_collects(row, by)
    if row.ended_at is not None:
        raise Stale("这一来源已停止收集，请刷新页面查看。")
    return row


def _write(
    row: SourceRhythm, span: SchedulePeriod, received_on: date, rows: int, note: str, by: User, at: datetime
) -> SourceList:
    made = SourceList.objects.create(
        rhythm=row, first=span.first, received_on=received_on, rows=rows, note=note.strip(), by=by, at=at
    )
    audit.record(
        row.stream, "source.receive", by, at, union=row.union, on=received_on, reason=f"{span.label}，{rows} 条"
    )
    keep_sources([row.pk], at)
    return made


# ---- terms: each period's list is due, whoever is late is reminded ------------------------------------------------------


def keep_sources(ids: Collection[int], at: datetime) -> ProjectionResult:
    """Bring the terms of these into step. A period's term begins when the period is over: the nightly rebuilding finds it."""
    rows = SourceRhythm.objects.filter(pk__in=ids).select_related("union__parent").prefetch_related("lists")
    owed = [(COLLECT, one) for row in rows for one in _owed(row, at)]
    return write([f"source:{pk}" for pk in ids], with_clauses(owed), at)


def _owed(row: SourceRhythm, at: datetime) -> Iterator[Owed]:
    holder, there = row.union.in_charge(), {one.first: one for one in row.lists.all()}
    for span in periods(row, day_of(row.ended_at or at)):
        due_on, got = span.last + timedelta(days=row.days), there.get(span.first)
        due_at = end_of_day(due_on)
        yield Owed(
            subject=row.stream,
            rulebook=BOOK,
            rule=f"list-{span.label}",
            case_id=None,
            holder_id=holder.pk,
            path=holder.path,
            officer_id=None,
            bearer=row.source_label,
            title=f"收集{row}",
            started_at=start_of_day(span.last + timedelta(days=1)),
            due_at=due_at,
            clock_at=due_at,
            met_at=start_of_day(got.received_on) if got else None,
            lifted_at=row.ended_at if row.ended_at and not got else None,
            lifted_reason=STOPPED if row.ended_at and not got else "",
            explanation=f"{row.get_every_display()}收集，{named(span.last)}期满，{row.days} 日内收齐；提供部门：{row.contact}",
        )
