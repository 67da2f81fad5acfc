"""属地: to whom a unit reports the arrears of an employer (QD-4.1a, QD-4.1b)."""

from __future__ import annotations

from arrears.cases.models import Case
from unions.models import Union, UnionKind

GRASSROOTS = frozenset({UnionKind.ENTERPRISE, UnionKind.FEDERATION, UnionKind.TOWNSHIP, UnionKind.ZONE})


def next_level(case: Case, sender: Union) -> Union | None:
    """The level above `sender` for this case, by the place of the employer; None above the province."""
    if sender.reports_to is not None and (above := sender.reports_to.in_charge()) != sender:
        return above  # unless it was closed and `sender` itself acts for it
    district = district_of(case.employer.region_code)
    if district is None or sender.kind not in GRASSROOTS:
        return _parent(sender)
    if sender.kind == UnionKind.ENTERPRISE:
        # A parent inside the employer's district (its township, zone or the district itself) is the next level.
        parent = _parent(sender)
        return parent if parent is not None and district.contains(parent) else district
    return district


def line_above(case: Case, sender: Union) -> list[Union]:
    """Every level above `sender`, nearest first, up to the province."""
    line: list[Union] = []
    level = next_level(case, sender)
    while level is not None and level not in line:
        line.append(level)
        level = next_level(case, level)
    return line


def _parent(union: Union) -> Union | None:
    return union.parent.in_charge() if union.parent else None


def district_of(region_code: str) -> Union | None:
    """The general union of the employer's county; where it has none, of its city."""
    if not region_code:
        return None
    for kind, code in ((UnionKind.DISTRICT, region_code[:6]), (UnionKind.CITY, f"{region_code[:4]}00")):
        found = Union.objects.filter(region_code=code, kind=kind).order_by("valid_until").first()
        if found:
            return found.in_charge()
    return None
