"""What every page knows: where the reader stands and where she can go."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from unions.common.features import provided
from unions.models import User
from unions.people.rights import Right
from unions.waiting import waiting_numbers

# Group, label, URL name, icon, rights of which one is enough (none: everyone signed in).
NAVIGATION: list[tuple[str, str, str, str, frozenset[Right]]] = [
    ("办理", "工作台", "desk", "home", frozenset()),
    ("办理", "收到的事项", "incoming", "mail", frozenset()),
    ("办理", "欠薪案件", "cases", "folders", frozenset({Right.VIEW})),
    ("办理", "登记案件", "case-new", "file-plus", frozenset({Right.FILE})),
    ("办理", "上报与审批", "escalations", "arrow-up-circle", frozenset({Right.VIEW})),
    ("办理", "线索与转办", "clues", "transfer", frozenset({Right.VIEW})),
    ("办理", "职工来信", "worker-letters", "messages", frozenset({Right.VIEW})),
    ("办理", "转送部门", "referrals", "send", frozenset({Right.VIEW})),
    ("办理", "一函两书", "letters", "file-text", frozenset({Right.VIEW})),
    ("办理", "重大事项", "oversights", "flag", frozenset({Right.VIEW})),
    ("办理", "兜底保障", "safety-nets", "wallet", frozenset({Right.VIEW})),
    ("办理", "惩戒公布", "sanctions", "gavel", frozenset({Right.VIEW})),
    ("办理", "办理时限", "obligations", "clock", frozenset({Right.VIEW})),
    ("办理", "提醒", "inbox", "bell", frozenset()),
    ("办理", "欠薪预警", "warnings", "alert-triangle", frozenset({Right.VIEW})),
    ("办理", "集中排查", "inspections", "clipboard-check", frozenset({Right.VIEW})),
    ("办理", "预防工作", "prevention", "shield-check", frozenset({Right.VIEW})),
    ("汇总", "概览", "overview", "chart-bar", frozenset({Right.VIEW})),
    ("汇总", "报表", "forms", "table", frozenset({Right.VIEW})),
    ("汇总", "报表报送", "returns", "report", frozenset({Right.VIEW})),
    ("汇总", "考核评价", "evaluation", "star", frozenset({Right.VIEW})),
    ("汇总", "我的导出", "exports", "download", frozenset({Right.EXPORT})),
    ("汇总", "通知与规则", "rulebooks", "book", frozenset()),
    ("汇总", "工作日历", "work-calendar", "calendar", frozenset()),
    ("组织", "工会组织", "unions", "sitemap", frozenset()),
    ("组织", "协作部门", "agencies", "building-community", frozenset({Right.VIEW, Right.PEOPLE})),
    ("组织", "导入台账", "case-import", "file-import", frozenset({Right.FILE})),
    ("组织", "导入组织", "union-import", "table-import", frozenset({Right.STRUCTURE})),
    ("组织", "账号安全", "accounts", "shield-lock", frozenset({Right.ACCOUNTS})),
    ("组织", "操作记录", "audit", "history", frozenset({Right.AUDIT})),
]

# What people of departments are offered, and nobody else is offered "incoming".
WINDOW = frozenset({"incoming", "inbox"})
# Addresses open to them; every other one answers 404 (middleware.DepartmentWindow).
OPEN_TO_DEPARTMENTS = frozenset(
    {
        "healthz",
        "sign-in",
        "sign-out",
        "password",
        "desk",
        "inbox",
        "inbox-read",
        "reminder-preferences",
        "incoming",
        "incoming-matter",
        "incoming-accept",
        "incoming-refuse",
        "incoming-answer",
        "incoming-attach",
        "incoming-paper",
        "incoming-letter",
        "incoming-enclosure",
        # what is open to everybody
        "window",
        "window-published",
        "window-write",
        "window-enter",
        "window-mine",
        "window-mine-step",
        "window-paid",
        "window-paid-link",
    }
)

# What the numbers count, where that is not 件待办.
COUNTED = {"inbox": "条未读"}
# First part of an address → the section it belongs to, where that is not its own.
BELONGS_TO = {
    "boards": "overview",
    "key-targets": "inspections",
    "rounds": "inspections",
    "reviews": "inspections",
    "projects": "inspections",
    "letter-layouts": "letters",
    "extensions": "obligations",
    "rulebook-uploads": "rulebooks",
    "form-editions": "forms",
    "rulebook-places": "rulebooks",
    "collections": "returns",
    "waivers": "returns",
    "employers": "cases",
    "mergers": "cases",
}

OF_THE_DESK = frozenset({"approvals"})


LEFT_OUT = "left_out"  # key of the session


def keep_left_out(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """At sign-in: which sections are of no use to her, for no notice of her units speaks of them. Apps declare "sections left out"."""
    request.session[LEFT_OUT] = sorted({name for of in provided("sections left out") for name in of(user)})


def left_out(request: HttpRequest) -> frozenset[str]:
    """URL names of sections and tabs that are not offered to the reader."""
    return frozenset(request.session.get(LEFT_OUT, ())) if hasattr(request, "session") else frozenset()


def place(request: HttpRequest) -> dict[str, Any]:
    user = request.user if hasattr(request, "user") else None
    if not isinstance(user, User):
        return {}
    held = {Right(name) for name in user.grants() if name in Right.values}
    groups: dict[str, list[dict[str, Any]]] = {}
    offered = {name for _, _, name, _, needs in NAVIGATION if _offered(name, needs, held, user)} - left_out(request)
    section = section_of(request.path, offered)
    waits = cache(partial(waiting_numbers, user, section))  # a fragment, which shows no sidebar, asks for none
    for group, label, name, icon, _ in NAVIGATION:
        url = _sections().get(name, "")
        if name not in offered or not url:
            continue
        item = {"label": label, "url": url, "icon": icon, "count": partial(_waiting_at, waits, name)}
        item["active"] = name == section
        item["counted"] = COUNTED.get(name, "件待办")
        groups.setdefault(group, []).append(item)
    rows = user.appointments.in_force(timezone.localdate()).select_related("union", "acting_for", "agency")
    return {
        "navigation": [{"label": label, "items": items} for label, items in groups.items()],
        "signed_in_as": user.name,
        "inbox_unread": partial(_waiting_at, waits, "inbox"),
        "what_waits": waits,
        "my_places": [f"{row.union.name} · {row}" for row in rows],
    }


def _offered(name: str, needs: frozenset[Right], held: set[Right], user: User) -> bool:
    if user.is_outsider():
        return name in WINDOW
    return name != "incoming" and bool(not needs or needs & held)


def _waiting_at(waits: Callable[[], dict[str, int]], name: str) -> int:
    return waits().get(name, 0)


def section_of(path: str, offered: set[str]) -> str:
    """URL name of the section a page belongs to: of those offered, the longest address that the page's own begins with."""
    first = path.split("/")[1]
    path = "/" if first in OF_THE_DESK else f"/{BELONGS_TO.get(first, first)}{path[len(first) + 1 :]}"
    addresses = {name: url for name, url in _sections().items() if name in offered}
    above = [name for name, url in addresses.items() if path.startswith(url) and (url != "/" or path == "/")]
    return max(above, key=lambda name: len(addresses[name]), default="")


@cache
def _sections() -> dict[str, str]:
    """URL name of a section → its address."""
    found = {}
    for _, _, name, _, _ in NAVIGATION:
        with suppress(NoReverseMatch):
            found[name] = reverse(name)
    return found
