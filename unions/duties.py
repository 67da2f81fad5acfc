"""Duties without a holder: what waits at a unit where nobody can do it, who is told of it, and what a person leaves open.

What waits for a second person is known from the kinds of approval; apps declare the rest ("duties").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, CharField, Count, Exists, F, Func, Max, OuterRef, Q, QuerySet, Value
from django.urls import reverse

from unions.approvals import Approval, every_approval
from unions.common.clock import day_of
from unions.common.features import provided
from unions.models import Appointment, Union, User
from unions.people.holders import holders, nobody_at, unit_with, units_below
from unions.people.notices import tell
from unions.people.rights import ROLES, Right, RoleName

PLATFORM = frozenset({Right.STRUCTURE, Right.ACCOUNTS, Right.AUDIT})  # whose holders have no part in what waits
OVERSEEING = (Right.APPROVE, Right.RECEIVE, Right.PEOPLE)  # who is told at the level above
SHOWN = 5


@dataclass(frozen=True)
class Duty:
    """Something that only holders of one of `rights` at a unit can do. Without rights: what `rows` says is nobody's already.

    `holder`: the role that does it, or in words who does; `label`: what waits, "" where the post itself is all there is to say;
    `rows(now)`: what waits, its unit's id annotated as `duty_unit`; `asker`: the field or annotation with the id of whoever waits for it.
    """

    key: str
    holder: RoleName | str
    label: str
    rights: tuple[Right, ...]
    rows: Callable[[datetime], QuerySet[Any]]
    asker: str = ""

    @property
    def holder_label(self) -> str:
        return str(self.holder.label) if isinstance(self.holder, RoleName) else self.holder

    def without_holder(self, now: datetime) -> QuerySet[Any]:
        """What waits at open units where nobody can do it."""
        rows: QuerySet[Any] = self.rows(now).filter(
            nobody_at("duty_unit", self.rights, day_of(now)) if self.rights else Q()
        )
        open_units = Union.objects.filter(valid_until=None).values("pk")
        return rows.filter(duty_unit__in=open_units).order_by()


@cache
def every_duty() -> tuple[Duty, ...]:
    """Return what the kinds of approval and the apps ("duties") say can wait at a unit, and the posts themselves."""
    return (*map(_approving, every_approval()), *provided("duties"), *map(_post, POSTS), DUTY_OFFICER)


def _approving(approval: Approval[Any]) -> Duty:
    def rows(now: datetime) -> QuerySet[Any]:
        waiting: QuerySet[Any] = approval.waiting_rows().annotate(
            duty_unit=approval.unit_id(), asker_id=approval.asker()
        )
        return waiting

    key, listed = f"{type(approval).__name__}:{approval.approved.verb}", approval.list_of()
    return Duty(key, RoleName.APPROVER, f"{listed.label}待审批", approval.rights, rows, "asker_id")


POSTS = {
    RoleName.APPROVER: (Right.APPROVE,),
    RoleName.OFFICER: (Right.HANDLE, Right.FILE),
    RoleName.STATISTICIAN: (Right.SUBMIT,),
}


def _post(role: RoleName) -> Duty:
    """A post whose last holder left or is away, whether anything waits or not."""

    def rows(now: datetime) -> QuerySet[Appointment]:
        day = day_of(now)
        gone = Q(until__lt=day) | Q(user__is_active=False) | Q(away_since__lte=day, away_until__gte=day)
        return Appointment.objects.filter(gone, role=role).annotate(duty_unit=F("union_id"))

    return Duty(f"post:{role}", role, "", POSTS[role], rows)


def _duty_officer_gone(now: datetime) -> QuerySet[Union]:
    """Units whose published duty officer, by name, held an appointment there and holds none any more."""
    named = Appointment.objects.filter(union=OuterRef("pk"), user__name=OuterRef("duty_officer")).order_by()
    present = named.present(day_of(now))
    rows = Union.objects.exclude(duty_officer="").filter(Exists(named), ~Exists(present))
    return rows.annotate(duty_unit=F("pk"))


DUTY_OFFICER = Duty("duty-officer", "值班人员", "", (), _duty_officer_gone)


# ---- vacancies --------------------------------------------------------------------------------------------------------------


@dataclass
class Vacancy:
    """What waits at a unit for want of one kind of holder. `waits`: what → how many; empty where only the post is vacant."""

    union: Union
    holder: str
    waits: dict[str, int] = field(default_factory=dict)
    mends: str = ""  # where the reader can give the unit somebody; "" where she cannot

    @property
    def count(self) -> int:
        return sum(self.waits.values())

    @property
    def words(self) -> str:
        return "、".join(f"{label} {count} 项" for label, count in self.waits.items())


def vacancies(units: Collection[int] | None, now: datetime) -> list[Vacancy]:
    """At these units (None: at all); what waits first. Three queries at most."""
    found: dict[tuple[int, str], dict[str, int]] = {}
    for key, unit, count in _counted(units, now):
        duty = _by_key()[key]
        waits = found.setdefault((unit, duty.holder_label), {})
        if duty.label:
            waits[duty.label] = waits.get(duty.label, 0) + count
    there = Union.objects.in_bulk({unit for unit, _ in found})
    rows = [Vacancy(there[unit], holder, waits) for (unit, holder), waits in found.items()]
    return sorted(rows, key=lambda row: (not row.waits, row.union.depth, row.union.code, row.holder))


@cache
def _by_key() -> dict[str, Duty]:
    return {duty.key: duty for duty in every_duty()}


def _counted(units: Collection[int] | None, now: datetime) -> Iterable[tuple[str, int, int]]:
    """Key of the duty, id of the unit, how many rows. One query for what each unit has people for, one for all that waits."""
    parts = []
    for duty, rows in _without_holder(units, now):
        rows = rows.annotate(duty=Value(duty.key, CharField())).values("duty", "duty_unit").order_by()
        parts.append(rows.annotate(waiting=Count("pk")).values_list("duty", "duty_unit", "waiting"))
    counted: Iterable[tuple[str, int, int]] = parts[0].union(*parts[1:], all=True) if parts else ()
    return counted


def _without_holder(units: Collection[int] | None, now: datetime) -> Iterator[tuple[Duty, QuerySet[Any]]]:
    """Of each duty what waits where nobody can do it. Most units have people for most duties: only the others are asked for."""
    if units is None:
        yield from ((duty, duty.without_holder(now)) for duty in every_duty())
        return
    held: dict[int, set[Right]] = {unit: set() for unit in units}
    present = Appointment.objects.present(day_of(now)).filter(union__in=_each(units)).order_by()
    for unit, role in present.values_list("union_id", "role").distinct():
        held[unit] |= ROLES[RoleName(role)].rights
    for duty in every_duty():
        if lacking := [unit for unit, rights in held.items() if not rights.intersection(duty.rights)]:
            yield duty, duty.rows(now).filter(duty_unit__in=_each(lacking))


def _each(ids: Collection[int]) -> Func:
    """These ids as one parameter."""
    return Func(Value(list(ids), ArrayField(BigIntegerField())), template="(SELECT unnest(%(expressions)s))")


def vacancies_for(user: User, now: datetime) -> list[Vacancy]:
    """At the units of the reader, and at those below where nobody nearer oversees."""
    nodes = {path for right in Right if right not in PLATFORM for path in user.paths(right)}
    above = {path for right in OVERSEEING for path in user.paths(right)}
    below = units_below(_ids(above), OVERSEEING, day_of(now)).values_list("pk", flat=True) if above else ()
    found = vacancies({*_ids(nodes), *below}, now) if nodes else []
    for row in found:
        if user.may(Right.PEOPLE, row.union):
            page = "union-edit" if row.holder == DUTY_OFFICER.holder_label else "union-appoint"
            row.mends = reverse(page, args=[row.union.code])
    return found


def _ids(paths: Iterable[str]) -> list[int]:
    return [int(path.rstrip(".").rpartition(".")[2]) for path in sorted(paths)]


# ---- telling ------------------------------------------------------------------------------------------------------------------


def tell_of_vacancies(now: datetime, units: Collection[int] | None = None) -> int:
    """Tell whoever waits, the administrators of the unit and the level above of every vacancy (of `units`); how many there are.

    Everybody is told once of one vacancy: it ends when somebody is appointed.
    """
    found = vacancies(units, now)
    for row in found:
        title = f"岗位空缺：一个单位暂无{row.holder}"
        waits = f"，{row.count} 项事项等待办理" if row.count else ""
        text = f"一个单位暂无{row.holder}{waits}，请在工作台查看并及时配备人员。"
        tell(_concerned(row, now), _key(row), title, text, reverse("desk"), now)
    return len(found)


def _key(row: Vacancy) -> str:
    known = Appointment.objects.filter(union=row.union).aggregate(last=Max("pk"), away=Max("away_since"))
    away = f"{known['away']:%y%m%d}" if known["away"] else ""
    return f"vacant:{row.union.pk}:{_holder_key(row.holder)}:{known['last'] or 0}{away}"


def _holder_key(holder: str) -> str:
    return next((role.value for role in RoleName if role.label == holder), "duty-officer")


def _concerned(row: Vacancy, now: datetime) -> set[int]:
    """Whoever asked for what waits, the administrators of the unit, and who oversees at the nearest level above."""
    day = day_of(now)
    people = {pk for duty in every_duty() if duty.holder_label == row.holder for pk in _askers(duty, row.union, now)}
    people |= set(holders([Right.PEOPLE], day).filter(union=row.union).values_list("user_id", flat=True))
    above = unit_with(row.union.parent, OVERSEEING, day) if row.union.parent else None
    if above is not None:
        people |= set(holders(OVERSEEING, day).filter(union=above).values_list("user_id", flat=True))
    return people


def _askers(duty: Duty, union: Union, now: datetime) -> Iterator[int]:
    if duty.asker:
        rows = duty.without_holder(now).filter(duty_unit=union.pk)
        yield from rows.exclude(**{duty.asker: None}).values_list(duty.asker, flat=True).distinct()


def follow(units: Collection[int], at: datetime) -> None:
    """Somebody's appointment ended, or her account was disabled: who is concerned by a vacancy there hears of it at once."""
    tell_of_vacancies(at, list(Union.objects.filter(pk__in=units, valid_until=None).values_list("pk", flat=True)))


# ---- leaving ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LeftOpen:
    """What stays open when a person leaves. `rows`: the first few, as words and address; `url`: where it is dealt with;
    `of_cases`: only who sees cases is shown rows and address.
    """

    label: str
    count: int
    rows: tuple[tuple[str, str], ...] = ()
    url: str = ""
    of_cases: bool = True


def left_open(row: Appointment, now: datetime) -> tuple[list[LeftOpen], list[str]]:
    """What she has in hand at the unit, with what nobody there could do after her; and of which posts she is the last holder.

    Apps declare "matters in hand": a function of the person, the unit and the moment.
    """
    own = [one for matters in provided("matters in hand") for one in matters(row.user, row.union, now)]
    if row.union.duty_officer and row.union.duty_officer == row.user.name:
        edit = reverse("union-edit", args=[row.union.code])
        own.append(LeftOpen("公布的值班人员，须另行公布", 1, url=edit, of_cases=False))
    hers = ROLES[RoleName(row.role)].rights
    others = holders(hers, day_of(now)).filter(union=row.union).exclude(pk=row.pk).values_list("role", flat=True)
    still = {right for role in set(others) for right in ROLES[RoleName(role)].rights}

    def is_lost(rights: Collection[Right]) -> bool:
        return bool(hers.intersection(rights)) and not still.intersection(rights)

    waiting = [_waiting(duty, row.union, now) for duty in every_duty() if duty.label and is_lost(duty.rights)]
    posts = [str(role.label) for role, rights in POSTS.items() if is_lost(rights)]
    return [one for one in [*own, *waiting] if one.count], posts


def _waiting(duty: Duty, union: Union, now: datetime) -> LeftOpen:
    rows = duty.rows(now).filter(duty_unit=union.pk)
    count = rows.count()
    return LeftOpen(duty.label, count, tuple(named(rows.order_by("pk")[:SHOWN])) if count else ())


def named(rows: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Words and address of each row; the address of its case where it has none of its own."""
    for row in rows:
        page = row if hasattr(row, "get_absolute_url") else getattr(row, "case", None)
        yield str(row), page.get_absolute_url() if page is not None else ""
