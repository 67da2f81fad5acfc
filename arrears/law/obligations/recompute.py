"""The calendar gained days, or a rulebook came into force, was attached or ended: what is owed is counted again in the background,
and the log tells in whose name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from arrears.law.calendar import STREAM
from arrears.law.models import Obligation, Recomputation
from arrears.law.obligations.projection import BATCH, ProjectionResult, Tools, case_terms, rebuild_others
from unions import jobs
from unions.common.features import provided
from unions.common.refusals import Forbidden
from unions.jobs import Now
from unions.log import audit
from unions.models import Event, Union, UnionKind, User
from unions.people.rights import Right


def ask(office: Union, by: User, at: datetime) -> None:
    """Have the open terms counted again for the days just entered or withdrawn."""
    JOB.send(Recomputation.objects.create(office=office, by=by, changed_at=at).pk)


def ask_after(event: Event) -> None:
    """Have counted again what a rulebook's act (its `event`) changes."""
    JOB.send(Recomputation.objects.create(event=event, changed_at=event.at).pk)


def _run(row: Recomputation, now: Now) -> None:
    with jobs.progress_aside(row, now) as tick:
        if row.event is not None:
            after_rulebook(row.event, now(), tick=tick)
        else:
            assert row.office is not None and row.by is not None, "the database checks it"
            recompute(row.office, row.by, now(), tick=tick)
    row.finish(now())


@transaction.atomic
def recompute(
    office: Union, by: User, at: datetime, tools: Tools | None = None, tick: Callable[[int], None] = lambda done: None
) -> ProjectionResult:
    """Count every open term again that another version of the calendar gave. Each case whose due time moves says so in its own
    chain, from when to when; the calendar's chain says how many. What is met or lifted stays as it was counted.

    Raises Forbidden: the province's statistician keeps the calendar.
    """
    if office.kind != UnionKind.PROVINCE or not by.may(Right.SUBMIT, office):
        raise Forbidden("节假日表由省总工会的统计员维护，您没有这项权限。")
    tools = tools or Tools()
    version = tools.calendar.version
    stale = Obligation.objects.open().filter(due_at__isnull=False, case__isnull=False).exclude(calendar_version=version)
    ids = sorted(set(stale.values_list("case_id", flat=True)))
    kept = ProjectionResult()
    for first in range(0, len(ids), BATCH):
        kept += case_terms().rebuild_batch(ids[first : first + BATCH], at, tools)
        tick(min(first + BATCH, len(ids)))
    kept += rebuild_others(at, tools)
    _tell_moved(kept, "due.moved", office, by, at)
    audit.record(
        STREAM,
        "recompute",
        by,
        at,
        office,
        version=version,
        cases=len(ids),
        changed=kept.changed,
        moved=len(kept.moved),
    )
    return kept


def after_rulebook(
    event: Event, at: datetime, tools: Tools | None = None, tick: Callable[[int], None] = lambda done: None
) -> ProjectionResult:
    """Derive again, batch by batch, the cases at the units a rulebook's act is about and those of their place, and open its returns;
    the rulebook's chain says once how many terms came, moved and fell. Run twice, the second finds it done; broken off, it goes on from there.

    It is the consequence of an act two people have agreed to, so it asks for no right of its own.
    """
    kept, done = ProjectionResult(), Event.objects.filter(stream=event.stream, verb="recompute", data__after=event.seq)
    if done.exists():
        return kept
    tools = tools or Tools()
    ids = list(case_terms().judged_at(event.union).order_by("pk").values_list("pk", flat=True)) if event.union else []
    for first in range(0, len(ids), BATCH):
        with transaction.atomic():
            batch = case_terms().rebuild_batch(ids[first : first + BATCH], at, tools)
            _tell_moved(batch, "due.judged", event.union, event.by, at)
        kept += batch
        tick(min(first + BATCH, len(ids)))
    for follow in provided("rulebook followers"):
        follow(event.stream.partition(":")[2], at)
    with transaction.atomic():
        kept += rebuild_others(at, tools)
    with transaction.atomic():
        Event.objects.select_for_update().get(pk=event.pk)
        if not done.exists():
            audit.record(
                event.stream,
                "recompute",
                event.by,
                at,
                event.union,
                after=event.seq,
                cases=len(ids),
                new=kept.new,
                changed=kept.changed,
                lifted=kept.lifted,
                moved=len(kept.moved),
            )
    return kept


def _tell_moved(kept: ProjectionResult, verb: str, union: Union | None, by: User | None, at: datetime) -> None:
    """Each case whose due time moved says so in its own chain, from when to when."""
    for before, owed in kept.moved:
        if before["case_id"] is not None:
            audit.record(
                f"case:{before['case_id']}",
                verb,
                by,
                at,
                union=union,
                clause=owed.clause,
                title=owed.title,
                before=before["due_at"],
                after=owed.due_at,
                reason=owed.explanation,
            )


JOB = jobs.Kind(
    model=Recomputation,
    run=_run,
    queue="rollup",
    gave_up="重新推算时多次中断；每天夜间还会推算一次，仍不对请联系系统管理员。",
)
