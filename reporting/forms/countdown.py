"""动态清零 (SD-1): how many days a campaign still has, and what is verified and not yet closed, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass

from arrears.law.scope import Scope
from reporting.forms.files import Form, FormColumn, Stub
from reporting.forms.measures import MEASURES
from reporting.forms.table_rows import rows_for, units_form
from reporting.forms.tabulate import Figure, compute, days_left, one_moment, shown

# What the countdown tells of each unit: known, done, left.
TOLD = ("cases_verified", "cases_closed", "cases_unclosed", "workers_outstanding", "amount_outstanding")


def counts_down(form: Form) -> bool:
    """Whether the form is the table of a campaign with an end."""
    return (
        form.until is not None
        and form.layout == "table"
        and form.period == "campaign"
        and len(columns(form)) == len(TOLD)
    )


def columns(form: Form) -> list[FormColumn]:
    """Of the form's own, in the order of TOLD."""
    here = {column.measure: column for column in form.columns if column.measure}
    return [here[name] for name in TOLD if name in here]


@dataclass(frozen=True)
class Unit:
    stub: Stub
    figures: tuple[Figure, ...]

    @property
    def cleared(self) -> bool:
        """Something was found, and nothing of it is left."""
        return bool(self.figures[0].raw) and not self.figures[2].raw


@dataclass(frozen=True)
class Countdown:
    """`units`: those with anything verified, the most left first; `whole`: all together. `days`: left on the last day counted."""

    days: int
    units: list[Unit]
    whole: Unit


def countdown(form: Form, scope: Scope) -> Countdown:
    """Four queries, however many units."""
    scope = scope.counted_from(form.since)
    with one_moment():
        rows = rows_for(units_form(form), scope)
        found = compute([MEASURES[name] for name in TOLD], rows, scope)
    units = [
        Unit(stub, tuple(Figure(found[c.measure][nth], shown(found[c.measure][nth], c.unit), c) for c in columns(form)))
        for nth, stub in enumerate(rows.stubs)
    ]
    *parts, whole = units
    told = sorted((one for one in parts if one.figures[0].raw), key=lambda one: -one.figures[2].raw)
    return Countdown(days_left(form, scope), told, whole)
