"""The acts of plans in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "plan.make": ("制定计划", "calendar-event", "info"),
    "plan.revise": ("修订计划", "calendar-event", "busy"),
    "debt.record": ("登记用人单位被欠账款", "coin", "info"),
    "debt.recover": ("收回账款", "coin", "good"),
    "plan.done": ("完成计划步骤", "circle-check", "good"),
}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
FACT_LABELS = {"plan": "计划（序号）"}
