"""Workers' letters on the page of their case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from arrears.cases.models import Case

register = template.Library()


@register.inclusion_tag("arrears/portal/case_box.html")
def case_worker_letters(case: Case) -> Mapping[str, Any]:
    """The box 职工来信: each letter of the case with the last thing said. Nothing where none came. Two queries."""
    rows = case.window_letters.select_related("officer").prefetch_related("messages").order_by("-id")[:20]
    return {"rows": [(row, list(row.messages.all())[-3:]) for row in rows]}
