"""Where returns hear of changes in the books."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.models import Case
from reporting.returns import zero


def doubt_zeros(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """A zero said of a period the case falls into is contradicted in the same transaction. Imports are compared nightly."""
    zero.doubt(case, at)
