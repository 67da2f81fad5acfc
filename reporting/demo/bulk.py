"""Many plain cases at once, for measuring: written by COPY, with the same sums and chains as cases that people file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from stdnum.cn import uscc

from arrears.imports.copying import copy_in, reserve
from arrears.models import Case, Channel, Closure, Employer, EntryKind, LedgerEntry, Series, State
from reporting.demo.firms import FIRST, FOCUS, SECOND, TRADES, WEIGHTS
from unions import audit
from unions.models import Event, Union, UnionKind, User
from unions.refusals import Refused
from unions.rights import RoleName

# The original number says that a case was made here, and which.
MARK = "批量"
FROM = date(2022, 1, 1)
BATCH = 10_000
CASES_OF_AN_EMPLOYER = 8
STATES = {State.CLOSED: 74, State.OPEN: 19, State.CLUE: 4, State.LEGAL: 3}


@dataclass(frozen=True)
class Seat:
    """A unit that files, and the two people who sign for it."""

    union: Union
    county: str
    filer: User
    approver: User


@transaction.atomic
def fill_up(count: int, above: Union, today: date, at: datetime) -> int:
    """Bring the cases made here to `count`, all under `above`; answers how many are new."""
    there = Case.objects.filter(original_number__startswith=MARK).count()
    if count <= there:
        return 0
    chance = Random(f"{above.code}:{there}")
    seats = _seats(above)
    if not seats:
        raise Refused(f"「{above}」之下没有演示单位，请换一个工会，例如 630000。")
    firms = list(_firms(max(1, (count - there) // CASES_OF_AN_EMPLOYER), there, seats, chance))
    copy_in(Employer, firms)
    for first in range(there, count, BATCH):
        _write(
            list(_cases(range(first, min(first + BATCH, count)), firms, seats, today, at, chance)),
            chance,
            today,
            at,
        )
    return count - there


def _seats(above: Union) -> list[Seat]:
    """Grassroots units and counties with somebody to file and somebody to approve."""
    rows = Union.objects.below(above).filter(valid_until=None).exclude(
        kind__in=[UnionKind.PROVINCE, UnionKind.CITY, UnionKind.INDUSTRY, UnionKind.DIRECT]
    )  # fmt: skip
    found = []
    for union in rows.order_by("code").prefetch_related("appointments__user"):
        people = {row.role: row.user for row in union.appointments.all()}
        filer = people.get(RoleName.OFFICER)
        if filer and RoleName.APPROVER in people:
            found.append(Seat(union, union.code[:6], filer, people[RoleName.APPROVER]))
    return found


def _firms(count: int, after: int, seats: list[Seat], chance: Random) -> Iterator[Employer]:
    letters = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
    for pk, serial, letter in zip(
        reserve(Employer, count), range(after, after + count), letters, strict=True
    ):
        county = chance.choice(seats).county
        name = f"{chance.choice(FIRST)}{chance.choice(SECOND)}{serial}号{chance.choice(TRADES[letter])}"
        body = f"91{county}MB{serial:07d}"
        yield Employer(
            pk=pk, name=name, uscc=body + uscc.calc_check_digit(body), region_code=county, industry=letter,
            focus_sector=FOCUS.get(letter, ""), ownership="private", workforce=60, has_union=False,
        ).index_name()  # fmt: skip


def _cases(
    serials: range, firms: list[Employer], seats: list[Seat], today: date, at: datetime, chance: Random
) -> Iterator[tuple[Case, Seat]]:
    states = chance.choices(list(STATES), list(STATES.values()), k=len(serials))
    chosen = [(chance.choice(seats), _day(FROM, today - timedelta(days=3), chance)) for _ in serials]
    numbers = _numbers((seat.union, day.year) for seat, day in chosen)
    for pk, serial, state, (seat, day), number in zip(
        reserve(Case, len(serials)), serials, states, chosen, numbers, strict=True
    ):
        firm, workers, months = chance.choice(firms), 1 + chance.randrange(30), 1 + chance.randrange(6)
        verified, closed = state != State.CLUE, state == State.CLOSED
        on_project = firm.industry == "E"
        case = Case(
            pk=pk, number=number, state=state, employer=firm, industry=firm.industry, on_project=on_project,
            nature=chance.choice(["government", "soe", "other"]) if on_project else "",
            stated_workers=workers, stated_migrants=workers * chance.randrange(11) // 10,
            stated_amount=Decimal(workers * months * chance.randint(2400, 5200)),
            owed_from=day - timedelta(days=30 * months), owed_until=day, channel=Channel.REPORT,
            original_number=f"{MARK}{serial}", accepted_on=day, verified_on=day if verified else None,
            closed_on=_day(day, today, chance) if closed else None, conclusion="paid" if closed else "",
            union=seat.union, path=seat.union.path, handling_union=seat.union, officer=seat.filer,
            filed_by=seat.filer, last_edited_by=seat.filer, settled_by=seat.filer if closed else None,
            created_at=at, changed_at=at,
        )  # fmt: skip
        yield case, seat


def _numbers(wanted: Iterable[tuple[Union, int]]) -> Iterator[str]:
    """Case numbers by unit and year, without gaps."""
    rows = list(wanted)
    counted = Counter((union.pk, year) for union, year in rows)
    serials = {
        (pk, year): iter(Series.take(f"case:{pk}", year, n)) for (pk, year), n in sorted(counted.items())
    }
    for union, year in rows:
        yield f"{union.code}-{year}-{next(serials[union.pk, year]):04d}"


def _write(batch: list[tuple[Case, Seat]], chance: Random, today: date, at: datetime) -> None:
    copy_in(Case, (case for case, _ in batch))
    copy_in(LedgerEntry, (entry for case, seat in batch for entry in _entries(case, seat, chance, today, at)))
    copy_in(
        Closure,
        (
            Closure(case=case, on=case.closed_on, conclusion="paid", approved_by=seat.approver, at=at)
            for case, seat in batch
            if case.closed_on
        ),
    )
    audit.record_births(
        Event(
            stream=case.stream,
            verb="import",
            by=seat.filer,
            union=seat.union,
            at=at,
            data={"number": case.number},
        )
        for case, seat in batch
    )


def _entries(case: Case, seat: Seat, chance: Random, today: date, at: datetime) -> Iterator[LedgerEntry]:
    """认定, and 清偿: all of it for a closed case, half for every other one that is not a clue."""
    assert case.accepted_on is not None
    said = {"case": case, "by": seat.filer, "at": at, "source": "批量生成"}
    yield LedgerEntry(
        kind=EntryKind.RECOGNISED, counts_as=EntryKind.RECOGNISED, on=case.accepted_on, workers=case.stated_workers,
        migrants=case.stated_migrants, amount=case.stated_amount, **said,
    )  # fmt: skip
    paid = {"kind": EntryKind.PAID, "counts_as": EntryKind.PAID} | said
    if case.closed_on:
        yield LedgerEntry(
            on=case.closed_on, workers=case.stated_workers, migrants=case.stated_migrants, amount=case.stated_amount,
            **paid,
        )  # fmt: skip
    elif case.state == State.OPEN and chance.random() < 0.5:
        half = case.stated_workers // 2
        yield LedgerEntry(
            on=_day(case.accepted_on, today, chance), workers=half, migrants=min(half, case.stated_migrants // 2),
            amount=(case.stated_amount / 2).quantize(Decimal(1)), **paid,
        )  # fmt: skip


def _day(first: date, last: date, chance: Random) -> date:
    return first + timedelta(days=chance.randint(0, max(0, (last - first).days)))
