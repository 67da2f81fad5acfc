"""The term of a referral on its page, and in the window of the department."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from arrears.law.models import Obligation
from arrears.law.obligations.reading import status_of
from arrears.referrals.models import Referral

register = template.Library()


@register.inclusion_tag("arrears/referrals/referral_terms.html")
def referral_terms(row: Referral) -> dict[str, Any]:
    """By when an answer is due under which notice. One query."""
    now = timezone.now()
    return {"terms": [status_of(one, now) for one in Obligation.objects.filter(subject=row.stream)]}
