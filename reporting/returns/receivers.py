"""Where returns hear of changes in the books."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.models import Case
from reporting.returns import zero
from reporting.returns.models import Return
from unions.tree.actions import keeps_path_copy, replace_prefix


def doubt_zeros(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """A zero said of a period the case falls into is contradicted in the same transaction. Imports are compared nightly."""
    zero.doubt(case, at)


@keeps_path_copy
def follow_unit(old: str, new: str) -> None:
    replace_prefix(Return.objects.all(), old, new)
