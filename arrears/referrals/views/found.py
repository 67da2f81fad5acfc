"""Finding the referral a page is about."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from arrears.referrals.models import Referral
from unions.current_user import reader

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


def the_referral(request: HttpRequest, pk: int) -> Referral:
    return get_object_or_404(Referral.objects.visible_to(reader(request)).select_related(*REFERRAL_PARTS), pk=pk)


def the_matter(request: HttpRequest, pk: int) -> Referral:
    """For people of departments: what was sent to theirs, or 404."""
    rows = Referral.objects.addressed_to(reader(request), timezone.localdate())
    return get_object_or_404(rows.select_related(*REFERRAL_PARTS), pk=pk)
