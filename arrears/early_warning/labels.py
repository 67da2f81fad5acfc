"""The acts of early warning in words, for the event log; and what its terms are about."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from arrears.early_warning.models import SourceRhythm, StepKind, WarningSignal, WarningStanding
from arrears.law.obligations.reading import SubjectLabel

EVENT_LABELS = {
    "warning": ("预警信息", {"signal": "登记预警信息", "withdraw": "撤回预警信息", "verify": "实地核实"}),
    "warning-step": ("预警处置", {f"step.{kind.value}": str(kind.label) for kind in StepKind} | {"answer": "登记回执"}),
}
EVENT_LABELS["source"] = (
    "定期收集",
    {"source.begin": "设定定期收集", "source.receive": "收到名单", "source.stop": "停止收集"},
)
FACT_LABELS = {"source": "来源", "check": "核实（序号）", "addressee": "送达部门"}


def of_signals(ids: Collection[int]) -> dict[int, SubjectLabel]:
    """Each signal as the page of its employer at the unit that received it. A withdrawn one has none."""
    signals = list(WarningSignal.objects.filter(pk__in=ids))
    rows = WarningStanding.objects.filter(
        employer__in={one.employer_id for one in signals}, union__in={one.union_id for one in signals}
    ).select_related("employer")
    found = {(row.union_id, row.employer_id): row for row in rows}
    return {
        one.pk: SubjectLabel(row.employer.name, f"{one.kind_label} {one.on}", row.get_absolute_url())
        for one in signals
        if (row := found.get((one.union_id, one.employer_id)))
    }


def of_sources(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = SourceRhythm.objects.filter(pk__in=ids).select_related("union")
    return {
        row.pk: SubjectLabel(str(row), f"{row.union} · {row.get_every_display()}", f"{reverse('warnings')}#sources")
        for row in rows
    }


OBLIGATION_SUBJECTS = {"warning": of_signals, "source": of_sources}
# First part of a subject of obligations → URL name of its page, words of its link.
SUBJECT_PAGES = {"warning": ("warning", "打开预警")}
