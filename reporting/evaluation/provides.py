"""What evaluation gives to the apps below it."""

from __future__ import annotations

from django.utils import timezone

from arrears.law.obligations.applicable import concerning
from unions.models import User


def sections_left_out(user: User) -> set[str]:
    """考核评价, where no notice that concerns the reader judges anybody."""
    judged = any(book.indicators for book in concerning(user, timezone.localdate()))
    return set() if judged else {"evaluation"}
