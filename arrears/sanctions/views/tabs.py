"""The tabs of 惩戒公布 and what its registers share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from unions.common.refusals import Forbidden
from unions.filters import ListFilter
from unions.http import Request
from unions.models import User
from unions.navigation import left_out
from unions.pages import list_page
from unions.people.rights import Right

PER_PAGE = 50
TABS = [
    ("sanctions", "处理处罚"),
    ("listings", "惩戒名单"),
    ("unlisted", "应列尽列"),
    ("publications", "公布名单"),
    ("shared-cases", "移送处罚"),
    ("copied-lists", "住建名单"),
]


def tabs_for(request: Request) -> list[tuple[str, str]]:
    """Those that a notice of the reader's units speaks of."""
    gone = left_out(request)
    return [(name, label) for name, label in TABS if name not in gone]


def viewing_user(request: Request) -> User:
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有可看的惩戒和公布事项。")
    return user


def render_list(
    request: Request, name: str, template: str, found: Any, filters: ListFilter | None = None, **context: Any
) -> HttpResponse:
    """One page of a register under the tab `name`."""
    tabs = tabs_for(request)
    context |= {"tabs": tabs, "offered": [key for key, _ in tabs], "here": name, "today": timezone.localdate()}
    context |= list_page(request, found, PER_PAGE, filters)
    return render(request, f"arrears/sanctions/{template}.html", context)
