"""Finding the referral a page is about."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone

from arrears.referrals.models import Referral
from unions.http import Request

REFERRAL_PARTS = (
    "case__employer",
    "case__project",
    "case__union__parent",
    "case__handling_union__parent",
    "case__officer",
    "agency",
    "sender__parent",
    "requested_by",
    "decided_by",
    "received_by",
    "passed_to__parent",
    "read_by",
)


def the_referral(request: Request, pk: int) -> Referral:
    return get_object_or_404(Referral.objects.visible_to(request.user).select_related(*REFERRAL_PARTS), pk=pk)


def the_matter(request: Request, pk: int) -> Referral:
    """For people of departments: what was sent to theirs, or 404."""
    rows = Referral.objects.addressed_to(request.user, timezone.localdate())
    return get_object_or_404(rows.select_related(*REFERRAL_PARTS), pk=pk)
