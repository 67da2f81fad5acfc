"""Telling people something at once; how it reaches them, the app of reminders says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from unions.common.features import provided


@dataclass(frozen=True)
class Notice:
    """What these people (ids) are told; the same `key` once to each. No text names a person, an employer or a unit: it may leave the house."""

    people: Iterable[int]
    key: str
    title: str
    text: str
    url: str


def tell(notices: Iterable[Notice], at: datetime) -> None:
    """Put them before their people, in the transaction of the caller. Apps declare "personal notices"."""
    given = list(notices)
    for deliver in provided("personal notices"):
        deliver(given, at)
