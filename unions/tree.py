"""Founding, moving, splitting, merging and closing units, so that history still adds up.

A unit's cases never change owner here. What changes is where the unit stands: a closed unit is placed under the one
that takes it over, which from that day acts for it; on any earlier day it still stands where it stood (`Placement`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat, Length, Substr

from unions import audit
from unions.clock import day_of
from unions.models import Placement, Union, User
from unions.refusals import Forbidden, Refused
from unions.rights import Right

# Copies of the path kept by other apps (a case carries its union's): they register how to move them along.
PathCopy = Callable[[str, str], None]
_path_copies: list[PathCopy] = []


def keeps_path_copy(move: PathCopy) -> PathCopy:
    """Register `move(old_prefix, new_prefix)`, run in the transaction in which a subtree moves."""
    _path_copies.append(move)
    return move


def replace_prefix(rows: QuerySet, old: str, new: str, field: str = "path") -> None:
    """Rewrite the stored path of every row below `old`."""
    rest = Substr(field, Value(len(old) + 1))
    rows.filter(**{f"{field}__startswith": old}).update(**{field: Concat(Value(new), rest)})


def _lock_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('union-tree', 0))")


def _check(by: User | None, *unions: Union) -> None:
    if by is not None and not all(by.may(Right.STRUCTURE, union) for union in unions):
        raise Forbidden("您没有调整组织的权限，请联系系统管理员。")


@transaction.atomic
def found(
    code: str, name: str, kind: str, parent: Union | None, since: date, by: User | None, at: datetime, **fields: object
) -> Union:
    """Found a unit under `parent` (None: a province)."""
    if parent is not None:
        _check(by, parent)
        if parent.is_closed:
            raise Refused(f"「{parent}」已于 {parent.valid_until} 终止，不能再设下级。")
    if Union.objects.filter(code=code).exists():
        raise Refused(f"编码 {code} 已有单位使用，请换一个。", {"code": "编码已被使用。"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('unions_union', 'id'))")
        (pk,) = cursor.fetchone()
    union = Union.objects.create(
        pk=pk, code=code, name=name, kind=kind, parent=parent, valid_from=since,
        path=f"{parent.path if parent else ''}{pk}.", depth=parent.depth + 1 if parent else 0, **fields,
    )  # fmt: skip
    Placement.objects.create(union=union, path=union.path, since=since)
    audit.record(f"union:{pk}", "found", by, at, union=union, code=code, name=name, parent=parent and parent.pk)
    return union


@transaction.atomic
def move(union: Union, parent: Union, on: date, by: User | None, at: datetime) -> Union:
    """Place `union` with everything below it under `parent` from day `on`."""
    _lock_tree()
    union = Union.objects.select_for_update().get(pk=union.pk)
    parent = Union.objects.get(pk=parent.pk)
    if union.parent is not None:
        _check(by, union.parent, parent)
    _place(union, parent, on)
    audit.record(f"union:{union.pk}", "move", by, at, union=parent, parent=parent.pk, on=on)
    return union


def _place(union: Union, parent: Union, on: date) -> None:
    if union.contains(parent):
        raise Refused(f"「{parent}」在「{union}」之下，不能成为它的上级。")
    if parent.is_closed:
        raise Refused(f"「{parent}」已于 {parent.valid_until} 终止，不能成为上级。")
    latest = Placement.objects.filter(path__startswith=union.path, until=None).order_by("-since").first()
    if latest and on < latest.since:
        raise Refused(f"「{latest.union}」自 {latest.since} 起才在现在的位置，变动日期不能早于这一天。")
    old, new = union.path, f"{parent.path}{union.pk}."
    _turn_placements(old, new, on)
    replace_prefix(Union.objects.all(), old, new)
    Union.objects.filter(path__startswith=new).update(
        depth=Length("path") - Length(_without_dots()) - 1
    )
    Union.objects.filter(pk=union.pk).update(parent=parent)
    for follow in _path_copies:
        follow(old, new)
    union.refresh_from_db()


def _without_dots():  # noqa: ANN202 - a query expression
    from django.db.models.functions import Replace

    return Replace("path", Value("."), Value(""))


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
    _lock_tree()
    union = Union.objects.select_for_update().get(pk=union.pk)
    successor = Union.objects.get(pk=successor.pk)
    if union.parent is None:
        raise Refused("省总工会不能撤销。")
    if union.is_closed:
        raise Refused(f"「{union}」已于 {union.valid_until} 终止。")
    if union.contains(successor):
        raise Refused(f"「{successor}」在「{union}」之下，请先把它移出，再由它承接。")
    if on <= union.valid_from:
        raise Refused(f"「{union}」{union.valid_from} 才成立，撤销日期须晚于这一天。")
    _check(by, union.parent, successor)
    for child in union.children.filter(valid_until=None):
        _place(child, successor, on)
    union.refresh_from_db()
    if union.parent_id != successor.pk:
        _place(union, successor, on)
    union.valid_until, union.successor = on - timedelta(days=1), successor
    union.save(update_fields=["valid_until", "successor"])
    _end_appointments(union, on, by, at)
    audit.record(f"union:{union.pk}", "close", by, at, union=successor, successor=successor.pk, on=on)
    return union


def _end_appointments(union: Union, on: date, by: User | None, at: datetime) -> None:
    from unions.appointments import sync_rights

    today = day_of(at)
    for row in union.appointments.filter(Q(until=None) | Q(until__gte=on)).select_related("user"):
        if row.since >= on:
            row.delete()
        else:
            row.until = on - timedelta(days=1)
            row.save(update_fields=["until"])
        sync_rights(row.user, today)


@transaction.atomic
def merge(unions: Sequence[Union], into: Union, on: date, by: User | None, at: datetime) -> Union:
    """Merge `unions` into `into`: each closes and is taken over."""
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
    if union.parent is None:
        raise Refused("省总工会不能拆分。")
    strangers = [child.name for child in children if child.parent_id != union.pk]
    if strangers:
        raise Refused(f"{'、'.join(strangers)}不是「{union}」的直接下级，不能划给新单位。")
    sibling = found(code, name, union.kind, union.parent, on, by, at, region_code=None)
    for child in children:
        move(child, sibling, on, by, at)
    audit.record(f"union:{union.pk}", "split", by, at, union=union, sibling=sibling.pk, on=on)
    return sibling


def changed_after(day: date) -> bool:
    """Whether any unit stood elsewhere on `day` than today (then sums as of that day go by `Placement`)."""
    return Placement.objects.filter(until__gte=day).exists()


def units_below_on(union: Union, day: date) -> QuerySet[Placement, dict[str, int]]:
    """Ids of the units in `union`'s subtree as it stood on `day`, as a subquery."""
    stood = Placement.objects.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))
    at_that_time = stood.filter(union=union).values_list("path", flat=True).first() or union.path
    return stood.filter(path__startswith=at_that_time).values("union_id")
