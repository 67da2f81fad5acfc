"""Who was let in without an account: remembered by her browser for half an hour after she last did something."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest

IDLE = timedelta(minutes=30)


def let_in(request: HttpRequest, what: str, pk: int, now: datetime) -> None:
    """Let this browser in to the row `pk` of `what`; the session gets a new key."""
    request.session.cycle_key()
    _remember(request, what, pk, now)


def visited(request: HttpRequest, what: str, now: datetime) -> int | None:
    """The row of `what` this browser was let in to; None when it is too long ago."""
    kept = request.session.get(what)
    if not isinstance(kept, dict) or kept.get("until", 0) < now.timestamp():
        end(request, what)
        return None
    _remember(request, what, kept["pk"], now)
    return int(kept["pk"])


def end(request: HttpRequest, what: str) -> None:
    request.session.pop(what, None)


def _remember(request: HttpRequest, what: str, pk: int, now: datetime) -> None:
    request.session[what] = {"pk": pk, "until": (now + IDLE).timestamp()}
