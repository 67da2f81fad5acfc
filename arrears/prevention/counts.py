"""What units did to prevent arrears in a span of days: per unit and kind, every figure a sum of rows that open (QD-7).

检查 is counted from the inspections, which have books of their own: nobody types it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Func, Q, QuerySet, Sum, TextField, Value

from arrears.inspections.models import Inspection
from arrears.prevention.actions.log import asked_for
from arrears.prevention.models import PLANNED, PreventionKind, PreventionWork
from unions.models import Union, under

INSPECTION = "inspection"
KINDS: list[tuple[str, str]] = [*PreventionKind.choices, (INSPECTION, "检查")]


def kinds_shown(unit: Union, whole: PreventionTally) -> list[tuple[str, str]]:
    """Columns of the figures: what is planned is one only where a notice asks for it, or where there is some."""
    asked = asked_for(unit)
    return [one for one in KINDS if one[0] not in PLANNED or one[0] in asked or whole.times.get(one[0])]


@dataclass
class PreventionTally:
    """`times` by kind; `firms` (户次), `projects` (个次) and `people` (人次) as often as they were reached."""

    times: dict[str, int] = field(default_factory=dict)
    firms: int = 0
    projects: int = 0
    people: int = 0
    agreed: int = 0  # tasks of its meetings
    carried_out: int = 0

    @property
    def all(self) -> int:
        return sum(self.times.values())

    def add(self, kind: str, times: int, firms: int, projects: int, people: int) -> None:
        self.times[kind] = self.times.get(kind, 0) + times
        self.firms += firms
        self.projects += projects
        self.people += people

    def take(self, other: PreventionTally) -> None:
        for kind, times in other.times.items():
            self.times[kind] = self.times.get(kind, 0) + times
        self.firms += other.firms
        self.projects += other.projects
        self.people += other.people
        self.agreed += other.agreed
        self.carried_out += other.carried_out

    @property
    def tasks(self) -> str:
        """“2/3”: of three things agreed two are done."""
        return f"{self.carried_out:,}/{self.agreed:,}"


@dataclass(frozen=True)
class UnitTally:
    """`own`: of the unit asked for itself, not of one below it."""

    union: Union
    tally: PreventionTally
    own: bool


def works(unit: Union, since: date, until: date) -> QuerySet[PreventionWork]:
    """Return the work of `unit` and below that counts in these days, both included."""
    return PreventionWork.objects.carried_out().filter(path__startswith=unit.path, on__range=(since, until))


def visits(unit: Union, since: date, until: date) -> QuerySet[Inspection]:
    return Inspection.objects.filter(path__startswith=unit.path, on__range=(since, until))


def own_of(unit: Union) -> Q:
    """What the unit did itself, and what units that closed since left behind under it."""
    closed = unit.children.filter(valid_until__isnull=False).values_list("path", flat=True)
    return Q(union=unit) | under(closed)


def per_unit(unit: Union, since: date, until: date) -> tuple[list[UnitTally], PreventionTally]:
    """The unit's own work and that of each unit next below it with all under it, and the sum. Four queries."""
    found: dict[str, PreventionTally] = {}
    everything = PreventionTally()
    for key, kind, times, firms, projects, people in _rows(unit, since, until):
        for tally in (found.setdefault(key, PreventionTally()), everything):
            tally.add(kind, times, firms, projects, people)
    for key, agreed, carried_out in _tasks(unit, since, until):
        for tally in (found.setdefault(key, PreventionTally()), everything):
            tally.agreed, tally.carried_out = tally.agreed + agreed, tally.carried_out + carried_out
    below = list(unit.children.filter(valid_until=None).order_by("region_code", "code"))
    known = {str(one.pk): one for one in below}
    rows = [UnitTally(unit, _of_none_shown(found, known), True)]
    rows += [UnitTally(one, found.get(key, PreventionTally()), False) for key, one in known.items()]
    return rows, everything


def _of_none_shown(found: dict[str, PreventionTally], known: dict[str, Union]) -> PreventionTally:
    """The unit's own, and what units closed since left behind."""
    own = PreventionTally()
    for key, tally in found.items():
        if key not in known:
            own.take(tally)
    return own


def _rows(unit: Union, since: date, until: date) -> Iterable[tuple[str, str, int, int, int, int]]:
    """(id of the unit next below or "", kind, times, firms, projects, people)."""
    part = _part(unit)
    done = works(unit, since, until).order_by().annotate(part=part).values("part", "kind")
    for row in done.annotate(times=Count("pk"), f=Sum("firms"), p=Sum("projects"), w=Sum("people")):
        yield row["part"], row["kind"], row["times"], row["f"], row["p"], row["w"]
    seen = visits(unit, since, until).order_by().annotate(part=part).values("part")
    for visit in seen.annotate(times=Count("pk"), p=Count("project"), w=Sum("workers")):
        yield visit["part"], INSPECTION, visit["times"], visit["times"], visit["p"], visit["w"]


def _tasks(unit: Union, since: date, until: date) -> Iterable[tuple[str, int, int]]:
    """(id of the unit next below or "", tasks agreed at meetings of these days, those carried out)."""
    rows = works(unit, since, until).order_by().exclude(tasks=None).annotate(part=_part(unit)).values("part")
    done = Count("tasks", filter=Q(tasks__done_on__isnull=False))
    return rows.annotate(n=Count("tasks"), done=done).values_list("part", "n", "done")


def _part(unit: Union) -> Func:
    depth = unit.path.count(".") + 1
    return Func("path", Value("."), Value(depth), function="split_part", output_field=TextField())
