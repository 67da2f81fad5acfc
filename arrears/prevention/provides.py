"""What prevention gives to the apps below it."""

from __future__ import annotations

from django.utils import timezone

from arrears.law.obligations.applicable import concerning
from unions.models import User


def sections_left_out(user: User) -> set[str]:
    """以案定补, where no notice that concerns the reader knows it (QP-1.3)."""
    paid = any(book.subsidies for book in concerning(user, timezone.localdate()))
    return set() if paid else {"subsidies"}
