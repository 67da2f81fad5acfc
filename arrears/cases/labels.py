"""The acts of cases and employers in words, for the event log and the timeline of a case."""

from __future__ import annotations

from arrears.cases.models import ActKind, EntryKind
from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "draft": ("建立草稿", "file-plus", "neutral"),
    "edit": ("修改案件", "pencil", "neutral"),
    "evidence": ("上传证据", "paperclip", "neutral"),
    "report_clue": ("登记为线索", "flag", "info"),
    "file": ("正式立案", "folder", "info"),
    "verify": ("查实立案", "folder", "info"),
    "dismiss": ("认定不属欠薪", "circle-x", "neutral"),
    "go_legal": ("转入司法程序", "scale", "away"),
    "return_from_legal": ("司法程序终结", "scale", "info"),
    "settle": ("提请办结", "send", "busy"),
    "send_back": ("退回继续办理", "arrow-back-up", "bad"),
    "close": ("批准办结", "circle-check", "done"),
    "reopen": ("重新办理", "reload", "bad"),
    "assign": ("变更经办人", "users", "info"),
    "urge": ("催办", "bell", "busy"),
}
EVENT_LABELS = {
    "case": (
        "案件",
        words_of(TIMELINE_LABELS)
        | {f"entry.{kind.value}": f"记台账：{kind.label}" for kind in EntryKind}
        | {f"act.{kind.value}": f"登记：{kind.label}" for kind in ActKind}
        | {"discard": "删除草稿"},
    ),
    "note": ("案件备注", {"note": "填写备注", "withdraw-note": "撤回备注"}),
    "employer": ("用人单位", {"correct": "更正单位资料"}),
    "project": ("工程项目", {"chain": "登记项目各方"}),
}
FACT_LABELS = {
    "file": "文件",
    "entry": "条目（序号）",
    "act": "办理（序号）",
    "due_on": "期限",
    "title": "事项",
    "evidence": "证据（序号）",
    "cancels": "冲正（序号）",
    "outcome": "结果",
    "conclusion": "办结结论",
    "shown": "所示内容校验值",
    "employer": "用人单位（序号）",
    "officer": "经办人（序号）",
    "number": "编号",
    "unit": "单位（序号）",
    "project": "工程项目（序号）",
    "case": "案件（序号）",
}
