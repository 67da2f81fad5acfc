"""The acts of transfers in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "transfer": ("转办", "transfer", "away"),
    "accept_transfer": ("接收转办", "mail-opened", "good"),
    "refuse_transfer": ("退回转办", "arrow-back-up", "bad"),
    "recall_transfer": ("撤回转办", "arrow-back-up", "neutral"),
}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
