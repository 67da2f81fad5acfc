"""Keeping the directory of departments: who they are at each level and place, and their liaison persons (YK-3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Prefetch

from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Agency, AgencyKind, Liaison, Union, User
from unions.people.rights import Right

# Whom every unit that keeps a directory should be able to reach: the bodies the notices name in so many words.
EXPECTED = (
    AgencyKind.HR,
    AgencyKind.POLICE,
    AgencyKind.COURT,
    AgencyKind.JUSTICE,
    AgencyKind.HOUSING,
    AgencyKind.TRANSPORT,
    AgencyKind.WATER,
    AgencyKind.MARKET,
    AgencyKind.BANK,
    AgencyKind.TAX,
    AgencyKind.PETITION,
)


def may_keep(user: User, union: Union) -> bool:
    """Whose directory it is: the officers of the unit (or above), and whoever appoints its people."""
    return user.may(Right.HANDLE, union) or user.may(Right.PEOPLE, union)


def check_may_keep(user: User, union: Union) -> None:
    """Raises Forbidden."""
    if not may_keep(user, union):
        raise Forbidden(f"“{union}”的协作部门由该单位的经办人或单位管理员登记。")


@transaction.atomic
def enter(union: Union, facts: dict[str, Any], by: User, at: datetime) -> Agency:
    """A department at the level and place of `union`. `facts`: kind, name, region_code, address, phone, validated."""
    check_may_keep(by, union)
    if union.is_closed:
        raise Refused(f"“{union}”已于 {union.valid_until} 终止，请登记在承接单位。")
    row = _saved(Agency(union=union, **{**facts, "region_code": facts.get("region_code") or union.region_code or ""}))
    audit.record(row.stream, "agency.enter", by, at, union=union, name=row.name, kind=row.kind)
    return row


@transaction.atomic
def edit(row: Agency, facts: dict[str, Any], by: User, at: datetime) -> Agency:
    """Correct what the directory says of a department."""
    row = _locked(row)
    check_may_keep(by, row.union)
    changed = sorted(name for name, value in facts.items() if getattr(row, name) != value)
    for name, value in facts.items():
        setattr(row, name, value)
    row = _saved(row)
    audit.record(row.stream, "agency.edit", by, at, union=row.union, changed=changed, name=row.name)
    return row


@transaction.atomic
def end(row: Agency, by: User, at: datetime) -> Agency:
    """The department is no more (merged, renamed): nothing new is sent to it; what it was sent stays."""
    row = _locked(row)
    check_may_keep(by, row.union)
    if row.appointments.in_force(day_of(at)).exists():
        raise Refused("这个部门还有人员任职，请先办理其卸任，再停用部门。")
    row.ended_on = day_of(at)
    row.save(update_fields=["ended_on"])
    audit.record(row.stream, "agency.end", by, at, union=row.union, name=row.name)
    return row


@transaction.atomic
def name_liaison(row: Agency, name: str, position: str, phone: str, by: User, at: datetime) -> Liaison:
    """联络员 from today on; several may stand beside each other."""
    row = _locked(row)
    check_may_keep(by, row.union)
    if row.liaisons.filter(name=name.strip(), phone=phone.strip(), until=None).exists():
        raise Stale(f"{name.strip()}已经登记为联络员，无需重复登记。")
    liaison = Liaison.objects.create(
        agency=row, name=name.strip(), position=position.strip(), phone=phone.strip(), since=day_of(at)
    )
    audit.record(row.stream, "liaison.name", by, at, union=row.union, name=liaison.name)
    return liaison


@transaction.atomic
def release_liaison(liaison: Liaison, by: User, at: datetime) -> None:
    """She is liaison no more; the row stays with its last day."""
    row = _locked(liaison.agency)
    check_may_keep(by, row.union)
    if not Liaison.objects.filter(pk=liaison.pk, until=None).update(until=day_of(at)):
        raise Stale("这位联络员已经停用，请刷新页面。")
    audit.record(row.stream, "liaison.release", by, at, union=row.union, name=liaison.name)


def _locked(row: Agency) -> Agency:
    row = Agency.objects.select_for_update(of=("self",)).select_related("union__parent").get(pk=row.pk)
    if row.ended_on:
        raise Stale(f"“{row}”已于 {row.ended_on} 停用。")
    return row


def _saved(row: Agency) -> Agency:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(f"“{row.union}”已登记过“{row.name}”。", {"name": "已有同名部门。"}) from None
    return row


# The directory ------------------------------------------------------------------------------------------------------


@dataclass
class UnitDirectory:
    """What one unit keeps: its departments with the liaisons of today, and what is missing (`gaps`, in words)."""

    union: Union
    rows: list[tuple[Agency, list[Liaison]]]
    gaps: list[str]


def directory(user: User, unit: Union | None = None) -> list[UnitDirectory]:
    """The departments the reader may ring, by the unit that keeps them, from the top down. Three queries.

    General unions in her reach that keep none at all show as gaps too; `unit` narrows to one unit.
    """
    agencies = (
        Agency.objects.visible_to(user)
        .in_being()
        .select_related("union__parent")
        .prefetch_related(Prefetch("liaisons", Liaison.objects.filter(until=None)))
        .order_by("id")
    )
    if unit is not None:
        agencies = agencies.filter(union=unit)
    in_order = list(AgencyKind.values)
    kept: dict[int, list[tuple[Agency, list[Liaison]]]] = {}
    units: dict[int, Union] = {}
    for row in sorted(agencies, key=lambda row: in_order.index(row.kind)):
        units[row.union_id] = row.union
        kept.setdefault(row.union_id, []).append((row, list(row.liaisons.all())))
    for union in _that_should(user) if unit is None else [unit]:
        units.setdefault(union.pk, union)
    ordered = sorted(units.values(), key=lambda union: (union.depth, union.code))
    return [UnitDirectory(union, kept.get(union.pk, []), _gaps(kept.get(union.pk, []))) for union in ordered]


MOST = 200


def _that_should(user: User) -> list[Union]:
    """地方总工会 at which the reader stands or which stand below her: each has departments of its level beside it."""
    general = Union.objects.visible_to(user).filter(kind__in=["province", "city", "district"], valid_until=None)
    return list(general.order_by("depth", "code")[:MOST])


def _gaps(rows: list[tuple[Agency, list[Liaison]]]) -> list[str]:
    there = {row.kind for row, _ in rows}
    missing = [kind.label for kind in EXPECTED if kind not in there]
    found = [f"未登记：{'、'.join(missing)}"] if missing else []
    nobody = [row.name for row, liaisons in rows if not liaisons]
    return [*found, *([f"没有联络员：{'、'.join(nobody)}"] if nobody else [])]


def answers_for(user: User, day: date) -> list[Agency]:
    """The departments `user` speaks for."""
    return list(Agency.objects.of(user, day).select_related("union"))


NOT_ENTERED = "没有登记这个部门"
NOBODY = "没有联络员"


@dataclass(frozen=True)
class Gap:
    """`union`: who must fill it; of a closed unit, the one in charge. `agency` None: the body is not entered at all."""

    union: Union
    kind: str
    agency: Agency | None
    why: str


def gaps(user: User, directories: Iterable[UnitDirectory] | None = None) -> list[Gap]:
    """Of every unit in the reader's reach that keeps a directory or should; three queries, none where the directories are given."""
    found = directory(user) if directories is None else directories
    return [gap for entry in found for gap in (_left(entry) if entry.union.is_closed else _of(entry))]


def _of(entry: UnitDirectory) -> Iterable[Gap]:
    there = {row.kind for row, _ in entry.rows}
    for kind in EXPECTED:
        if kind not in there:
            yield Gap(entry.union, str(kind.label), None, NOT_ENTERED)
    for row, liaisons in entry.rows:
        if not liaisons:
            yield Gap(entry.union, row.get_kind_display(), row, NOBODY)


def _left(entry: UnitDirectory) -> Iterable[Gap]:
    """Departments that stayed with a unit that is no more: open until the one in charge has them."""
    heir = entry.union.in_charge()
    for row, _ in entry.rows:
        yield Gap(heir, row.get_kind_display(), row, f"原由“{entry.union}”登记，该单位已终止，待“{heir}”接管")
