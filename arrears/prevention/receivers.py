"""Classes follow what happens, in the transaction of the act: a case opened or closed, a grade, a finding, a change by hand.

Only the employers concerned are classed again; every night all of them are, since years pass and changes by hand lapse.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from arrears.cases.models import Case
from arrears.cases.workflow import MOVES
from arrears.inspections.models import Finding
from arrears.prevention.classing import class_anew

# Acts on a case that may change a class: those that change its state.
CHANGES = frozenset(MOVES)


def follow_case(sender: Any, case: Case, verb: str, at: datetime, **kwargs: Any) -> None:
    if verb in CHANGES:
        class_anew([case.employer_id], at)


def follow_warnings(sender: Any, employers: Collection[int], at: datetime, **kwargs: Any) -> None:
    """After the grades of the same signal: early_warning listens before."""
    class_anew(employers, at)


def follow_findings(sender: Any, findings: Collection[int], at: datetime, **kwargs: Any) -> None:
    rows = Finding.objects.filter(pk__in=findings).values_list("inspection__employer", flat=True)
    class_anew(set(rows), at)


def follow_visits(sender: Any, employers: Collection[int], at: datetime, **kwargs: Any) -> None:
    class_anew(employers, at)
