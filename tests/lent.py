"""Notices of other places, taken over by the cast's province: then their forms concern its units as well."""

from __future__ import annotations

from datetime import date

from arrears.law.models import Attachment
from arrears.law.rules.reader import delivered_rulebooks
from tests.cast import AT
from unions.models import Union

ABROAD = ("qinghai-2022-41", "yingkou-2018-2", "qingpu-2023-1")
LATER = date(2090, 1, 1)  # they judge no case of a test


def lent(*rulebooks: str) -> None:
    """Attach these notices (all of other places when none is named) to the province, for no day a test is about."""
    home = Union.objects.get(code="370000")
    for key in rulebooks or ABROAD:
        since = delivered_rulebooks()[key].last or LATER
        Attachment.objects.create(union=home, rulebook=key, since=since, at=AT, approved_at=AT)


def taken_over(rulebook: str) -> None:
    """Attach a notice of another place to the province from its first day: what it asks, it asks here as long as it speaks."""
    home = Union.objects.get(code="370000")
    Attachment.objects.create(
        union=home, rulebook=rulebook, since=delivered_rulebooks()[rulebook].first, at=AT, approved_at=AT
    )
