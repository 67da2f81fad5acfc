"""What an obligation without a case is about, in words and with its address: the apps that know say it, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from arrears.law.models import Obligation
from unions.common.features import provided


@dataclass(frozen=True)
class SubjectLabel:
    label: str
    under: str
    url: str


Describe = Callable[[Collection[int]], dict[int, SubjectLabel]]


def _by_kind() -> dict[str, Describe]:
    """Return first part of a subject ("warning:17") → what finds the matters of its ids. Apps declare it as "obligation subjects"."""
    return {kind: describe for subjects in provided("obligation subjects") for kind, describe in subjects.items()}


def matters(rows: Iterable[Obligation]) -> dict[str, SubjectLabel]:
    """Subject → matter, for rows without a case whose kind somebody tells."""
    known = _by_kind()
    wanted: dict[str, set[int]] = {}
    for row in rows:
        kind, _, key = row.subject.partition(":")
        if row.case_id is None and kind in known and key.isdigit():
            wanted.setdefault(kind, set()).add(int(key))
    return {f"{kind}:{pk}": matter for kind, ids in wanted.items() for pk, matter in known[kind](ids).items()}
