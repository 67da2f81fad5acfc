"""One decision after another: whoever opened a row from 待我审批 comes from her decision to the next that waits for her."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from unions.common.features import provided
from unions.http import Request

QUEUE = "queue"
EARLIER = "earlier"  # the tag of a message about the row before the one that is shown


def in_queue(address: str) -> str:
    """The address of a row, opened as one of several."""
    return f"{address}{'&' if '?' in address else '?'}{QUEUE}=on"


def is_in_queue(request: Request) -> bool:
    """Whether the row was opened as one of several, or is decided as one."""
    return QUEUE in request.GET or QUEUE in request.POST


def tell_decided(request: Request, done: str) -> None:
    """Say what was decided; on the way to the next row as said of the one before (base.html)."""
    messages.success(request, done, extra_tags=EARLIER if QUEUE in request.POST else "")


def after_decision(request: Request, usual: Any) -> HttpResponse:
    """To what waits next, else to where one `usual`ly comes (as for `redirect`). An app declares "approval queue": user → address."""
    for next_in in provided("approval queue") if QUEUE in request.POST else ():
        return redirect(next_in(request.user))
    return redirect(usual)
