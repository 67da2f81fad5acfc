"""Many plain cases for measuring, written by COPY, with the sums and event chains of filed ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from stdnum.cn import uscc

from arrears.cases.models import Case, Channel, Closure, Employer, EntryKind, LedgerEntry, Series, State
from arrears.cases.terms import keep_imported
from arrears.imports.copying import copy_in, facts_of, reserve
from reporting.demo.firms import FIRST, FOCUS, SECOND, TRADES, WEIGHTS
from unions.common.pg_copy import count_anew
from unions.common.refusals import Refused
from unions.log import audit
from unions.models import Event, Union, UnionKind, User
from unions.models.union import BESIDE_COUNTIES
from unions.people.rights import RoleName

# The original number says that a case was made here, and which.
MARK = "批量"
FROM = date(2022, 1, 1)
BATCH = 10_000
CASES_OF_AN_EMPLOYER = 8
STATES = {State.CLOSED: 74, State.OPEN: 19, State.CLUE: 4, State.LEGAL: 3}
Row = dict[str, Any]


@dataclass(frozen=True)
class DemoFilingUnit:
    """A unit that files, and the two people who sign for it."""

    union: Union
    county: str
    filer: User
    approver: User


@dataclass(frozen=True)
class Firm:
    pk: int
    industry: str


@dataclass(frozen=True)
class Bulk:
    """What every row needs: day, moment and the random generator."""

    today: date
    at: datetime
    chance: Random

    def day_between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.chance.randint(0, max(0, (last - first).days)))


@transaction.atomic
def fill_up(count: int, above: Union, today: date, at: datetime) -> int:
    """Bring the cases made here to `count`, all under `above`; answers how many are new."""
    there = Case.objects.filter(original_number__startswith=MARK).count()
    if count <= there:
        return 0
    units = _filing_units(above)
    if not units:
        raise Refused(f"“{above}”之下没有演示单位，请换一个工会，例如 630000。")
    bulk = Bulk(today, at, Random(f"{above.code}:{there}"))
    firms = _firms(max(1, (count - there) // CASES_OF_AN_EMPLOYER), there, units, bulk)
    for first in range(there, count, BATCH):
        _write(list(_cases(range(first, min(first + BATCH, count)), firms, units, bulk)), bulk)
    count_anew(Employer, Case, LedgerEntry, Closure, Event)
    return count - there


def _filing_units(above: Union) -> list[DemoFilingUnit]:
    """Grassroots units and counties with somebody to file and somebody to approve."""
    rows = (
        Union.objects.below(above)
        .filter(valid_until=None)
        .exclude(kind__in=[UnionKind.PROVINCE, UnionKind.CITY, UnionKind.INDUSTRY, UnionKind.DIRECT, *BESIDE_COUNTIES])
    )
    found = []
    for union in rows.order_by("code").prefetch_related("appointments__user"):
        people = {row.role: row.user for row in union.appointments.all()}
        filer = people.get(RoleName.OFFICER)
        if filer and RoleName.APPROVER in people:
            found.append(DemoFilingUnit(union, union.code[:6], filer, people[RoleName.APPROVER]))
    return found


def _firms(count: int, after: int, units: list[DemoFilingUnit], bulk: Bulk) -> list[Firm]:
    chance = bulk.chance
    letters = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
    firms = [Firm(pk, letter) for pk, letter in zip(reserve(Employer, count), letters, strict=True)]

    def rows() -> Iterator[Row]:
        for serial, firm in enumerate(firms, after):
            county = chance.choice(units).county
            name = f"{chance.choice(FIRST)}{chance.choice(SECOND)}{serial}号{chance.choice(TRADES[firm.industry])}"
            body = f"91{county}MB{serial:07d}"
            yield facts_of(
                Employer(
                    pk=firm.pk,
                    name=name,
                    uscc=body + uscc.calc_check_digit(body),
                    region_code=county,
                    industry=firm.industry,
                    focus_sector=FOCUS.get(firm.industry, ""),
                    ownership="private",
                    workforce=60,
                    has_union=False,
                ).index_name()
            )

    copy_in(Employer, rows())
    return firms


def _cases(
    serials: range, firms: list[Firm], units: list[DemoFilingUnit], bulk: Bulk
) -> Iterator[tuple[Row, DemoFilingUnit]]:
    chance, newest = bulk.chance, bulk.today - timedelta(days=3)
    states = chance.choices(list(STATES), list(STATES.values()), k=len(serials))
    chosen = [(chance.choice(units), bulk.day_between(FROM, newest)) for _ in serials]
    numbers = _numbers((unit.union, day.year) for unit, day in chosen)
    keys = reserve(Case, len(serials))
    for pk, serial, state, (unit, day), number in zip(keys, serials, states, chosen, numbers, strict=True):
        facts = _stated(chance.choice(firms), day, chance)
        closed_on = bulk.day_between(day, bulk.today) if state == State.CLOSED else None
        yield (
            facts
            | {
                "id": pk,
                "number": number,
                "state": state.value,
                "original_number": f"{MARK}{serial}",
                "channel": Channel.REPORT.value,
                "accepted_on": day,
                "verified_on": None if state == State.CLUE else day,
                "closed_on": closed_on,
                "conclusion": "paid" if closed_on else "",
                "settled_by_id": unit.filer.pk if closed_on else None,
                "union_id": unit.union.pk,
                "path": unit.union.path,
                "handling_union_id": unit.union.pk,
                "officer_id": unit.filer.pk,
                "filed_by_id": unit.filer.pk,
                "last_edited_by_id": unit.filer.pk,
                "created_at": bulk.at,
                "changed_at": bulk.at,
            },
            unit,
        )


def _stated(firm: Firm, day: date, chance: Random) -> Row:
    workers, months, building = 1 + chance.randrange(30), 1 + chance.randrange(6), firm.industry == "E"
    return {
        "employer_id": firm.pk,
        "industry": firm.industry,
        "on_project": building,
        "nature": chance.choice(["government", "soe", "other"]) if building else "",
        "stated_workers": workers,
        "stated_migrants": workers * chance.randrange(11) // 10,
        "stated_amount": Decimal(workers * months * chance.randint(2400, 5200)),
        "owed_from": day - timedelta(days=30 * months),
        "owed_until": day,
    }


def _numbers(wanted: Iterable[tuple[Union, int]]) -> Iterator[str]:
    """Case numbers by unit and year, without gaps."""
    rows = list(wanted)
    counted = Counter((union.pk, year) for union, year in rows)
    serials = {(pk, year): iter(Series.take(f"case:{pk}", year, n)) for (pk, year), n in sorted(counted.items())}
    for union, year in rows:
        yield f"{union.code}-{year}-{next(serials[union.pk, year]):04d}"


def _write(batch: list[tuple[Row, DemoFilingUnit]], bulk: Bulk) -> None:
    copy_in(Case, (case for case, _ in batch))
    copy_in(LedgerEntry, (entry for case, unit in batch for entry in _entries(case, unit, bulk)))
    copy_in(Closure, (_closure(case, unit, bulk.at) for case, unit in batch if case["closed_on"]))
    audit.record_births(
        Event(
            stream=f"case:{case['id']}",
            verb="import",
            by=unit.filer,
            union=unit.union,
            at=bulk.at,
            data={"number": case["number"]},
        )
        for case, unit in batch
    )
    keep_imported([case["id"] for case, _ in batch if not case["closed_on"]], bulk.at)


def _closure(case: Row, unit: DemoFilingUnit, at: datetime) -> Row:
    return {
        "case_id": case["id"],
        "on": case["closed_on"],
        "conclusion": "paid",
        "approved_by_id": unit.approver.pk,
        "at": at,
    }


def _entries(case: Row, unit: DemoFilingUnit, bulk: Bulk) -> Iterator[Row]:
    """认定; and 清偿: all of it for a closed case, half for every other open one."""
    said = {"case_id": case["id"], "by_id": unit.filer.pk, "at": bulk.at, "source": "批量生成"}
    workers, migrants, amount = (case[f"stated_{name}"] for name in ("workers", "migrants", "amount"))
    yield said | _numbered(EntryKind.RECOGNISED, case["accepted_on"], workers, migrants, amount)
    if case["closed_on"]:
        yield said | _numbered(EntryKind.PAID, case["closed_on"], workers, migrants, amount)
    elif case["state"] == State.OPEN and bulk.chance.random() < 0.5:
        half, on = workers // 2, bulk.day_between(case["accepted_on"], bulk.today)
        yield said | _numbered(EntryKind.PAID, on, half, min(half, migrants // 2), (amount / 2).quantize(Decimal(1)))


def _numbered(kind: EntryKind, on: date, workers: int, migrants: int, amount: Decimal) -> Row:
    return {
        "kind": kind.value,
        "counts_as": kind.value,
        "on": on,
        "workers": workers,
        "migrants": migrants,
        "amount": amount,
    }
