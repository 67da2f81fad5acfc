"""What serious matters give the core of cases: blockers, and the condition that a fallback party is named."""

from __future__ import annotations

from datetime import date

from arrears.cases.closing_blockers import Blocker, Lack, has
from arrears.cases.models import Case
from arrears.cases.requirements import required_of
from arrears.cases.workflow import Given, Need
from arrears.serious.actions import oversights
from arrears.serious.models import IN_EFFECT


def _overseen(case: Case) -> list[Lack]:
    rows = case.oversights.filter(stage__in=IN_EFFECT).select_related("setter")
    return [
        Lack(
            f"“{row.setter}”的{row.get_kind_display()}尚未解除，请先提交解除报告，由督办单位批准解除。",
            row.get_absolute_url(),
        )
        for row in rows
    ]


def _emergencies(case: Case) -> list[Lack]:
    rows = case.emergencies.filter(ended_at=None)
    return [Lack(f"{row.place}的应急处置尚未办结，请先写明处置结果。", row.get_absolute_url()) for row in rows]


OVERSIGHT = Blocker(has("oversights", stage__in=IN_EFFECT), _overseen)
EMERGENCY = Blocker(has("emergencies", ended_at=None), _emergencies)


def fallback_named(case: Case, given: Given, on: date) -> str | None:
    if not case.nature or oversights.fallback_of(case):
        return None
    asked = required_of(case, oversights.FALLBACK, on=on).get(oversights.FALLBACK)
    if asked is None:
        return None
    sentence = f"{case.get_nature_display()}项目办结前须写明兜底责任单位（{asked.cited}），请先在“重大事项”中登记。"
    return Lack(sentence, case.section_url("heavy"))


CONDITIONS: dict[str, Need] = {"fallback_named": fallback_named}
