"""Founding, moving, splitting, merging and closing units, so that history still adds up.

A unit's cases never change owner here. What changes is where the unit stands: a closed unit is placed under the one
that takes it over, which from that day acts for it; on any earlier day it still stands where it stood (`Placement`).

Every unit has exactly one placement on every day there ever was: a unit founded today is placed, for the time before,
where its parent stood then. So the sum over a unit is the sum over its children on any day, and what was entered
late for an early day is in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet, Value
from django.db.models.functions import Concat, Length, Replace, Substr

from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Placement, Union, UnionKind, User
from unions.models.union import BESIDE_COUNTIES, TERRITORIAL
from unions.people import appointments
from unions.people.rights import Right

EVER = date.min
PATH_LENGTH = 160
DUTY_FACTS = {"duty_officer", "duty_phone", "returns_contact", "returns_phone", "returns_email"}


def replace_prefix(rows: QuerySet[Any], old: str, new: str, field: str = "path") -> None:
    """Rewrite the stored path of every row below `old`."""
    rest = Substr(field, Value(len(old) + 1))
    rows.filter(**{f"{field}__startswith": old}).update(**{field: Concat(Value(new), rest)})


def lock_tree() -> None:
    """One change of the tree at a time, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('union-tree', 0))")


def hold_still() -> None:
    """No unit moves until the end of the transaction: for whoever reads a path and writes a copy of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('union-tree', 0))")


def lock_open_unit(union: Union, by: User, right: Right, act: str) -> Union:
    """Hold the tree until the transaction ends and return the unit as it is now.

    Forbidden where `by` lacks the right there, Refused where the unit is closed. `act`: what is to be done (Chinese).
    """
    hold_still()
    union = Union.objects.get(pk=union.pk)
    by.forget_grants()
    if not by.may(right, union):
        raise Forbidden(f"您没有在“{union}”{act}的权限。")
    if union.is_closed:
        raise Refused(f"“{union}”已于 {union.valid_until} 终止，请选择承接单位。", {"union": "单位已终止。"})
    return union


def _check(by: User | None, *unions: Union) -> None:
    if by is not None and not all(by.may(Right.STRUCTURE, union) for union in unions):
        raise Forbidden("您没有调整组织的权限，请联系系统管理员。")


def misplaced(kind: str, parent_kind: str) -> bool:
    """Whether a unit of `kind` cannot stand under one of `parent_kind`: a 地方总工会 stands under another only, a unit
    beside the counties under a city."""
    if kind in BESIDE_COUNTIES:
        return parent_kind != UnionKind.CITY
    return kind == UnionKind.PROVINCE or (kind in TERRITORIAL and parent_kind not in TERRITORIAL)


def _check_place(kind: str, parent: Union) -> None:
    if parent.is_closed:
        raise Refused(f"“{parent}”已于 {parent.valid_until} 终止，不能再设下级。")
    if misplaced(kind, parent.kind):
        raise Refused(f"{UnionKind(kind).label}不能设在“{parent}”（{parent.get_kind_display()}）之下。")


def _check_day(on: date, at: datetime, what: str) -> None:
    if on > day_of(at):
        raise Refused(f"{what}不能晚于今天（{day_of(at)}）。请在生效当天或之后办理。")


@transaction.atomic
def found(
    code: str, name: str, kind: str, parent: Union | None, since: date, by: User | None, at: datetime, **fields: object
) -> Union:
    """Found a unit under `parent` (None: the top of a tree, by the command line only)."""
    lock_tree()
    _check_day(since, at, "成立日期")
    if parent is not None:
        parent = Union.objects.get(pk=parent.pk)
        _check(by, parent)
        _check_place(kind, parent)
    elif by is not None:
        raise Forbidden("最上级工会由安装人员用导入命令建立。")
    if Union.objects.filter(code=code).exists():
        raise Refused(f"编码 {code} 已有单位使用，请换一个。", {"code": "编码已被使用。"})
    (pk,) = reserve_ids(1)
    union = Union(
        pk=pk,
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        valid_from=since,
        path=f"{parent.path if parent else ''}{pk}.",
        depth=parent.depth + 1 if parent else 0,
        **fields,
    )
    check_length(union.path)
    union.save(force_insert=True)
    above = [Stand(row.path, row.since, row.until) for row in parent.placements.all()] if parent else None
    Placement.objects.bulk_create([Placement(union=union, **stand._asdict()) for stand in first_placements(pk, above)])
    audit.record(f"union:{pk}", "found", by, at, union=union, code=code, name=name, parent=parent and parent.pk)
    return union


def reserve_ids(count: int) -> list[int]:
    """`count` fresh ids for unions: the path must hold the id before the row is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('unions_union', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [pk for (pk,) in cursor.fetchall()]


class Stand(NamedTuple):
    """Where a unit stands from a day until a day (included; None: still)."""

    path: str
    since: date
    until: date | None


def first_placements(pk: int, above: Iterable[Stand] | None) -> list[Stand]:
    """Where a new unit stands and is taken to have stood: with its parent all along. None: it is the top."""
    if above is None:
        return [Stand(f"{pk}.", EVER, None)]
    return [Stand(f"{path}{pk}.", since, until) for path, since, until in above]


def check_length(path: str) -> None:
    if len(path) > PATH_LENGTH:
        raise Refused("层级太深，请放到更上级的单位之下。")


@transaction.atomic
def edit(union: Union, by: User | None, at: datetime, **facts: object) -> Union:
    """Correct the facts of a unit. Unit administrators may change the duty officer and the phone only."""
    right = Right.PEOPLE if facts.keys() <= DUTY_FACTS else Right.STRUCTURE
    if by is not None and not (by.may(right, union) or by.may(Right.STRUCTURE, union)):
        raise Forbidden(f"您没有修改“{union}”的权限。")
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    changed = {name: value for name, value in facts.items() if getattr(union, name) != value}
    if not changed:
        return union
    before = {name: _plain(getattr(union, name)) for name in changed}
    for name, value in changed.items():
        setattr(union, name, value)
    union.save(update_fields=[*changed])
    after = {name: _plain(value) for name, value in changed.items()}
    audit.record(f"union:{union.pk}", "edit", by, at, union=union, before=before, after=after)
    return union


def _plain(value: object) -> object:
    return value.code if isinstance(value, Union) else value


@transaction.atomic
def move(union: Union, parent: Union, on: date, by: User | None, at: datetime) -> Union:
    """Place `union` with everything below it under `parent` from day `on`."""
    lock_tree()
    # "no key": whoever holds one of its cases and writes an event that names the unit is not waited for in a circle.
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    parent = Union.objects.get(pk=parent.pk)
    if union.parent is None:
        raise Refused("最上级的工会不能移动。")
    _check(by, union.parent, parent)
    _check_day(on, at, "变动日期")
    if union.is_closed:
        raise Refused(f"“{union}”已于 {union.valid_until} 终止，不能移动。")
    if union.parent_id == parent.pk:
        raise Refused(f"“{union}”已经在“{parent}”之下，无需移动。")
    _place(union, parent, on)
    audit.record(f"union:{union.pk}", "move", by, at, union=parent, parent=parent.pk, on=on)
    return union


def _place(union: Union, parent: Union, on: date) -> None:
    if union.contains(parent):
        raise Refused(f"“{parent}”在“{union}”之下，不能成为它的上级。")
    _check_place(union.kind, parent)
    _check_settled(union, parent, on)
    for unit in (union, parent):
        if on < unit.valid_from:
            raise Refused(f"“{unit}”{unit.valid_from} 才成立，变动日期不能早于这一天。")
    old, new = union.path, f"{parent.path}{union.pk}."
    _check_longest(old, new)
    _turn_placements(old, new, on)
    replace_prefix(Union.objects.all(), old, new)
    Union.objects.filter(path__startswith=new).update(
        depth=Length("path") - Length(Replace("path", Value("."), Value(""))) - 1
    )
    Union.objects.filter(pk=union.pk).update(parent=parent)
    # Rows of other apps carry a copy of their union's path: they name their models as "path copies".
    for model in provided("path copies"):
        replace_prefix(model._default_manager.all(), old, new)
    union.refresh_from_db()


def _check_settled(union: Union, parent: Union, on: date) -> None:
    """Nothing is turned back: what came, left or moved after `on` would have to be moved again for the days between."""
    here = Q(path__startswith=union.path) | Q(union=parent)
    placements = Placement.objects.select_related("union")
    latest = placements.filter(here, until=None).order_by("-since").first()
    if latest and on < latest.since:
        raise Refused(f"“{latest.union}”自 {latest.since} 起才在现在的位置，变动日期不能早于这一天。")
    left = placements.filter(path__startswith=union.path, until__gte=on).order_by("-until").first()
    if left and left.until:
        day = left.until + timedelta(days=1)
        raise Refused(f"“{left.union}”到 {left.until} 为止还在“{union}”之下，变动日期不能早于 {day}。")


def _check_longest(old: str, new: str) -> None:
    longest = Union.objects.filter(path__startswith=old).aggregate(longest=Max(Length("path")))["longest"]
    check_length("." * (longest - len(old) + len(new)))


def _turn_placements(old: str, new: str, on: date) -> None:
    """End the current placements below `old` the day before `on` and begin the new ones."""
    current = Placement.objects.filter(path__startswith=old, until=None)
    # Moved twice on one day: only the last counts.
    replace_prefix(current.filter(since=on), old, new)
    turned = list(current.exclude(since=on).filter(path__startswith=old).values_list("union_id", "path"))
    Placement.objects.filter(path__startswith=old, until=None).update(until=on - timedelta(days=1))
    Placement.objects.bulk_create(
        [Placement(union_id=pk, path=new + path[len(old) :], since=on) for pk, path in turned], batch_size=5000
    )


@transaction.atomic
def close(union: Union, successor: Union, on: date, by: User | None, at: datetime) -> Union:
    """Close `union` with `on` as the first day without it; `successor` takes over what is open there.

    What stands below it moves to the successor on the same day; the closed unit itself stands under it too.
    """
    lock_tree()
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    successor = Union.objects.get(pk=successor.pk)
    if union.parent is None:
        raise Refused("最上级的工会不能撤销。")
    _check(by, union.parent, successor)
    _check_day(on, at, "撤销日期")
    if union.is_closed:
        raise Refused(f"“{union}”已于 {union.valid_until} 终止。")
    if union.contains(successor):
        raise Refused(f"“{successor}”在“{union}”之下，请先把它移出，再由它承接。")
    if on <= union.valid_from:
        raise Refused(f"“{union}”{union.valid_from} 才成立，撤销日期须晚于这一天。")
    if successor.is_closed:
        raise Refused(f"“{successor}”已于 {successor.valid_until} 终止，不能承接。")
    # Those it had taken over itself as well: a closed unit always stands right under the one that acts for it.
    for child in union.children.all():
        _place(child, successor, on)
    union.refresh_from_db()
    if union.parent_id != successor.pk:
        _place(union, successor, on)
    union.valid_until, union.successor = on - timedelta(days=1), successor
    union.save(update_fields=["valid_until", "successor"])
    _pass_departments(union, successor, on, by, at)
    _end_appointments(union, on, by, at)
    audit.record(f"union:{union.pk}", "close", by, at, union=successor, successor=successor.pk, on=on)
    return union


def _pass_departments(union: Union, successor: Union, on: date, by: User | None, at: datetime) -> None:
    """The departments beside a closed unit stand beside its successor from `on`, with their liaisons and their people: what was
    put to them goes on. One of the same name there already keeps it; the other says where it came from.
    """
    there = set(successor.agencies.in_being().values_list("name", flat=True))
    for row in union.agencies.in_being().select_for_update():
        name = f"{row.name[:60]}（原{union.name[:50]}）" if row.name in there else row.name
        row.name, row.union = name, successor
        row.save(update_fields=["name", "union"])
        audit.record(row.stream, "agency.pass", by, at, union=successor, name=name, before=union.pk)
    for appointment in union.appointments.in_force(on).exclude(agency=None).select_related("user", "union"):
        appointments.pass_on(appointment, successor, on, by, at)


def _end_appointments(union: Union, on: date, by: User | None, at: datetime) -> None:
    for row in union.appointments.filter(Q(until=None) | Q(until__gte=on)).select_related("user", "union"):
        appointments.end(row, on, by, at)


@transaction.atomic
def merge(unions: Sequence[Union], into: Union, on: date, by: User | None, at: datetime) -> Union:
    """Merge `unions` into `into`: each closes and is taken over."""
    if not unions:
        raise Refused("请选择要并入的单位。")
    if into in unions:
        raise Refused("单位不能并入自己。")
    for union in unions:
        close(union, into, on, by, at)
    into.refresh_from_db()
    return into


@transaction.atomic
def split(
    union: Union, code: str, name: str, children: Sequence[Union], on: date, by: User | None, at: datetime
) -> Union:
    """Found a sibling of `union` and move the given children to it on day `on`. Past figures stay with `union`."""
    lock_tree()
    union = Union.objects.get(pk=union.pk)
    if union.parent is None:
        raise Refused("最上级的工会不能拆分。")
    if union.is_closed:
        raise Refused(f"“{union}”已于 {union.valid_until} 终止，不能拆分。")
    if not children:
        raise Refused("请至少选择一个划给新单位的下级。")
    strangers = [child.name for child in children if child.parent_id != union.pk]
    if strangers:
        raise Refused(f"{'、'.join(strangers)}不是“{union}”的直接下级，不能划给新单位。")
    sibling = found(code, name, union.kind, union.parent, on, by, at, region_code=None)
    for child in children:
        move(child, sibling, on, by, at)
    audit.record(f"union:{union.pk}", "split", by, at, union=union, sibling=sibling.pk, on=on)
    return sibling


def changed_after(day: date) -> bool:
    """Whether any unit stood elsewhere on `day` than today (then sums as of that day go by `Placement`)."""
    return Placement.objects.filter(until__gte=day).exists()


def units_below_on(union: Union, day: date) -> QuerySet[Placement, Any]:
    """Ids of the units in `union`'s subtree as it stood on `day`, as a subquery."""
    stood = Placement.objects.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))
    at_that_time = stood.filter(union=union).values_list("path", flat=True).first() or union.path
    return stood.filter(path__startswith=at_that_time).values("union_id")
