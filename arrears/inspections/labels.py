"""What the terms of rounds, looks between units and looks into the platform are about, for the list of obligations."""

from __future__ import annotations

from collections.abc import Collection

from arrears.inspections.models import PlatformCheck, Review, ReviewFinding, Round
from arrears.law.obligations.matters import TELLERS, Matter


def of_rounds(ids: Collection[int]) -> dict[int, Matter]:
    rows = Round.objects.filter(pk__in=ids).select_related("union")
    return {row.pk: Matter(row.name, f"{row.union}组织", row.get_absolute_url()) for row in rows}


def of_reviews(ids: Collection[int]) -> dict[int, Matter]:
    rows = Review.objects.filter(pk__in=ids).select_related("inspected")
    return {row.pk: Matter(row.name, f"检查{row.inspected}", row.get_absolute_url()) for row in rows}


def of_review_findings(ids: Collection[int]) -> dict[int, Matter]:
    rows = ReviewFinding.objects.filter(pk__in=ids).select_related("review")
    return {
        row.pk: Matter(row.review.name, row.detail, f"{row.review.get_absolute_url()}#finding-{row.pk}") for row in rows
    }


def of_checks(ids: Collection[int]) -> dict[int, Matter]:
    rows = PlatformCheck.objects.filter(pk__in=ids).select_related("project__employer")
    return {row.pk: Matter(row.project.name, row.project.employer.name, row.project.get_absolute_url()) for row in rows}


TELLERS.update({"round": of_rounds, "review": of_reviews, "review-finding": of_review_findings, "platform": of_checks})
