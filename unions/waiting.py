"""How many things wait for a reader: the numbers beside the sections, counted once per person and minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from unions.common.features import provided
from unions.models import User

KEPT_SECONDS = 60
READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
ASKS_ONLY = frozenset({"search"})  # addresses by which nothing changes, though they are posted to


def waiting_numbers(user: User, section: str = "") -> dict[str, int]:
    """URL name of a section → how many things wait for this reader there, at most a minute old.

    Those of `section`, where she is, are of this moment; when they have changed, all are counted anew.
    """
    key = _key(user.pk)
    known: dict[str, int] | None = cache.get(key)
    if known is not None and section != "desk":
        here = _count(user, section) if section else {}
        if all(known.get(name, 0) == number for name, number in here.items()):
            return known
    numbers = _count(user)
    cache.set(key, numbers, KEPT_SECONDS)
    return numbers


def forget_numbers(users: Iterable[int]) -> None:
    """Let the numbers of these people be counted anew: something arrived for them, or they did something."""
    cache.delete_many([_key(user) for user in users])


def _key(user: int) -> str:
    return f"waiting:{user}:{timezone.localdate()}"


def _count(user: User, section: str | None = None) -> dict[str, int]:
    """Add up what every app declares under "waiting numbers": functions of the reader and of one section (None: all)."""
    found: Counter[str] = Counter()
    for numbers in provided("waiting numbers"):
        found.update(numbers(user, section))
    return dict(found)


class WhoActsIsCountedAnew:
    """After anything a person sends, her numbers are counted anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        acts = request.method not in READING and not (match and match.url_name in ASKS_ONLY)
        if acts and isinstance(request.user, User):
            forget_numbers([request.user.pk])
        return response
