"""The terms a letter states. The rulebooks that give them are read above this app, which registers itself here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from arrears.letters.models import Letter


@dataclass(frozen=True)
class Terms:
    """Working days to answer and to object; the law that gives them by name. None: no rule gives a term."""

    reply: int | None = None
    objection: int | None = None
    basis: str = ""


# Who knows the terms of a letter that is issued on a day.
TELL_TERMS: list[Callable[[Letter, date], Terms]] = []


def terms_of(letter: Letter, day: date) -> Terms:
    return next((tell(letter, day) for tell in TELL_TERMS), Terms())
