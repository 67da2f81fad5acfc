"""What features do with their rows of a case when it is merged into another (docs/decisions/018-merging.md).

Each declares its relation as "merge relations"; merging calls them in order, both cases held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from arrears.cases.models import Case
from unions.models import User


@dataclass(frozen=True)
class MergeRelation:
    """`key`: under it the merger notes what went along. `along(duplicate, into, by, at)` returns the ids of what did;
    `back(duplicate, into, ids, by, at)` brings those back, except what was changed since at the case that remains.
    """

    key: str
    along: Callable[[Case, Case, User, datetime], list[int]]
    back: Callable[[Case, Case, list[int], User, datetime], None]
