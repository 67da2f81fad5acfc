"""What still hangs on a case beside its books: what keeps it from closing or merging, and what is only waited for.

Nothing outstanding means more than money: a worker who asked to withdraw was called back, an emergency has its
outcome, a union above lifted what it had set. What others still owe an answer for does not keep paid wages from
being written off; whoever signs is shown it. Each feature declares what it knows (provides.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
from django.db.models.expressions import Combinable

from arrears.cases.models import Case
from unions.common.features import provided


class Lack(str):
    """A sentence saying what is missing. `url`: where it is mended."""

    url: str

    def __new__(cls, text: str, url: str = "") -> Lack:
        made = super().__new__(cls, text)
        made.url = url
        return made


@dataclass(frozen=True)
class Blocker:
    """Something that may hang on a case. `exists`: whether it does, asked of all blockers in one query (None: not of this case)."""

    exists: Callable[[Case], Exists | Combinable | None]
    lacks: Callable[[Case], list[Lack]]


def has(relation: str, **conditions: Any) -> Callable[[Case], Exists]:
    """Return what asks whether a case has rows in `relation` that meet the conditions."""
    return lambda case: Exists(getattr(case, relation).filter(**conditions))


def under_way(case: Case) -> list[Lack]:
    """Asked for and not answered: a report upward, a matter put to a department, an advance. One query.

    Apps declare "under way"; what is nearer to the case is said first.
    """
    return _found(case, reversed(provided("under way")))


def why_not_close(case: Case) -> list[Lack]:
    """Why the case cannot be closed beside its books. One query where nothing hangs on it. Apps declare "closing blockers"."""
    return _found(case, provided("closing blockers"))


def why_not_merge(case: Case) -> list[Lack]:
    """Why the case cannot go into another: what its own number or officer has still to finish. Letters of workers and plans go
    along (merging.py); letters sent out and referrals taken by a department stay under their number and are shown there.
    Apps declare "merging blockers".
    """
    return [*under_way(case), *_found(case, provided("merging blockers"))]


def _found(case: Case, blockers: Iterable[Blocker]) -> list[Lack]:
    asked = [(blocker, there) for blocker in blockers if (there := blocker.exists(case)) is not None]
    if not asked:
        return []
    answers = Case.objects.filter(pk=case.pk).values_list(*(there for _, there in asked)).get()
    return [
        lack for (blocker, _), is_there in zip(asked, answers, strict=True) if is_there for lack in blocker.lacks(case)
    ]


def answers_awaited(case: Case) -> list[str]:
    """Answers others still owe, in words: no reason to keep a case open, but whoever signs is shown it.

    Apps declare "answers waited for".
    """
    return [sentence for waited in reversed(provided("answers waited for")) for sentence in waited(case)]
