"""What stands of one employer: decisions, the list, publication, other authorities' lists (QP-3.1, QP-3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from arrears.cases.models import Employer
from arrears.sanctions.models import CopiedList, CopiedRow, Listing, PublicationRow, Sanction
from unions.models import User


@dataclass(frozen=True)
class Standing:
    """As far as the reader may see it. `listing`: the one that stands or is under way, else the latest."""

    sanctions: list[Sanction]
    listing: Listing | None
    published: list[PublicationRow]
    copied: list[CopiedRow]

    def __bool__(self) -> bool:
        return bool(self.sanctions or self.listing or self.published or self.copied)


def of_employer(employer: Employer, user: User, day: date) -> Standing:
    """Four queries. What is published is shown to whoever sees the employer: the public sees it too."""
    sanctions = Sanction.objects.visible_to(user).standing().filter(case__employer=employer)
    listings = list(Listing.objects.visible_to(user).filter(employer=employer).select_related("case"))
    standing = next((row for row in listings if row.stands_on(day)), None)
    shown = PublicationRow.objects.shown_on(day).filter(employer=employer)
    lists = CopiedList.objects.visible_to(user)
    copied = CopiedRow.objects.filter(employer=employer, copy__in=lists)
    return Standing(
        list(sanctions.select_related("case")),
        standing or next(iter(listings), None),
        list(shown.select_related("publication__union")),
        list(copied.select_related("copy")),
    )
