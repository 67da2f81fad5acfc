"""Where the terms of rounds, looks between units and looks into the platform hear of what was done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from arrears.inspections.models import Review, RoundTarget
from arrears.inspections.terms import keep_checks, keep_reviews, keep_rounds


def follow_rounds(sender: Any, rounds: Collection[int], at: datetime, **kwargs: Any) -> None:
    keep_rounds(rounds, at)


def follow_visits(sender: Any, employers: Collection[int], at: datetime, **kwargs: Any) -> None:
    """In the transaction of the visit: what it ticks off is never seen apart from it."""
    found = RoundTarget.objects.filter(employer__in=employers)
    if ids := sorted(set(found.values_list("round", flat=True))):
        keep_rounds(ids, at)


def follow_review(sender: Any, review: Review, at: datetime, **kwargs: Any) -> None:
    keep_reviews([review.pk], at)


def follow_checks(sender: Any, checks: Collection[int], at: datetime, **kwargs: Any) -> None:
    keep_checks(checks, at)
