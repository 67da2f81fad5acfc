"""The acts of rulebooks, calendars and terms in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "extension.request": ("申请延长期限", "clock-pause", "busy"),
    "extension.approve": ("批准延长期限", "clock-play", "info"),
    "extension.decline": ("不批准延长期限", "arrow-back-up", "bad"),
    "due.moved": ("节假日表变动，期限重算", "clock", "info"),
    "due.judged": ("适用规则变动，期限重算", "clock", "info"),
}
EVENT_LABELS = {
    "case": ("案件", words_of(TIMELINE_LABELS)),
    "rulebook": (
        "规则",
        {
            "upload_rulebook": "上传规则",
            "activate_rulebook": "启用规则",
            "discard_rulebook": "放弃规则",
            "attach": "提出适用规则",
            "attach.approve": "批准适用规则",
            "attach.start.decline": "退回或撤回适用规则的申请",
            "attach.end": "提出停止适用规则",
            "attach.end.approve": "批准停止适用规则",
            "attach.end.decline": "退回或撤回停止适用的申请",
            "recompute": "重新推算办理时限",
        },
    ),
    "calendar": (
        "工作日历",
        {"enter_days": "登记节假日", "withdraw_days": "撤销节假日登记", "recompute": "重新推算办理时限"},
    ),
    "feed": ("日历订阅", {"renew_feed": "更换订阅地址"}),
}
FACT_LABELS = {"as_of": "数据截至", "notice": "依据", "days": "日期", "version": "版本", "upload": "上传（序号）"}
