"""The box of the countdown on the page of a campaign's table."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from arrears.law.scope import Scope
from reporting.forms.countdown import TOLD, Unit, counts_down
from reporting.forms.countdown import countdown as counted
from reporting.forms.files import Form
from reporting.forms.request import query_of
from reporting.forms.tabulate import Figure

register = template.Library()
LABELS = dict(zip(TOLD, ("查实案件", "已办结", "尚未办结", "未解决人数", "未解决金额"), strict=True))


@register.inclusion_tag("reporting/forms/countdown.html")
def countdown_box(form: Form, scope: Scope) -> dict[str, Any]:
    """Nothing for a form without a campaign's end."""
    if not counts_down(form):
        return {"shown": False}
    found = counted(form, scope)
    base = f"{reverse('form-countdown-cell', args=[form.key])}?{query_of(scope, form)}"
    return {
        "shown": True,
        "found": found,
        "until": form.until,
        "last": scope.last,
        "columns": [_label(figure) for figure in found.whole.figures],
        "rows": [(unit, _linked(unit, base)) for unit in (*found.units, found.whole)],
    }


def _label(figure: Figure) -> str:
    """Short, with the unit: the form's own heads mean something only below their groups."""
    return f"{LABELS[figure.column.measure]}（{figure.column.unit}）"


def _linked(unit: Unit, base: str) -> list[tuple[str, str, str]]:
    """Text, address and the label of its column, of every figure."""
    return [
        (figure.text, f"{base}&{urlencode({'row': unit.stub.key, 'column': figure.column.measure})}", _label(figure))
        for figure in unit.figures
    ]
