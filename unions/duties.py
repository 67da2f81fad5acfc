"""Duties without a holder: what waits at a unit where nobody can do it, who is told of it, and what a person leaves open.

What waits for a second person is known from the kinds of approval; apps declare the rest ("duties").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.urls import reverse

from unions.approvals import Approval, every_approval
from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.once_a_request import kept_in_request
from unions.models import Appointment, Union, User
from unions.people.holders import holders, nobody_at, units_below
from unions.people.notices import Notice, tell
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
    note: str = ""  # who does it meanwhile
    # Where who asked or worked on it cannot do it: annotates its rows with what `second_persons` reads.
    with_excluded: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None

    @property
    def second_person(self) -> bool:
        return self.with_excluded is not None

    @property
    def holder_label(self) -> str:
        return str(self.holder.label) if isinstance(self.holder, RoleName) else self.holder

    def without_holder(self, now: datetime, seats: Seats | None = None) -> QuerySet[Any]:
        """What waits where nobody can do it (at `seats`, None: anywhere), with `held_at`: the unit that acts for its own, and
        `barred`: whether somebody there holds the right, who may not decide upon this.
        """
        day, rows = day_of(now), self.rows(now)
        if seats is not None:
            rows = rows.filter(duty_unit__in=_each(seats.all() if self.second_person else seats.lacking(self.rights)))
        else:
            here = Union.objects.filter(valid_until=None).order_by()
            if self.rights and not self.second_person:
                here = here.filter(nobody_at("pk", self.rights, day))
            rows = rows.filter(Q(duty_unit__in=here.values("pk")) | Q(duty_unit__in=_taken_over(here.values("pk"))))
        if self.with_excluded is None:
            return _at(rows, Value(False))
        there = holders(self.rights, day).filter(union=OuterRef("held_at"))
        nobody = nobody_at("held_at", self.rights, day, second_person=True)
        found: QuerySet[Any] = _at(self.with_excluded(rows), Exists(there)).filter(nobody)
        return found


class Seats:
    """A few units, with the closed ones they act for, and what each has people for. Two queries."""

    def __init__(self, units: Collection[int], day: date) -> None:
        self.stands_for = stands_for(units)
        self.held: dict[int, set[Right]] = {unit: set() for unit in units}
        present = Appointment.objects.present(day).filter(union__in=_each(units)).order_by()
        for unit, role in present.values_list("union_id", "role").distinct():
            self.held[unit] |= ROLES[RoleName(role)].rights

    def all(self) -> list[int]:
        return [pk for stands_for in self.stands_for.values() for pk in stands_for]

    def lacking(self, rights: Collection[Right]) -> list[int]:
        """Of the units where nobody has one of the rights; of all where no right is named."""
        return [pk for unit, held in self.held.items() if not held.intersection(rights) for pk in self.stands_for[unit]]


def stands_for(units: Collection[int]) -> dict[int, list[int]]:
    """Each of these units with itself and the closed ones it acts for. One query, once a page."""
    key, kept = (stands_for, frozenset(units)), kept_in_request()
    if kept is not None and key in kept:
        return kept[key]  # type: ignore[no-any-return]
    found = {unit: [unit] for unit in units}
    for pk, unit in _taken_over(_each(units)).values_list("pk", "parent_id"):
        found[unit].append(pk)
    if kept is not None:
        kept[key] = found
    return found


def _taken_over(units: Any) -> QuerySet[Union, Any]:
    """Closed units for which these act: a closed unit always stands right under the one that took it over."""
    return Union.objects.filter(valid_until__isnull=False, parent__in=units).order_by().values("pk")


def _at(rows: QuerySet[Any], barred: Any) -> QuerySet[Any]:
    in_charge = Case(When(valid_until=None, then=F("pk")), default=F("parent"))
    held_at = Subquery(Union.objects.filter(pk=OuterRef("duty_unit")).values(unit=in_charge))
    found: QuerySet[Any] = rows.annotate(held_at=held_at, barred=barred).order_by()
    return found


@cache
def every_duty() -> tuple[Duty, ...]:
    """Return what the kinds of approval and the apps ("duties") say can wait at a unit, and the posts themselves."""
    return (*map(_approving, every_approval()), *provided("duties"), *map(_post, POSTS), DUTY_OFFICER)


def _approving(approval: Approval[Any]) -> Duty:
    def rows(now: datetime) -> QuerySet[Any]:
        each = {"duty_unit": approval.unit_id(), "asker_id": approval.asker()}
        waiting: QuerySet[Any] = approval.waiting_rows().annotate(**each)
        return waiting

    note = "（由上级代为审批）" if approval.above else ""
    label, key, excluded = f"{approval.list_of().label}待审批", key_of(approval), approval.with_excluded
    return Duty(key, RoleName.APPROVER, label, approval.rights, rows, "asker_id", note=note, with_excluded=excluded)


def key_of(approval: Approval[Any]) -> str:
    return f"{type(approval).__name__}:{approval.approved.verb}"


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
        own = Appointment.objects.filter(
            gone, role=role, union__valid_until=None
        )  # the post of a closed unit is no more
        return own.annotate(duty_unit=F("union_id"))

    return Duty(f"post:{role}", role, "", POSTS[role], rows)


def _duty_officer_gone(now: datetime) -> QuerySet[Union]:
    """Units whose published duty officer, by name, held an appointment there and holds none any more."""
    named = Appointment.objects.filter(union=OuterRef("pk"), user__name=OuterRef("duty_officer")).order_by()
    present = named.present(day_of(now))
    rows = Union.objects.filter(Exists(named), ~Exists(present), valid_until=None).exclude(duty_officer="")
    return rows.annotate(duty_unit=F("pk"))


DUTY_OFFICER = Duty("duty-officer", "值班人员", "", (), _duty_officer_gone)


# ---- vacancies --------------------------------------------------------------------------------------------------------------


@dataclass
class Vacancy:
    """What waits at a unit for want of one kind of holder. `waits`: what → how many; empty where only the post is vacant.

    `barred`: there are holders, none of whom may decide upon these (who asked, filed or handled): a second person is missing.
    """

    union: Union
    holder: str
    barred: bool = False
    waits: dict[str, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)  # what → who does it meanwhile
    askers: set[int] = field(default_factory=set)  # ids of whoever waits
    things: set[str] = field(default_factory=set)  # of what is barred: the key of its duty and its id
    mends: str = ""  # where the reader can give the unit somebody; "" where she cannot

    @property
    def count(self) -> int:
        return sum(self.waits.values())

    @property
    def words(self) -> str:
        return "、".join(f"{label} {count} 项{self.notes[label]}" for label, count in self.waits.items())


def vacancies(units: Collection[int] | None, now: datetime) -> list[Vacancy]:
    """At these units (None: at all); what waits first. Five queries at most."""
    if units is None:
        return _found(every_duty(), now)
    seats = Seats(units, day_of(now))
    return _found(in_question(seats, now), now, seats)


def in_question(seats: Seats, now: datetime) -> list[Duty]:
    """Those for which somebody may be missing at these units: nobody there has the right, or something waits for a second person.

    One query, a plain one: whether those who have the right may decide is asked only where something waits.
    """
    here = _each(seats.all())
    rows = [(duty.key, duty.rows(now).filter(duty_unit__in=here)) for duty in every_duty() if duty.second_person]
    first, *others = (some.annotate(duty=Value(key, CharField())).values_list("duty").order_by() for key, some in rows)
    waits = {key for (key,) in first.union(*others)}
    return [duty for duty in every_duty() if (duty.key in waits if duty.second_person else seats.lacking(duty.rights))]


def _found(duties: Collection[Duty], now: datetime, seats: Seats | None = None, **where: int) -> list[Vacancy]:
    """`where`: of the rows only these."""
    found: dict[tuple[int, str, bool], Vacancy] = {}
    by_key = {duty.key: duty for duty in duties}
    rows = list(_counted(duties, now, seats, where))
    there = Union.objects.in_bulk({unit for _, unit, *_ in rows}) if rows else {}
    for key, unit, barred, asker, thing, count in rows:
        duty = by_key[key]
        vacancy = found.setdefault((unit, duty.holder_label, barred), Vacancy(there[unit], duty.holder_label, barred))
        if duty.label:
            vacancy.notes[duty.label] = duty.note
            vacancy.waits[duty.label] = vacancy.waits.get(duty.label, 0) + count
        vacancy.askers |= set() if asker is None else {asker}
        vacancy.things |= {f"{key}:{thing}"} if barred else set()
    return sorted(
        found.values(), key=lambda row: (not row.waits, row.union.depth, row.union.code, row.holder, row.barred)
    )


Counted = tuple[str, int, bool, int | None, int, int]


def _counted(duties: Collection[Duty], now: datetime, seats: Seats | None, where: dict[str, int]) -> Iterable[Counted]:
    """Key of the duty, id of the unit, whether its holders are barred, who waits, the row (0: any) and how many. One query."""
    parts = []
    for duty in duties:
        asker = F(duty.asker) if duty.asker else Value(None, BigIntegerField())
        rows = duty.without_holder(now, seats).filter(**where)
        rows = rows.annotate(
            duty=Value(duty.key, CharField()),
            whose=Cast(asker, BigIntegerField()),
            thing=Case(When(barred=True, then=F("pk")), default=Value(0), output_field=BigIntegerField()),
        )
        each = ("duty", "held_at", "barred", "whose", "thing")
        parts.append(rows.values(*each).order_by().annotate(waiting=Count("pk")).values_list(*each, "waiting"))
    counted: Iterable[Counted] = parts[0].union(*parts[1:], all=True) if parts else ()
    return counted


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

    Everybody is told once of one vacancy: it ends when somebody is appointed. As many queries for one as for a thousand.
    """
    return _tell_of(vacancies(units, now), now)


def tell_of_asked(approval: Approval[Any], row: Any, at: datetime) -> None:
    """The row waits from now on: where nobody at its unit may decide, whoever is concerned hears of it at once."""
    duty = next(one for one in every_duty() if one.key == key_of(approval))
    seats = Seats([approval.unit_of(row).in_charge().pk], day_of(at))
    _tell_of(_found([duty], at, seats, pk=row.pk), at)


def follow(units: Collection[int], at: datetime) -> None:
    """Somebody's appointment ended, or her account was disabled: who is concerned by a vacancy there hears of it at once."""
    tell_of_vacancies(at, list(Union.objects.filter(pk__in=units, valid_until=None).values_list("pk", flat=True)))


def _tell_of(found: list[Vacancy], now: datetime) -> int:
    if found:
        people = _People(found, day_of(now))
        tell([notice for row in found for notice in _notices(row, people)], now)
    return len(found)


def _notices(row: Vacancy, people: _People) -> Iterator[Notice]:
    concerned = row.askers | people.administrators(row.union) | people.overseers_above(row.union)
    if not row.barred:
        waits = f"，{row.count} 项事项等待办理" if row.count else ""
        title = f"岗位空缺：一个单位暂无{row.holder}"
        text = f"一个单位暂无{row.holder}{waits}，请在工作台查看并及时配备人员。"
        yield Notice(concerned, people.key(row), title, text, reverse("desk"))
        return
    title = f"须另行指定审批人：一个单位的{row.holder}均须回避"
    text = f"一项待审批事项，本单位{row.holder}均因提出、登记或办理过须回避，请在工作台查看。"
    for thing in sorted(row.things):
        yield Notice(concerned, f"barred:{thing}", title, text, reverse("desk"))


class _People:
    """Who is appointed at units with vacancies and above them. One query."""

    def __init__(self, found: list[Vacancy], day: date) -> None:
        line = {pk for row in found for pk in row.union.line_ids()}
        present = Exists(Appointment.objects.present(day).filter(pk=OuterRef("pk")).order_by())
        rows = Appointment.objects.filter(union__in=_each(line)).select_related("user").annotate(present=present)
        self.rows: dict[int, list[Any]] = {}
        for one in rows.order_by("pk"):
            self.rows.setdefault(one.union_id, []).append(one)

    def _with(self, rights: Iterable[Right], unit: int) -> set[int]:
        wanted = set(rights)
        here = (row for row in self.rows.get(unit, ()) if row.present)
        return {row.user_id for row in here if wanted & ROLES[RoleName(row.role)].rights}

    def administrators(self, union: Union) -> set[int]:
        return self._with([Right.PEOPLE], union.pk)

    def overseers_above(self, union: Union) -> set[int]:
        """Who oversees at the nearest level above where somebody does."""
        line = reversed(union.line_ids()[:-1])
        return next((people for pk in line if (people := self._with(OVERSEEING, pk))), set())

    def key(self, row: Vacancy) -> str:
        """Names the vacancy of one post: it is another one after somebody was appointed to the post, or went away anew."""
        role = next((role for role in RoleName if role.label == row.holder), None)
        own = [
            one
            for one in self.rows.get(row.union.pk, ())
            if (one.role == role if role else one.user.name == row.union.duty_officer)
        ]
        newest, away = max((one.pk for one in own), default=0), [one.away_since for one in own if one.away_since]
        gone = f"{max(away):%y%m%d}" if away else ""
        return f"vacant:{row.union.pk}:{role.value if role else 'duty-officer'}:{newest}{gone}"


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
