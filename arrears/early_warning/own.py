"""What our own books say of an employer (SD-2.1a): complaints, wages paid late, project money that does not come.

Nothing of it is stored: an own signal stands as long as the rows behind it do (docs/decisions/058). Apps declare "own matters":
functions of employers (None: all) and a day, that tell theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from arrears.cases.models import Case, Cause, State
from arrears.cases.models.case import FROM_WORKERS
from arrears.law.rules.grading import Matter
from unions.common.features import provided

LOOK_BACK = timedelta(days=366)  # no entry counts complaints further back
NEVER_ARREARS = (State.DRAFT, State.DISMISSED, State.MERGED)


def own_matters(employers: Collection[int] | None, today: date) -> dict[int, list[Matter]]:
    """Employer → what the books say of it, the latest first. One query each of cases and of every app that declares its own."""
    found: dict[int, list[Matter]] = {}
    for tell in (_of_cases, *provided("own matters")):
        for matter in tell(employers, today):
            found.setdefault(matter.employer, []).append(matter)
    for matters in found.values():
        matters.sort(key=lambda one: one.on, reverse=True)
    return found


def _of_cases(employers: Collection[int] | None, today: date) -> Iterator[Matter]:
    rows = Case.objects.exclude(state__in=NEVER_ARREARS)
    if employers is not None:
        rows = rows.filter(employer__in=employers)
    complaints = rows.filter(channel__in=FROM_WORKERS, accepted_on__gt=today - LOOK_BACK, accepted_on__lte=today)
    for case in complaints:
        said = f"{case} {case.get_channel_display()}"
        yield Matter(case.employer_id, case.path, "complaints", _day(case, today), said, case.get_absolute_url())
    for case in rows.unfinished().filter(causes__contains=[Cause.WORKS_UNPAID]):
        said = f"{case} 因拖欠工程款欠薪，未办结"
        yield Matter(
            case.employer_id, case.path, "works_payment", _day(case, today), said, case.get_absolute_url(), lasting=True
        )


def _day(case: Case, today: date) -> date:
    return case.accepted_on or today


def under(matters: Iterable[Matter], path: str) -> list[Matter]:
    """Those of a unit and of all below it."""
    return [one for one in matters if one.path.startswith(path)]
