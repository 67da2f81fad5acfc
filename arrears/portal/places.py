"""Where to turn (QH-3a): which union answers for a place, and its published phone."""

from __future__ import annotations

import re

from django.db.models import Count, Q, QuerySet

from arrears.cases.route import district_of
from arrears.portal.models import WindowLetter
from unions.common.refusals import Refused
from unions.models import Union, UnionKind, UnionUserObjectPermission, User
from unions.people.rights import Right

PLACES = (UnionKind.CITY, UnionKind.DISTRICT)
WHERE_FROM = "请选一下单位所在的城市或区县，我们好转给当地工会。"


def roots() -> QuerySet[Union]:
    return Union.objects.filter(parent=None, valid_until=None).order_by("code")


def regions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Counties to choose from, grouped by city: [(city, [(code, label), …]), …]. One query."""
    groups: dict[str, list[tuple[str, str]]] = {}
    names: dict[str, str] = {}
    rows = Union.objects.filter(kind__in=PLACES, valid_until=None).exclude(region_code=None)
    for unit in rows.order_by("region_code", "kind").only("region_code", "name", "kind"):
        code, label = unit.region_code or "", place_name(unit)
        members = groups.setdefault(code[:4], [])
        if unit.kind == UnionKind.CITY:
            names[code[:4]] = label
            members.insert(0, (code, f"{label}（不清楚哪个区县）"))
        else:
            members.append((code, label))
    return [(names.get(key, "其他"), members) for key, members in groups.items()]


def place_name(unit: Union) -> str:
    return unit.name.removesuffix("总工会")


def county_of(unit: Union) -> str:
    """The region a unit stands in, as `regions` names it; "" where it stands in none."""
    line = Union.objects.line(unit).filter(kind__in=PLACES).exclude(region_code=None).order_by("-depth")
    return line.values_list("region_code", flat=True).first() or ""


# ---- who receives a letter --------------------------------------------------------------------------------------------


def receiver(region_code: str, poster: Union | None, said: str) -> tuple[Union, User | None]:
    """The union that answers for the place, else the nearest above it with somebody who handles cases, and whom it falls to.

    `poster`: the unit whose poster led here; `said`: what was written, searched for a place where none was chosen.
    An enterprise's own union does not receive letters about the enterprise: that of the place does.
    """
    unit = _of_place(region_code, poster, said)
    above: Union | None = unit
    while above is not None:
        if officer := officer_of(above):
            return above, officer
        above = above.parent.in_charge() if above.parent else None
    return unit, None


def _of_place(region_code: str, poster: Union | None, said: str) -> Union:
    if poster is not None and poster.kind == UnionKind.ENTERPRISE:
        region_code, poster = region_code or county_of(poster), None
    if poster is not None and (not region_code or region_code == county_of(poster)):
        return poster
    found = district_of(region_code) or poster or _mentioned(said)
    if found is not None:
        return found
    tops = list(roots()[:2])
    if len(tops) != 1:
        raise Refused(WHERE_FROM, {"region_code": WHERE_FROM})
    return tops[0]


def _mentioned(said: str) -> Union | None:
    """The county, else the city, whose name stands in the text; the longest where there are several."""
    rows = Union.objects.filter(kind__in=PLACES, valid_until=None).only("name", "kind", "depth", "path", "parent")
    found = [unit for unit in rows if _short(unit) in said]
    return max(found, key=lambda unit: (unit.depth, len(unit.name)), default=None)


def _short(unit: Union) -> str:
    """青岛市总工会 → 青岛; a name of two characters stays whole (黄县)."""
    name = place_name(unit)
    return re.sub(r"(市|区|县)$", "", name) if len(name) > 2 else name


def officer_of(union: Union) -> User | None:
    """Whoever handles cases there and has the fewest letters to answer."""
    open_letters = Count("window_letters", filter=Q(window_letters__in=WindowLetter.objects.waiting()))
    return officers_at(union).annotate(letters=open_letters).order_by("letters", "pk").first()


def officers_at(union: Union) -> QuerySet[User]:
    held = UnionUserObjectPermission.objects.filter(
        content_object=union, permission__codename=Right.HANDLE.value, user__is_active=True
    )
    return User.objects.filter(pk__in=held.values("user"))
