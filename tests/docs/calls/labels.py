"""The acts of calls in words, for the event log and the timeline of a case."""

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {"call.write": ("记下通话", "phone", "info")}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
FACT_LABELS = {"call": "通话（序号）"}
