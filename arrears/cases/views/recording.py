"""What the forms share that record something for a unit: which unit when nothing is said, and which are offered."""

from __future__ import annotations

from django.urls import reverse

from arrears.cases.forms.employer import RecordedByUnit
from unions.models import Union, User, under
from unions.people.rights import Right
from unions.tree.regions import region_of


def own_unit(user: User) -> dict[str, str]:
    """The unit a person records for when nothing else is said, and its county."""
    unit = Union.objects.filter(path__in=user.paths(Right.INSPECT), valid_until=None).order_by("depth").first()
    if unit is None:
        return {}
    return {"union": unit.code, "region_code": region_of(unit)[:6]}


def offer_units(form: RecordedByUnit, user: User) -> None:
    """Units suggested while typing; who records for one alone is not asked."""
    reach = list(Union.objects.filter(under(user.paths(Right.INSPECT)), valid_until=None)[:2])
    form.offer_units(reverse("inspection-units"), only=reach[0] if len(reach) == 1 else None)
