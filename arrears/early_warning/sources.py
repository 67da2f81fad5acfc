"""Where signals come from and what they say: data, read from warning_sources.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from arrears.law.rules.vocabulary import SIGNALS

_FILE = Path(__file__).with_name("warning_sources.toml")


@dataclass(frozen=True)
class SignalSource:
    key: str
    label: str
    kinds: tuple[str, ...]


def kinds() -> dict[str, str]:
    """Key → what the screen says."""
    return SIGNALS


@cache
def sources() -> dict[str, SignalSource]:
    """Key → source, in the file's order. A fault in the file stops the server at its start."""
    found = {key: SignalSource(key, row["label"], tuple(row["kinds"])) for key, row in _read()["source"].items()}
    unknown = {kind for one in found.values() for kind in one.kinds} - kinds().keys()
    if unknown:
        raise ValueError(f"{_FILE.name}: unknown kinds {sorted(unknown)}")
    return found


def source_choices() -> list[tuple[str, str]]:
    return [(key, one.label) for key, one in sources().items()]


def kind_choices() -> list[tuple[str, str]]:
    return list(kinds().items())


def mismatch(source: str, kind: str) -> str | None:
    """Why this source does not report that kind (Chinese), or None."""
    one = sources()[source]
    if kind in one.kinds:
        return None
    offered = "、".join(kinds()[key] for key in one.kinds)
    return f"{one.label}的预警信息应是：{offered}。"


@cache
def _read() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
