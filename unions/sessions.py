"""How long somebody stays signed in: half an hour without a touch, ten hours in all. What was typed stays (static/js/autosave.js)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

SINCE, SEEN = "signed_in_at", "last_seen"  # keys of the session, seconds
NOTED_EVERY = 300  # seconds: not every request writes
UNATTENDED = "X-Unattended"  # what a page asks by itself, over and over, keeps nobody signed in


def begin_session(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """At sign-in."""
    request.session[SINCE] = request.session[SEEN] = int(time.time())


class SessionEnds:
    """Who was away too long signs in again, and comes back to the same page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SINCE in request.session:
            now, session = int(time.time()), request.session
            if (
                now - session[SINCE] > settings.SESSION_COOKIE_AGE
                or now - session[SEEN] > settings.SESSION_IDLE_SECONDS
            ):
                logout(request)
            elif now - session[SEEN] > NOTED_EVERY and UNATTENDED not in request.headers:
                session[SEEN] = now
        return self.get_response(request)
