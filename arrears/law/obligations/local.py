"""Numbers no notice gives: they are settings of this installation, and screens say so."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "local.toml"


@dataclass(frozen=True)
class Local:
    soon_days: int
    silent_days: int
    ring_within_hours: int
    guarantee_soon_days: int
    listing_soon_days: int
    publication_soon_days: int
    contradiction_hours: int
    duplicate_days: int
    repeated_years: int
    repeated_from: int
    agency_clue_workdays: int

    @property
    def soon(self) -> timedelta:
        return timedelta(days=self.soon_days)

    @property
    def apart(self) -> timedelta:
        """From how far apart on two cases are not taken for one."""
        return timedelta(days=self.duplicate_days)

    @property
    def pressing(self) -> timedelta:
        return timedelta(hours=self.ring_within_hours)

    @property
    def silence(self) -> timedelta:
        return timedelta(days=self.silent_days)


@cache
def local() -> Local:
    return Local(**tomllib.loads(FILE.read_text("utf-8")))
