"""The acts of merging in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "link": ("关联为同一事项", "link", "info"),
    "unlink": ("取消同一事项", "unlink", "neutral"),
    "set_apart": ("确认与另一案件不是重复", "circle-check", "neutral"),
    "merge.request": ("提出并案", "arrow-merge", "busy"),
    "merge.decline": ("不同意并案", "arrow-back-up", "bad"),
    "merge.withdraw": ("撤回并案申请", "arrow-back-up", "neutral"),
    "merge": ("批准并案", "arrow-merge", "away"),
    "merge.into": ("另一案件并入", "arrow-merge", "info"),
    "merge.ask_undo": ("提请撤销并案", "arrow-back-up", "busy"),
    "merge.keep": ("不同意撤销并案", "arrow-back-up", "neutral"),
    "merge.undone": ("另一案件撤销并入", "arrow-back-up", "neutral"),
    "unmerge": ("撤销并案，恢复办理", "reload", "info"),
    "unmerge_clue": ("撤销并案，恢复为线索", "reload", "info"),
}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
FACT_LABELS = {"other": "另一案件（序号）"}
