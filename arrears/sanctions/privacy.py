"""Finds what may not be published: workers' names, identity and phone numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from unions.common.features import provided
from unions.common.text import narrow

IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
# Strokes that divide a number into groups.
DIVIDED = re.compile(r"(?<=\d)[-‐‑‒–—―−](?=[\dXx])")
# Where a worker's name may not stand; the name of the legal representative is a published fact, whoever shares it.
FREE_TEXT = ("violation", "decision")
SHORTEST = 2


def private_words(employer: int, words: Mapping[str, str]) -> dict[str, str]:
    """Field → why it may not be published. Names are those of the employer's worker lists."""
    found: dict[str, str] = {}
    names: set[str] | None = None
    for field, text in words.items():
        plain = _plain(text)
        digits = DIVIDED.sub("", plain)
        if IDENTITY.search(plain) or IDENTITY.search(digits):
            found[field] = "含有身份证号码，不得公布。"
        elif PHONE.search(plain) or PHONE.search(digits):
            found[field] = "含有手机号码，不得公布。"
        elif field in FREE_TEXT and plain:
            names = _worker_names(employer) if names is None else names
            if any(name in plain for name in names):
                found[field] = "含有职工姓名，不得公布；请改为“某职工”或写人数。"
    return found


def _plain(text: str) -> str:
    """The text without blanks and invisible marks, in plain width."""
    return "".join(narrow(text).split())


def _worker_names(employer: int) -> set[str]:
    """Names of all workers of the employer's cases, decrypted for this comparison only."""
    names = {_plain(name) for names_of in provided("names of workers") for name in names_of(employer)}
    return {name for name in names if len(name) >= SHORTEST}
