"""What an obligation without a case is about, in words and with its address: told by the apps that know, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from arrears.law.models import Obligation


@dataclass(frozen=True)
class Matter:
    label: str
    under: str
    url: str


# First part of a subject ("warning:17") → ids → what each is about. Asked only for subjects on the page.
TELLERS: dict[str, Callable[[Collection[int]], dict[int, Matter]]] = {}


def matters(rows: Iterable[Obligation]) -> dict[str, Matter]:
    """Subject → matter, for rows without a case whose kind somebody tells."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        kind, _, key = row.subject.partition(":")
        if row.case_id is None and kind in TELLERS and key.isdigit():
            wanted.setdefault(kind, set()).add(int(key))
    return {f"{kind}:{pk}": matter for kind, ids in wanted.items() for pk, matter in TELLERS[kind](ids).items()}
