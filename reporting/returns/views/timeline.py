"""The event chain of a return as 办理记录."""

from __future__ import annotations

from typing import Any

from arrears.desk.timeline import Happening
from reporting.returns.models import Return
from unions.log import labels as verbs
from unions.models import Event

MOST = 200
# What happens inside the unit before anything is sent is its own business.
INSIDE = frozenset({"sign", "sign-zero", "withdraw", "decline", "correct", "write", "amend", "drop-amendment"})
LOOKS: dict[str, tuple[str, str]] = {
    "sign": ("writing-sign", "busy"),
    "sign-zero": ("writing-sign", "busy"),
    "withdraw": ("arrow-back-up", "neutral"),
    "decline": ("arrow-back-up", "bad"),
    "approve": ("checks", "info"),
    "receive": ("mail-opened", "good"),
    "send-back": ("arrow-back-up", "bad"),
    "amend": ("pencil", "busy"),
    "correct": ("pencil", "neutral"),
    "write": ("pencil", "neutral"),
    "contradict": ("alert-triangle", "bad"),
    "agree": ("circle-check", "good"),
    "urge": ("bell", "busy"),
    "imply-zero": ("clock", "neutral"),
    "download": ("download", "neutral"),
}


def happenings(row: Return, inside: bool) -> list[Happening]:
    """Newest first; readers from above do not see what happened inside the unit. One query."""
    events = Event.objects.filter(stream=row.stream).select_related("by", "union").order_by("-seq")
    if not inside:
        events = events.exclude(verb__in=INSIDE)
    return [_happening(event) for event in events[:MOST]]


def _happening(event: Event) -> Happening:
    icon, tone = LOOKS.get(event.verb, ("point", "neutral"))
    return Happening(
        event.at,
        event.by.name if event.by else "系统",
        verbs.words(event.stream, event.verb),
        event.union.name if event.union else "",
        _note(event.verb, event.data),
        tone,
        icon,
        event.verb,
    )


def _note(verb: str, data: dict[str, Any]) -> str:
    reason = str(data.get("reason") or "")
    if verb == "correct":
        why = f"；理由：{reason}" if reason else ""
        return f"{data.get('row')}，{data.get('column')}：{data.get('before')} 改为 {data.get('after')}{why}"
    if verb == "write":
        return str(data.get("heading", ""))
    number = f"第 {data['version']} 版" if data.get("version") else ""
    until = f"有效期至 {data['until']}" if data.get("until") else ""
    return "；".join(part for part in (number, until, reason) if part)
