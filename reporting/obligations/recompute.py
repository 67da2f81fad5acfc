"""The calendar gained days: open terms are counted again, as an act of the calendar's keeper that the log tells."""

from __future__ import annotations

from datetime import datetime

from celery import current_app
from django.db import transaction

from arrears.models import Case
from reporting.calendar import STREAM
from reporting.models import Obligation
from reporting.obligations.projection import BATCH, Kept, Tools, rebuild_batch
from unions import audit
from unions.models import Union, UnionKind, User
from unions.refusals import Forbidden
from unions.rights import Right

TASK = "reporting.tasks.recompute_terms"


def ask(office: Union, by: User) -> None:
    """Have a worker recompute once the days just entered or withdrawn are committed. A message that gets lost costs a day:
    the nightly rebuild counts with the new calendar too."""
    transaction.on_commit(
        lambda: current_app.send_task(TASK, [office.pk, by.pk], queue="rollup", retry=False), robust=True
    )


@transaction.atomic
def recompute(office: Union, by: User, at: datetime, tools: Tools | None = None) -> Kept:
    """Count every open term again that another version of the calendar gave. Each case whose due time moves says so in its own
    chain, from when to when; the calendar's chain says how many. What is met or lifted stays as it was counted.

    Raises Forbidden: the province's statistician keeps the calendar.
    """
    if office.kind != UnionKind.PROVINCE or not by.may(Right.SUBMIT, office):
        raise Forbidden("节假日表由省总工会的统计员维护，您没有这项权限。")
    tools = tools or Tools()
    version = tools.calendar.version
    stale = (
        Obligation.objects.open()
        .filter(due_at__isnull=False, case__isnull=False)
        .exclude(calendar_version=version)
    )
    ids = sorted(set(stale.values_list("case_id", flat=True)))
    kept = Kept()
    for first in range(0, len(ids), BATCH):
        kept += rebuild_batch(ids[first : first + BATCH], at, tools)
    for before, owed in kept.moved:
        audit.record(
            Case(pk=before["case_id"]).stream, "due.moved", by, at, union=office, clause=owed.clause, title=owed.title,
            before=before["due_at"], after=owed.due_at, reason=owed.explanation,
        )  # fmt: skip
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
