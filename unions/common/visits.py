"""Who was let in without an account: remembered by her browser for half an hour after she last did something."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

VISITS, IDLE = "visits", timedelta(minutes=30)


def let_in(request: HttpRequest, what: str, pk: int, now: datetime) -> None:
    """Let this browser in to the row `pk` of `what`; the session gets a new key."""
    request.session.cycle_key()
    _remember(request, what, pk, now)


def visited(request: HttpRequest, what: str, now: datetime) -> int | None:
    """The row of `what` this browser was let in to; None when it is too long ago."""
    kept = _kept(request).get(what)
    if not isinstance(kept, dict) or kept.get("until", 0) < now.timestamp():
        return None
    _remember(request, what, kept["pk"], now)
    return int(kept["pk"])


def leave(request: HttpRequest) -> None:
    """Let nobody who takes this browser next see any of it."""
    request.session.pop(VISITS, None)


def _remember(request: HttpRequest, what: str, pk: int, now: datetime) -> None:
    kept = {"pk": pk, "until": (now + IDLE).timestamp()}
    request.session[VISITS] = _kept(request) | {what: kept}


def _kept(request: HttpRequest) -> dict[str, Any]:
    kept = request.session.get(VISITS)
    return kept if isinstance(kept, dict) else {}
