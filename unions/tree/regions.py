"""Counties (区县): where a unit stands, and those a reader chooses an employer's place from (of her own province, by city)."""

from __future__ import annotations

from typing import Any

from unions.models import Union, UnionKind, User
from unions.people.rights import Right


def region_of(union: Union) -> str:
    """The region code of the unit, else of the nearest one above it that has one; "" where none has. One query."""
    line = Union.objects.line(union).exclude(region_code=None).exclude(region_code="").order_by("-depth")
    return line.values_list("region_code", flat=True).first() or ""


def regions_for(user: User, also: str = "") -> list[Any]:
    """Grouped choices [(city, [(code, label), …]), …] of every province the reader works in. Two queries.

    `also`: a code that must be among them although no unit carries it (an employer from elsewhere).
    """
    provinces = {path.partition(".")[0] for path in user.paths(Right.VIEW)}
    codes = Union.objects.filter(pk__in=provinces).exclude(region_code=None).values_list("region_code", flat=True)
    rows = Union.objects.none()
    for code in codes:
        first = str(code)[:2]
        rows |= Union.objects.filter(region_code__gte=first, region_code__lt=f"{int(first) + 1:02d}")
    rows = rows.filter(kind__in=[UnionKind.CITY, UnionKind.DISTRICT], valid_until=None)
    groups: dict[str, list[tuple[str, str]]] = {}
    cities: dict[str, str] = {}
    for unit in rows.order_by("region_code").only("region_code", "name", "kind"):
        code, name, kind = unit.region_code or "", unit.name, unit.kind
        place = name.removesuffix("总工会")
        if kind == UnionKind.CITY:
            cities[code[:4]] = place
            groups.setdefault(code[:4], []).insert(0, (code, f"{place}（未分区县）"))
        else:
            groups.setdefault(code[:4], []).append((code, place))
    choices: list[Any] = [(cities.get(key, "其他"), members) for key, members in groups.items()]
    if also and also not in {code for members in groups.values() for code, _ in members}:
        choices.append(("其他", [(also, also)]))
    return choices
