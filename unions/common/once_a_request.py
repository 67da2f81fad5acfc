"""What is read once for a page, however many parts of it ask."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

T = TypeVar("T")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


def once_a_request(read: Callable[[], T]) -> Callable[[], T]:
    """Let `read` answer once while a page is made; in tasks, and in requests that change something, each time anew."""

    @wraps(read)
    def answer() -> T:
        kept = _kept.get()
        if kept is None:
            return read()
        if read not in kept:
            kept[read] = read()
        return kept[read]  # type: ignore[no-any-return]

    return answer


def kept_in_request() -> dict[Any, Any] | None:
    """What this page has read so far, to add to; None where `once_a_request` would read anew."""
    return _kept.get()


class ReadOnce:
    """Middleware: a request that only reads keeps what it has read until it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        token = _kept.set({})
        try:
            return self.get_response(request)
        finally:
            _kept.reset(token)
