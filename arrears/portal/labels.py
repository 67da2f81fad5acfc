"""The acts of portal in words, for the event log and the timeline of a case."""

from __future__ import annotations

from arrears.portal.models import MessageKind
from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "window.taken": ("职工来信并入本案", "mail-opened", "info"),
    "window.question": ("向来信职工提问", "message-circle", "busy"),
    "window.answer": ("来信职工回答", "message-2", "good"),
    "window.more": ("来信职工补充", "message-2", "info"),
    "window.withdraw": ("来信职工要求撤回，须电话回访", "phone-call", "bad"),
    "window.feedback": ("向来信职工反馈", "message-circle", "good"),
    "window.called": ("就撤回要求电话回访", "phone-call", "info"),
}
EVENT_LABELS = {
    "case": ("案件", words_of(TIMELINE_LABELS)),
    "window": (
        "职工来信",
        {
            "letter": "收到职工来信",
            "pin": "重发查询密码",
            "phone": "职工更正电话",
            "withdraw": "职工要求撤回",
            "paper": "收到材料",
            "taken": "登记为线索或并入案件",
            "officer": "更换经办人",
            "worker": "认定来信人为名单中的职工",
            "worker.undone": "撤销对来信人的认定",
            "reveal": "查看职工信息",
            **{f"said.{kind.value}": str(kind.label) for kind in MessageKind},
        },
    ),
}
FACT_LABELS = {
    "letter_from": "来信（序号）",
    "word": "往复（序号）",
    "paper": "材料（序号）",
    "purpose": "用途",
    "worker": "职工（序号）",
}
