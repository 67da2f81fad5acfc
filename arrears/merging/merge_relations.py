"""Rows that follow a merged case, and come back when the cases are parted (docs/decisions/018-merging.md).

Each feature declares what becomes of its rows ("merge relations"). Letters sent out and referrals stay under the number that is printed on
them, and the case that remains shows them (`absorbed_matters`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from arrears.cases.merge_relations import MergeRelation
from arrears.cases.models import Case
from arrears.merging.models import IN_FORCE, Merger
from unions.common.features import provided
from unions.models import User


def carry_over(row: Merger, by: User, at: datetime) -> None:
    """Hand rows of the duplicate to the case that remains and note them in the merger. Both cases are locked."""
    row.carried = {one.key: one.along(row.duplicate, row.into, by, at) for one in _relations()}
    row.save(update_fields=["carried"])
    _touch(row.into, by, at)


def bring_back(row: Merger, by: User, at: datetime) -> None:
    """Hand the noted rows back; what was changed since at the case that remains stays there."""
    for one in _relations():
        one.back(row.duplicate, row.into, row.carried.get(one.key, []), by, at)
    _touch(row.into, by, at)


def _relations() -> tuple[MergeRelation, ...]:
    return provided("merge relations")


def _touch(case: Case, by: User, at: datetime) -> None:
    """Raise the version of the case, so that an open page of it is stale."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at)
    case.refresh_from_db()


# ---- what the case that remains shows ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Absorbed:
    """One merged duplicate and the rows that stay under its own number.

    Apps declare them as "absorbed matters": field → function of case and reader.
    """

    case: Case
    evidence: int
    letters: list[Any] = field(default_factory=list)
    referrals: list[Any] = field(default_factory=list)
    plans: list[Any] = field(default_factory=list)
    proceedings: list[Any] = field(default_factory=list)


def absorbed_matters(case: Case, user: User) -> list[Absorbed]:
    """List what stays with each duplicate in `case` that the reader may see. One query where there is none."""
    mergers = Merger.objects.filter(into=case, stage__in=IN_FORCE).values("duplicate")
    found = Case.objects.visible_to(user).filter(pk__in=mergers).select_related("employer", "handling_union")
    return [_absorbed(one, user) for one in found.order_by("pk")]


def _absorbed(case: Case, user: User) -> Absorbed:
    read: dict[str, Callable[[Case, User], list[Any]]] = {}
    for matters in provided("absorbed matters"):
        read |= matters
    return Absorbed(case, case.evidence.count(), **{name: rows_of(case, user) for name, rows_of in read.items()})
