"""The acts of legal in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "proceeding.accept": ("法律程序已受理", "scale", "info"),
    "proceeding.refuse": ("法律程序不予受理", "scale", "bad"),
    "proceeding.extend": ("法律程序延期", "clock-pause", "busy"),
    "proceeding.review": ("法律援助审查通过", "scale", "info"),
    "proceeding.assign": ("法律援助已指派", "scale", "good"),
    "proceeding.receive": ("执行到账", "cash", "good"),
    "proceeding.serve": ("支付令送达", "mail-opened", "info"),
}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
FACT_LABELS = {"proceeding": "法律程序（序号）"}
