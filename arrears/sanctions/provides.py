"""What sanctions give to the apps below them."""

from __future__ import annotations

from django.utils import timezone

from arrears.law.obligations.applicable import concerning
from unions.models import User


def sections_left_out(user: User) -> set[str]:
    """应列尽列, where no notice that concerns the reader knows a joint-punishment list (QP-3.1)."""
    books = [book for book in concerning(user, timezone.localdate()) if book.kind != "law"]
    return set() if any(rule.subject == "listing" for book in books for rule in book.deadlines) else {"unlisted"}
