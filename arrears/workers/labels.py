"""The acts of workers in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "worker.add": ("登记职工名单", "users", "neutral"),
    "worker.change": ("修改职工登记", "pencil", "neutral"),
    "worker.remove": ("移出职工名单", "user-minus", "neutral"),
    "worker.reveal": ("查看职工信息", "eye", "neutral"),
    "worker.allocate": ("清偿分到职工", "cash", "good"),
}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
FACT_LABELS = {"worker": "职工（序号）", "people": "人数", "field": "所查看的信息"}
