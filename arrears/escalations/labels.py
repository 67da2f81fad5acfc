"""The acts of escalations in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "acknowledge": ("确认知悉", "eye-check", "info"),
    "escalate.request": ("提出上报", "arrow-up-circle", "busy"),
    "escalate.approve": ("批准上报", "checks", "info"),
    "escalate.decline": ("退回上报申请", "arrow-back-up", "bad"),
    "escalate.withdraw": ("撤回上报申请", "arrow-back-up", "neutral"),
    "escalate.end": ("上报终止", "circle-x", "neutral"),
    "escalate.receive": ("接收上报", "mail-opened", "good"),
    "escalate.take_over": ("改由本级办理", "arrow-up-circle", "busy"),
    "escalate.return": ("退回上报", "arrow-back-up", "bad"),
}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
FACT_LABELS = {
    "escalation": "上报（序号）",
    "ground": "依据代码",
    "upon": "上报依据",
    "sender": "上报单位（序号）",
    "receiver": "接收单位（序号）",
    "taken_over": "由接收单位承办",
    "opened_at": "通知时间",
    "decided_above": "代为审批的上级（序号）",
}
