"""What a return says right now: the figures of the books for its unit and period, and over them what was corrected by hand.

A return that compiles adds up the versions that stand below it instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from arrears.law.scope import Period, Scope
from reporting.forms import editions, tabulate
from reporting.forms.figures import Gathered, gather
from reporting.forms.files import Form, FormColumn, Stub, sort_of
from reporting.forms.measures import MeasureSort
from reporting.forms.models import FormEdition
from reporting.forms.tabulate import FormTable, Raw, with_shares
from reporting.returns.models import Correction, FrozenFigure, Return, ReturnVersion
from unions.common.figures import NotRead, read_people, read_yuan
from unions.common.limits import MOST_SUM
from unions.common.refusals import Refused

Lines = list[list[Raw]]


@dataclass(frozen=True)
class FilledReturn:
    """`lines`: raw figures of a table, row by row without the stub, in the order of `stubs`; `rows`: printed cells of a list,
    each with its case.

    `computed`: what the books alone say, before corrections. `gathered`: the rows behind the figures; none when compiled
    from `sources`.
    """

    form: Form
    scope: Scope
    stubs: tuple[Stub, ...] = ()
    lines: Lines = field(default_factory=list)
    computed: Lines = field(default_factory=list)
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    gathered: Gathered | None = None
    sources: list[ReturnVersion] = field(default_factory=list)

    def table(self) -> FormTable:
        found = table_of_lines(self.form, self.scope, self.stubs, self.lines)
        return replace(found, parts=self.gathered.parts) if self.gathered else found


def form_of(report: Return) -> Form:
    """The edition of the form for the period the return is about: old periods keep theirs."""
    return editions.form_for(report.form, report.last)


def scope_of(report: Return, day: date) -> Scope:
    """Unit and period; what is dated after the period, or after `day`, is not in it."""
    cut = min(report.last, day)
    return Scope(report.union, Period(report.first, report.last, max(cut, report.first)))


def fill(report: Return, day: date) -> FilledReturn:
    """What the return says on `day`, not yet signed."""
    form, scope = form_of(report), scope_of(report, day)
    if report.compiles:
        below = standing_below(report)  # what was signed in another layout cannot be added up
        return add_up(form, scope, [version for version in below if version.form_digest == form.digest])
    found = gather(form, scope)
    if form.is_list:
        return FilledReturn(form, scope, rows=found.rows, gathered=found)
    computed = lines_of(found)
    drafts = draft_corrections(report, form)
    return FilledReturn(form, scope, found.stubs, with_corrections(form, computed, drafts), computed, gathered=found)


def lines_of(found: Gathered) -> Lines:
    return [[found.total(column.measure, stub) for column in found.form.figure_columns] for stub in found.stubs]


def table_of_lines(form: Form, scope: Scope, stubs: Sequence[Stub], lines: Lines) -> FormTable:
    """Raw figures as the table the page shows and the workbook prints."""
    places = {column.measure: number for number, column in enumerate(form.figure_columns)}
    return tabulate.laid_out(form, scope, stubs, lambda measure, number: lines[number][places[measure]])


# ---- by hand --------------------------------------------------------------------------------------------------------


def draft_corrections(report: Return, form: Form) -> list[Correction]:
    """What is corrected in the draft. A correction made before this layout was put in force named another cell, and is none."""
    drafts = report.corrections.filter(version=None).select_related("by")
    rows = [one for one in drafts if may_correct(form, one.row, one.column)]
    if not rows:
        return []
    editions_like = FormEdition.objects.filter(key=form.key, digest=form.digest, stage__in=FormEdition.standing)
    since = editions_like.order_by("-decided_at").values_list("decided_at", flat=True).first()
    return [one for one in rows if since is None or one.at >= since]


def with_corrections(form: Form, computed: Lines, corrections: Iterable[Correction]) -> Lines:
    """The figures with every correction in its row and in all rows that take that row in. What was given stands, however the
    books move on beneath it."""
    lines = [list(line) for line in computed]
    for one in corrections:
        change = _like(computed[one.row][one.column], one.given - computed[one.row][one.column])
        takes = form.rows[one.row].takes
        for number, stub in enumerate(form.rows):
            if stub.takes >= takes:
                lines[number][one.column] += change
    return [with_shares(form, line) for line in lines]


def _like(raw: Raw, change: Decimal) -> Raw:
    """A sum of no money at all is a whole 0; the fen of what is added to it stay."""
    whole = not isinstance(raw, Decimal) and change == change.to_integral_value()
    return int(change) if whole else change


def may_correct(form: Form, row: int, column: int) -> bool:
    """Only where the form says so, and only in rows that are not sums of others; a table by unit is the units' own word."""
    if form.is_list or form.by_unit or not 0 <= row < len(form.rows) or not 0 <= column < len(form.figure_columns):
        return False
    return form.figure_columns[column].editable and not form.parts(form.rows[row])


def read_figure(text: str, column: FormColumn) -> Decimal:
    """A raw figure typed by hand: 人 and things whole, money in yuan with at most two places. Raises Refused."""
    try:
        if sort_of(column) == MeasureSort.MONEY:
            return read_yuan(text, most=MOST_SUM)
        return Decimal(read_people(text, most=MOST_SUM, what="填报数"))
    except NotRead as why:
        raise Refused(f"“{column.text}”：{why}", {"given": str(why)}) from why


# ---- added up -------------------------------------------------------------------------------------------------------


def standing_below(report: Return) -> list[ReturnVersion]:
    """The newest approved version of every return of the same entry and period sent to this unit, unless it was sent back."""
    below = Return.objects.of_period(report.rulebook, report.rule, report.period).filter(
        receiver=report.union, current__isnull=False
    )
    return list(
        ReturnVersion.objects.filter(pk__in=below.values("current"))
        .select_related("report__union")
        .order_by("report__union__code")
    )


def add_up(form: Form, scope: Scope, versions: list[ReturnVersion]) -> FilledReturn:
    """The sum of what was sent, raw figures first; of a list, all rows one below the other."""
    if form.is_list:
        return FilledReturn(form, scope, rows=renumbered(form, _listed_in(versions)), sources=versions)
    if form.by_unit:
        raise Refused(f"《{form.title}》按单位列行，不再由下级报表汇总。")
    lines: Lines = [[0 for _ in form.figure_columns] for _ in form.rows]
    for version in versions:
        for line, own in zip(lines, stored_lines(version), strict=True):
            line[:] = [a + b for a, b in zip(line, own, strict=True)]
    lines = [with_shares(form, line) for line in lines]
    return FilledReturn(form, scope, form.rows, lines, lines, sources=versions)


def stored_lines(version: ReturnVersion) -> Lines:
    return [[_raw(text) for text in line] for line in version.cells["lines"]]


def _raw(text: str) -> Raw:
    return Decimal(text) if "." in text else int(text)


def _listed_in(versions: list[ReturnVersion]) -> list[tuple[int, list[Any]]]:
    """The rows of several lists one below the other. One query."""
    ids = dict(FrozenFigure.objects.filter(version__in=versions, measure="").values_list("version", "ids"))
    return [row for one in versions for row in zip(ids[one.pk], one.cells["rows"], strict=True)]


def renumbered(form: Form, rows: list[tuple[int, list[Any]]]) -> list[tuple[int, list[Any]]]:
    """The rows of several lists as one, numbered through."""
    serials = [number for number, column in enumerate(form.columns) if column.value == "serial"]
    for nth, (_, cells) in enumerate(rows, 1):
        for number in serials:
            cells[number] = nth
    return rows
