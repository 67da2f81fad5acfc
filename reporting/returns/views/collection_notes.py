"""What stands out on the page of a collection: zeros the books speak against, what is sent on and how far it is behind, and what
came of an act row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from arrears.cases.models import Case
from arrears.law.models import Obligation
from reporting.returns import actions, status, zero_reports
from reporting.returns.collection import OutdatedUnit, ReturnCollection
from reporting.returns.models import SENT, Return, ReturnStage, ReturnVersion
from unions.models import User, under

CASES_SHOWN = 8


@dataclass
class ReceivingResult:
    """What came of an act, return by return: what was done, and what was not and why."""

    title: str
    done: list[Return] = field(default_factory=list)
    refused: list[tuple[Return, str]] = field(default_factory=list)


# ---- zeros the books speak against ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contradiction:
    """`cases`: those of the period the reader may open, a few; `more`: how many others. `task`: the receiver's own, to ask."""

    row: Return
    said: str
    cases: list[Case]
    more: int
    task: Obligation | None


def contradictions(found: ReturnCollection, user: User) -> list[Contradiction]:
    """Two queries where there are any."""
    rows = found.contradicted
    if not rows:
        return []
    speaking = zero_reports.cases_against_in(found.scope, found.form).filter(under([row.path for row in rows]))
    cases = list(
        Case.objects.visible_to(user).filter(pk__in=speaking.values("pk")).select_related("employer").order_by("pk")
    )
    streams = [row.stream for row in rows]
    open_tasks = Obligation.objects.open().filter(
        subject__in=streams, rule__contains=":contradicted:", holder=found.receiver
    )
    tasks = {task.subject: task for task in open_tasks}
    return [_contradiction(row, [case for case in cases if case.path.startswith(row.path)], tasks) for row in rows]


def _contradiction(row: Return, cases: list[Case], tasks: dict[str, Obligation]) -> Contradiction:
    said = "到期未报，推定零报告" if row.implied_zero else "签字报零"
    more = max(0, len(cases) - CASES_SHOWN)
    return Contradiction(row, said, cases[:CASES_SHOWN], more, tasks.get(row.stream))


# ---- sent on ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Onward:
    """The receiver's own return, added up from these. `version`: what was signed, as far as the reader may know of it; `behind`:
    units that sent something else since; `closed`: it was sent."""

    one: status.ReturnStatus
    version: ReturnVersion | None
    behind: list[OutdatedUnit]
    closed: bool
    unsent: int


def onward(found: ReturnCollection, user: User) -> Onward | None:
    own = found.onward_return()
    if own is None:
        return None
    version = own.current
    if own.stage == ReturnStage.SIGNED and status.insider(own, user):
        version = actions.signed_version(own)
    unsent = len(found.missing) + len(found.waiting)
    return Onward(
        status.status_of(own, timezone.now()),
        version,
        found.outdated_units(version) if version else [],
        own.stage in SENT,
        unsent,
    )
