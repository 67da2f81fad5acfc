"""Words for the events of letters, in 办理记录 and in the log."""

from __future__ import annotations

from typing import Any

from arrears.letters.models import LetterKind

# Verb → what was done with the letter, icon, tone.
LETTER_LABELS: dict[str, tuple[str, str, str]] = {
    "draft": ("拟制", "file-plus", "neutral"),
    "edit": ("修改", "pencil", "neutral"),
    "submit": ("送审", "send", "busy"),
    "send_back": ("退回拟稿人", "arrow-back-up", "bad"),
    "withdraw": ("撤回", "arrow-back-up", "neutral"),
    "approve": ("签发", "checks", "info"),
    "deliver": ("送达", "mail-opened", "info"),
    "refuse": ("被拒收", "circle-x", "bad"),
    "object": ("收到异议", "messages", "busy"),
    "department_closes": ("部门办结", "check", "info"),
    "answer": ("收到答复", "mail-opened", "good"),
    "finish": ("办结", "circle-check", "done"),
    "opened": ("已由致送部门在窗口打开", "mail-opened", "info"),
    "void": ("作废", "circle-x", "bad"),
}


def timeline_words(verb: str, data: dict[str, Any]) -> tuple[str, str, str, str]:
    """What, note, icon, tone of one event ("letter.deliver")."""
    what, icon, tone = LETTER_LABELS[verb.removeprefix("letter.")]
    kind = data.get("letter_kind", "")
    name = LetterKind(kind).label if kind in LetterKind.values else "文书"
    number = f"（{data['number']}）" if data.get("number") else ""
    return f"{name}{number}{what}", str(data.get("reason") or ""), icon, tone


EVENT_LABELS = {
    "case": ("案件", {f"letter.{verb}": f"一函两书：{what}" for verb, (what, _, _) in LETTER_LABELS.items()}),
    "union": ("工会", {"letter_layout": "更换文书版式", "letter_layout_end": "停用文书版式"}),
    "user": ("账号", {"export-letters": "导出一函两书登记簿"}),
}
FACT_LABELS = {"letter": "文书（序号）", "letter_kind": "文书类别"}
