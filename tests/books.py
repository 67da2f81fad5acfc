"""Cases, payments, acts and inspections of any past day, written straight into the books: old ledgers to report on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from arrears.cases.models import Act, ActKind, Case, Closure, Employer, EntryKind, LedgerEntry, Project, State
from arrears.inspections.models import Inspection
from tests.cast import AT, World, an_employer

_serial = count(1)


@dataclass(frozen=True)
class Payment:
    on: date
    workers: int
    amount: Decimal
    kind: str = EntryKind.PAID
    fund: str = ""


def write_case(
    world: World,
    accepted_on: date,
    workers: int,
    amount: str | Decimal,
    code: str = "370202E0001",
    *,
    employer: Employer | None = None,
    industry: str = "E",
    on_project: bool = True,
    nature: str = "other",
    verified_on: date | None = None,
    clue: bool = False,
    dismissed_at: Any = None,
    closed_on: date | None = None,
    migrants: int = 0,
    reopened_on: date | None = None,
    payments: Sequence[Payment] = (),
    acts: Sequence[tuple[str, date, str]] = (),
    **facts: Any,
) -> Case:
    """A filed case with its 认定 entry on the day of acceptance. `acts`: (kind, day, outcome)."""
    unit, by = world.unions[code], world.people["li"]
    state = State.DISMISSED if dismissed_at else State.CLUE if clue else State.OPEN
    if closed_on and not reopened_on:
        state = State.CLOSED
    case = Case.objects.create(
        union=unit,
        path=unit.path,
        handling_union=unit,
        filed_by=by,
        employer=employer or an_employer(f"单位{next(_serial)}"),
        number=f"{code}-B-{next(_serial)}",
        state=state,
        industry=industry,
        on_project=on_project,
        nature=nature,
        accepted_on=accepted_on,
        verified_on=None if clue or dismissed_at else verified_on or accepted_on,
        closed_on=closed_on if state == State.CLOSED else None,
        created_at=AT,
        changed_at=dismissed_at or AT,
        **facts,
    )
    common = {"case": case, "by": by, "at": AT}
    LedgerEntry.objects.create(
        kind=EntryKind.RECOGNISED,
        counts_as=EntryKind.RECOGNISED,
        on=accepted_on,
        workers=workers,
        migrants=migrants,
        amount=Decimal(amount),
        **common,
    )
    for payment in payments:
        LedgerEntry.objects.create(
            kind=payment.kind,
            counts_as=payment.kind,
            on=payment.on,
            workers=payment.workers,
            amount=payment.amount,
            fund=payment.fund,
            **common,
        )
    for kind, on, outcome in acts:
        Act.objects.create(kind=ActKind(kind), on=on, outcome=outcome, union=unit, **common)
    if closed_on:
        Closure.objects.create(
            case=case, on=closed_on, reopened_on=reopened_on, conclusion="paid", approved_by=by, at=AT
        )
    return case


def write_inspection(
    world: World,
    on: date,
    workers: int,
    migrants: int,
    employer: Employer,
    code: str = "370202",
    *,
    industry: str = "E",
    on_project: bool = True,
    nature: str = "other",
    project: Project | None = None,
) -> Inspection:
    unit = world.unions[code]
    return Inspection.objects.create(
        union=unit,
        path=unit.path,
        employer=employer,
        project=project,
        industry=industry,
        on_project=on_project,
        nature=nature,
        on=on,
        workers=workers,
        migrants=migrants,
        by=world.people["sun"],
        at=AT,
    )
