"""The register of clues and of what is on its way between unions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from arrears.transfers.clues import LISTS, with_route
from unions.common.keyset import keyset
from unions.common.refusals import Forbidden
from unions.http import Request, read_page
from unions.people.rights import Right

PER_PAGE = 50


@read_page
def clues(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有线索可看。")
    offered = [key for key in LISTS if key != "arriving" or user.paths(Right.RECEIVE)]
    key = request.GET.get("list", "")
    key = key if key in offered else offered[0]
    page = keyset(with_route(LISTS[key][1](user)), request, PER_PAGE)
    context: dict[str, Any] = {
        "tabs": [(LISTS[name][0], f"?list={name}", name == key) for name in offered],
        "key": key,
        "empty": LISTS[key][2],
        "page": page,
        "may_file": bool(user.paths(Right.FILE)),
    }
    return render(request, "arrears/transfers/clues.html", context)
