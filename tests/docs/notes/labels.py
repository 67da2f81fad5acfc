"""The acts of notes in words, for the event log and the timeline of a case."""

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {"note.write": ("记下备注", "notes", "info")}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
FACT_LABELS = {"note": "备注（序号）"}
