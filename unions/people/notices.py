"""Telling people something at once; how it reaches them, the app of reminders says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from unions.common.features import provided


def tell(people: Iterable[int], key: str, title: str, text: str, url: str, at: datetime) -> None:
    """Put a reminder before these people (ids), in the transaction of the caller; the same `key` is told once to each.

    Apps declare "personal notices". No text names a person, an employer or a unit: it may leave the house.
    """
    ids = sorted(set(people))
    for deliver in provided("personal notices"):
        deliver(ids, key, title, text, url, at)
