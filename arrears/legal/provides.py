"""A running proceeding keeps a case from going into another."""

from __future__ import annotations

from django.db.models import Exists

from arrears.cases.closing_blockers import Blocker, Lack, tab
from arrears.cases.models import Case


def _is_running(case: Case) -> Exists:
    return Exists(case.proceedings.running())


def _proceedings(case: Case) -> list[Lack]:
    rows = case.proceedings.running()
    return [
        Lack(f"{row.get_kind_display()}（{row.body}）正在进行，请先登记结果，或把另一件并入本案。", tab(case, "legal"))
        for row in rows
    ]


RUNNING = Blocker(_is_running, _proceedings)
