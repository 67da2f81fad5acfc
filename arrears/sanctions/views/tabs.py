"""The tabs of 惩戒公布 and what its registers share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from unions.common.keyset import keyset
from unions.common.refusals import Forbidden
from unions.http import Request
from unions.models import User
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


def the_viewer(request: Request) -> User:
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有可看的惩戒和公布事项。")
    return user


def register(request: Request, name: str, template: str, found: Any, **context: Any) -> HttpResponse:
    """One page of a register under the tab `name`."""
    page = keyset(found, request, PER_PAGE)
    filtered = any(value for key, value in request.GET.items() if key not in ("after", "before"))
    shared = {"tabs": TABS, "here": name, "page": page, "filtered": filtered, "today": timezone.localdate()}
    return render(request, f"arrears/sanctions/{template}.html", shared | context)
