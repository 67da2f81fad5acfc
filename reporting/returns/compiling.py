"""Adding up what came in: who sent, who is late, what the sum says, and where it differs from the books as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from arrears.models import Act, LedgerEntry
from reporting.figures import gather
from reporting.form_files import Column, Form, Stub
from reporting.measures import MEASURES, Base
from reporting.models import FrozenFigure, Return, ReturnStage, ReturnVersion
from reporting.returns.filling import Filled, compiled, figures, form_of, lines_of, stored_lines
from reporting.scope import Period, Scope
from reporting.tabulate import Raw
from unions.models import Union

SHOWN_CASES = 200


@dataclass(frozen=True)
class Collected:
    """One entry of a rulebook and period, as the receiving unit sees it. `rows`: every return expected, by unit code."""

    rulebook: str
    rule: str
    period: str
    receiver: Union
    rows: list[Return]
    now: datetime

    @property
    def one(self) -> Return:
        return self.rows[0]

    @property
    def expected(self) -> list[Return]:
        return [row for row in self.rows if row.stage != ReturnStage.WAIVED]

    @property
    def received(self) -> list[Return]:
        return [row for row in self.rows if row.stage == ReturnStage.RECEIVED]

    @property
    def to_receive(self) -> list[Return]:
        return [row for row in self.rows if row.stage == ReturnStage.SUBMITTED]

    @property
    def on_time(self) -> list[Return]:
        return [row for row in self.rows if row.submitted_at and not row.late()]

    @property
    def late(self) -> list[Return]:
        return [row for row in self.rows if row.late()]

    @property
    def zeros(self) -> list[Return]:
        return [
            row for row in self.rows if row.stage == ReturnStage.IMPLIED or (row.current and row.current.nil)
        ]

    @property
    def contradicted(self) -> list[Return]:
        return [row for row in self.rows if row.contradicted_at]

    @property
    def missing(self) -> list[Return]:
        return [row for row in self.rows if row.missing(self.now)]

    @property
    def waiting(self) -> list[Return]:
        """Not sent, not yet due."""
        quiet = (ReturnStage.IMPLIED, ReturnStage.WAIVED)
        return [row for row in self.rows if not row.submitted_at and row.stage not in quiet and not row.missing(self.now)]  # fmt: skip


def collected(receiver: Union, rulebook: str, rule: str, period: str, now: datetime) -> Collected | None:
    """What `receiver` collects; None where nothing was ever expected."""
    rows = list(
        Return.objects.of_period(rulebook, rule, period).filter(receiver=receiver)
        .select_related("union", "current__signed_by", "current__approved_by").order_by("union__code")
    )  # fmt: skip
    return Collected(rulebook, rule, period, receiver, rows, now) if rows else None


def collections(units: Iterable[Union]) -> QuerySet[Return, Any]:
    """One row per receiver, entry and period, the newest first: rulebook, rule, period, title, receiver, due_at, first, last."""
    rows = Return.objects.filter(receiver__in=units, compiles=False)
    return (
        rows.values("rulebook", "rule", "period", "title", "receiver", "receiver__name", "due_at", "first", "last")
        .distinct().order_by("-due_at", "rulebook", "rule", "receiver")
    )  # fmt: skip


def versions_of(found: Collected) -> list[ReturnVersion]:
    """The versions that stand: approved and not sent back."""
    ids = [row.current_id for row in found.rows if row.current_id]
    return list(
        ReturnVersion.objects.filter(pk__in=ids)
        .select_related("report__union")
        .order_by("report__union__code")
    )


def summed(found: Collected) -> Filled:
    """The sum of the versions that stand, in the edition of the form the period has. Versions signed in another edition of the
    form (a layout replaced within the period) cannot be added up and are left out; `unfit` names them."""
    form = form_of(found.one)
    fitting = [version for version in versions_of(found) if version.form_digest == form.digest]
    return compiled(form, scope_of_all(found), fitting)


def unfit(found: Collected) -> list[ReturnVersion]:
    digest = form_of(found.one).digest
    return [version for version in versions_of(found) if version.form_digest != digest]


def scope_of_all(found: Collected) -> Scope:
    one = found.one
    return Scope(found.receiver, Period(one.first, one.last, one.last))


# ---- against the books -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gap:
    """One figure in which what was sent and the books differ. Raw values; `cases`: those whose rows make the difference
    (added since: in the books and in no return; gone since: the reverse), at most 200."""

    stub: Stub
    column: Column
    sent: Raw
    live: Raw
    added: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    @property
    def by(self) -> Raw:
        return self.live - self.sent


def gaps(sent: Filled, day: date) -> list[Gap]:
    """Where the sum of a table's returns and the live books of the same units differ, figure by figure."""
    if sent.form.is_list:
        return []
    scope = sent.scope
    live = gather(sent.form, Scope(scope.union, Period(scope.since, scope.until, min(scope.until, day))))
    now = lines_of(live)
    versions = [source.pk for source in sent.sources]
    found = []
    for r, stub in enumerate(sent.stubs):
        for c, column in enumerate(figures(sent.form)):
            if sent.lines[r][c] != now[r][c] and not MEASURES[column.measure].is_share:
                there = set(live.ids_of(column.measure, stub))
                then = _frozen(versions, column.measure, stub)
                added, gone = _cases(column.measure, there - then), _cases(column.measure, then - there)
                found.append(Gap(stub, column, sent.lines[r][c], now[r][c], added, gone))
    return found


def _frozen(versions: list[int], measure: str, stub: Stub) -> set[int]:
    rows = FrozenFigure.objects.filter(version__in=versions, measure=measure, row__in=list(stub.takes))
    return {pk for ids in rows.values_list("ids", flat=True) for pk in ids}


def _cases(measure: str, ids: set[int]) -> list[int]:
    """The cases rows belong to; inspections belong to none."""
    over = MEASURES[measure].over
    if over == Base.INSPECTIONS:
        return []
    cases: Iterable[int] = ids
    if over == Base.ENTRIES:
        cases = LedgerEntry.objects.filter(pk__in=ids).values_list("case_id", flat=True)
    elif over == Base.ACTS:
        cases = Act.objects.filter(pk__in=ids).values_list("case_id", flat=True)
    return sorted(set(cases))[:SHOWN_CASES]


def listed_gaps(sent: Filled, day: date) -> tuple[list[int], list[int]]:
    """Of a list: cases in the books and in no return, and cases in a return and not in the books."""
    scope = sent.scope
    live = gather(sent.form, Scope(scope.union, Period(scope.since, scope.until, min(scope.until, day))))
    there, then = {pk for pk, _ in live.rows}, {pk for pk, _ in sent.rows}
    return sorted(there - then)[:SHOWN_CASES], sorted(then - there)[:SHOWN_CASES]


def behind_cell(
    versions: Iterable[ReturnVersion], form: Form, row: int, column: int
) -> list[tuple[ReturnVersion, Raw]]:
    """What each version gave to one figure of the sum, the greatest first: the first step down from the compilation."""
    gave = [
        (version, stored_lines(version)[row][column])
        for version in versions
        if version.form_digest == form.digest
    ]
    return sorted(gave, key=lambda one: one[1], reverse=True)
