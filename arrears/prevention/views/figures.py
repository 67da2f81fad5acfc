"""What units did in a month, quarter or year: per unit and kind, every figure opens its rows."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from arrears.prevention import counts
from arrears.prevention.counts import INSPECTION, PreventionTally, UnitTally
from arrears.prevention.forms import SpanForm
from arrears.prevention.models import AGREEING
from arrears.prevention.quarters import span_of
from arrears.prevention.views.tabs import check_may_read, tabs_for
from unions.http import Request, read_page
from unions.models import Union
from unions.people.rights import Right
from unions.tree.reach import asked_unit

Kinds = list[tuple[str, str]]
Cell = tuple[str, int, str]  # what it counts, how many, the address of the rows


@read_page
def figures(request: Request) -> HttpResponse:
    user, unit = check_may_read(request), asked_unit(request, "预警")
    form = SpanForm(request.GET, today=timezone.localdate())
    label = form.label()
    since, until = span_of(label)
    rows, total = counts.per_unit(unit, since, until)
    kinds = counts.kinds_shown(unit, total)
    context: dict[str, Any] = {
        "tabs": tabs_for(request),
        "here": "prevention-figures",
        "unit": unit,
        "form": form,
        "label": label,
        "since": since,
        "until": until,
        "kinds": kinds,
        "meets": bool(AGREEING & dict(kinds).keys()),
        "total": total,
        "rows": [(row, _cells(row, kinds, since, until, alone=len(rows) == 1)) for row in rows],
        "totals": _of(total, unit, kinds, since, until),
        "may_export": user.may(Right.EXPORT, unit),
        "spans": form["period"],
    }
    return render(request, "arrears/prevention/figures.html", context)


def _cells(row: UnitTally, kinds: Kinds, since: date, until: date, *, alone: bool) -> list[Cell]:
    return _of(row.tally, row.union, kinds, since, until, own=row.own and not alone)


def _of(
    tally: PreventionTally, unit: Union, kinds: Kinds, since: date, until: date, *, own: bool = False
) -> list[Cell]:
    """Inspections can only be listed with those below: of the unit's own alone the figure has no address."""
    days = {"unit": unit.code, "since": since.isoformat(), "until": until.isoformat()}
    found = []
    for kind, label in kinds:
        url = ""
        if kind != INSPECTION:
            query = {**days, "kind": kind, **({"own": "on"} if own else {})}
            url = f"{reverse('prevention')}?{urlencode(query)}"
        elif not own:
            url = f"{reverse('inspections')}?{urlencode(days)}"
        found.append((label, tally.times.get(kind, 0), url))
    return found
