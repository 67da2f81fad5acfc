"""Proceedings → obligations: mediation 15 days, acceptance 5 working days, award 45 (+15) days, by the law (LAW-arbitration)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import islice

from django.db import transaction

from arrears.models import Proceeding, ProceedingKind, ProceedingStage
from arrears.plans import NO_MORE
from reporting.early_warning.terms import Places
from reporting.obligations.projection import BATCH, Kept, Tools, keep
from reporting.obligations.subject import End, Subject
from reporting.rules.facts import Facts, Moment

# The entry of the law an extension of the award is for.
AWARD = "arbitration-award"
REFUSED, OTHERWISE, CASE_OVER = "不予受理", "未经此步骤即已结束", "案件已办结或不再办理"


def keep_proceedings(ids: Collection[int], at: datetime, tools: Tools | None = None) -> Kept:
    """Bring the terms of these proceedings into step; inside the caller's transaction, which holds their cases."""
    rows = Proceeding.objects.filter(pk__in=ids).select_related("case__employer", "case__handling_union")
    places = Places()
    subjects = [_subject(row, places) for row in rows]
    return keep([f"proceeding:{pk}" for pk in ids], subjects, at, tools or Tools())


def _subject(row: Proceeding, places: Places) -> Subject:
    line = places.line(row.case.handling_union.path)
    facts = Facts(
        subject="dispute", moments=moments(row), union_kind=line[-1].kind, region=row.case.employer.region_code,
        extended=frozenset({AWARD}) if row.extended else frozenset(),
    )  # fmt: skip
    return Subject(
        key=row.stream, facts=facts, line=line, handling=line[-1], officer=row.case.officer_id, case=row.case_id,
        ended=_end(row),
    )  # fmt: skip


def moments(row: Proceeding) -> dict[str, Moment]:
    """The dated facts of the vocabulary; litigation, confirmation and payment order have no term in the delivered law book."""
    if row.kind == ProceedingKind.MEDIATION:
        dated = {"mediation_applied_on": row.applied_on, "mediation_closed_on": row.ended_on}
    elif row.kind == ProceedingKind.ARBITRATION:
        awarded = row.ended_on if row.stage == ProceedingStage.ENDED else None
        dated = {
            "arbitration_applied_on": row.applied_on, "arbitration_accepted_on": row.accepted_on,
            "arbitration_awarded_on": awarded,
        }  # fmt: skip
    else:
        dated = {}
    return {name: day for name, day in dated.items() if day is not None}


def _end(row: Proceeding) -> End | None:
    if row.ended_at is not None:
        return End(row.ended_at, REFUSED if row.stage == ProceedingStage.REFUSED else OTHERWISE)
    return End(row.case.changed_at, CASE_OVER) if row.case.state in NO_MORE else None


def rebuild(at: datetime, tools: Tools) -> Kept:
    """Every proceeding's terms again, a batch per transaction."""
    kept = Kept()
    ids = Proceeding.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)
    while batch := list(islice(ids, BATCH)):
        with transaction.atomic():
            held = Proceeding.objects.filter(pk__in=batch).order_by("pk").select_for_update(of=("self",))
            kept += keep_proceedings(list(held.values_list("pk", flat=True)), at, tools)
    return kept
