"""What serious matters give the core of cases: blockers, and the condition that a fallback party is named."""

from __future__ import annotations

from arrears.cases.closing_blockers import Blocker, Lack, has, tab
from arrears.cases.models import Case
from arrears.cases.workflow import Given, Need
from arrears.serious.actions import oversights
from arrears.serious.models import IN_EFFECT
from unions.common.industries import NEEDS_FALLBACK


def _overseen(case: Case) -> list[Lack]:
    rows = case.oversights.filter(stage__in=IN_EFFECT).select_related("setter")
    return [
        Lack(
            f"「{row.setter}」的{row.get_kind_display()}尚未解除，请先提交解除报告，由督办单位批准解除（SD-2.4b）。",
            row.get_absolute_url(),
        )
        for row in rows
    ]


def _emergencies(case: Case) -> list[Lack]:
    rows = case.emergencies.filter(ended_at=None)
    return [
        Lack(f"{row.place}的应急处置尚未了结，请先写明处置结果（QD-6.5）。", row.get_absolute_url()) for row in rows
    ]


OVERSIGHT = Blocker(has("oversights", stage__in=IN_EFFECT), _overseen)
EMERGENCY = Blocker(has("emergencies", ended_at=None), _emergencies)


def fallback_named(case: Case, given: Given) -> str | None:
    if case.nature not in NEEDS_FALLBACK or oversights.fallback_of(case):
        return None
    sentence = f"{case.get_nature_display()}办结前须写明兜底责任单位（SD-2.4c），请先在「重大事项」中登记。"
    return Lack(sentence, tab(case, "heavy"))


CONDITIONS: dict[str, Need] = {"fallback_named": fallback_named}
