"""What proceedings give the core of cases and mergers: a blocker, and what stays with a merged case."""

from __future__ import annotations

from django.db.models import Exists

from arrears.cases.closing_blockers import Blocker, Lack, tab
from arrears.cases.models import Case
from arrears.legal.models import Proceeding
from unions.models import User


def _has_running(case: Case) -> Exists:
    return Exists(case.proceedings.running())


def _lacks(case: Case) -> list[Lack]:
    rows = case.proceedings.running()
    return [
        Lack(f"{row.get_kind_display()}（{row.body}）正在进行，请先登记结果，或把另一件并入本案。", tab(case, "legal"))
        for row in rows
    ]


RUNNING = Blocker(_has_running, _lacks)


def _all_of(case: Case, user: User) -> list[Proceeding]:
    return list(case.proceedings.all())


ABSORBED = {"proceedings": _all_of}
