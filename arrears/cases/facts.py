"""Case → Subject: what the rulebooks may know of a case, read for many cases at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind, Case, Closure, Outcome, State
from arrears.law.models import Extension, ExtensionKind, Step
from arrears.law.obligations.subject import End, Place, ReportUpward, Subject
from arrears.law.rules.facts import Facts, Moment, OwedWorker, months_owed
from arrears.law.rules.vocabulary import GENERAL_UNIONS
from unions.common.clock import day_of
from unions.common.features import provided
from unions.models import Event, Placement, Union, UnionKind

# Dated facts the case carries itself, under the vocabulary's own names.
OF_THE_CASE = (
    *("discovered_on", "negotiation_failed_on", "accepted_on", "verified_on", "transferred_at"),
    *("ordered_to_pay_by", "closed_on"),
)
# Acts that end a term: the first of its kind counts.
OF_ACTS = {
    ActKind.ON_SITE: "arrived_on_site_at",
    ActKind.INFORM_HR: "told_hr_on",
    ActKind.GOVERNMENT: "told_government_on",
    ActKind.FEEDBACK_WORKER: "told_worker_on",
    ActKind.FEEDBACK_HOTLINE: "told_hotline_on",
}
ENDED = {State.CLOSED: "案件已办结", State.DISMISSED: "经核实不属欠薪", State.MERGED: "已并入另一案件"}
FIELDS = (
    "pk",
    "state",
    "settled_by_id",
    *OF_THE_CASE,
    "owed_from",
    "owed_until",
    "extreme",
    "mass",
    "escalating",
    "nature",
    "channel",
    "employer__region_code",
    "union_id",
    "handling_union_id",
    "officer_id",
)
Row = dict[str, Any]


def owing_terms(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases obligations are derived for: filed ones. Old books closed before they were imported owe nothing: nobody asked to settle
    them here, and what was late then is not for this clock to say.
    """
    return cases.exclude(state=State.DRAFT).exclude(state=State.CLOSED, settled_by=None)


class CaseReader:
    """Reads cases as subjects; remembers the unions it has met. About ten queries for any number of cases."""

    def __init__(self) -> None:
        self._places: dict[int, Place] = {}

    def read(self, ids: Collection[int]) -> list[Subject]:
        """One subject per case of `ids` that owes anything; the others are left out."""
        rows = list(owing_terms(Case.objects.filter(pk__in=ids)).order_by().values(*FIELDS))
        found = [row["pk"] for row in rows]
        around = CaseContext(found)
        lines = self._lines(rows)
        balances = ledger.balances(found)
        return [self._subject(row, lines[row["pk"]], balances[row["pk"]], around) for row in rows]

    def _subject(self, row: Row, line: tuple[Place, ...], balance: ledger.Balance, around: CaseContext) -> Subject:
        pk, filing = row["pk"], line[-1]
        moments = _moments(row, filing, around)
        facts = Facts(
            workers=balance.owed.workers,
            amount=balance.owed.amount,
            months=months_owed(row["owed_from"], row["owed_until"]),
            extreme=row["extreme"],
            mass=row["mass"],
            escalation_signs=row["escalating"],
            moments=moments,
            noted=_noted(pk, moments, around),
            union_kind=filing.kind,
            nature=row["nature"],
            channel=row["channel"],
            worker_list=around.listed.get(pk),
            region=row["employer__region_code"],
            hard=pk in around.hard,
            extended=around.extended.get(pk, frozenset()),
        )
        return Subject(
            key=f"case:{pk}",
            facts=facts,
            line=line,
            handling=self._places[row["handling_union_id"]],
            officer=row["officer_id"],
            case=pk,
            reports=tuple(around.reports.get(pk, ())),
            ended=_end(row, around),
            receiving=self._receiving(pk, around),
            above=self._above(row, around),
        )

    def _above(self, row: Row, around: CaseContext) -> tuple[Place, ...]:
        """Whom it was reported to, in that order, then the line above the handling unit."""
        told = [report.receiver for report in around.reports.get(row["pk"], ()) if report.immediate or report.sent_at]
        handling = self._places[row["handling_union_id"]]
        line = [int(part) for part in handling.path.split(".") if part]
        self._meet([*told, *line])
        return tuple(self._places[unit] for unit in (*told, *reversed(line[:-1])))

    def _receiving(self, pk: int, around: CaseContext) -> Place | None:
        receiver = around.receivers.get(pk)
        if receiver is None:
            return None
        self._meet([receiver])
        return self._places[receiver]

    # Where the case stands -----------------------------------------------------------------------------------------

    def _lines(self, rows: list[Row]) -> dict[int, tuple[Place, ...]]:
        """Case id → the line of its filing unit on the day it was accepted: the notices of that place judge it, even if
        the unit stands elsewhere today.
        """
        stood: dict[int, list[tuple[date, date | None, str]]] = {}
        units = {row["union_id"] for row in rows}
        for pk, since, until, path in Placement.objects.filter(union__in=units).values_list(
            "union_id", "since", "until", "path"
        ):
            stood.setdefault(pk, []).append((since, until, path))
        paths = {row["pk"]: _path_on(stood[row["union_id"]], row["accepted_on"]) for row in rows}
        line_ids = {pk: [int(part) for part in path.split(".") if part] for pk, path in paths.items()}
        self._meet({unit for ids in line_ids.values() for unit in ids} | {row["handling_union_id"] for row in rows})
        return {pk: tuple(self._places[unit] for unit in ids) for pk, ids in line_ids.items()}

    def _meet(self, ids: Iterable[int]) -> None:
        new = set(ids) - self._places.keys()
        if not new:
            return
        rows = list(
            Union.objects.filter(pk__in=new).order_by().values_list("pk", "path", "kind", "valid_until", "region_code")
        )
        for pk, path, kind, valid_until, region in rows:
            in_charge = pk if valid_until is None else Union.objects.get(pk=pk).in_charge().pk
            self._places[pk] = Place(pk, path, kind, UnionKind(kind).label, in_charge, region or "")


def _path_on(stood: list[tuple[date, date | None, str]], day: date | None) -> str:
    """Every unit stood somewhere on every day; without a day, where it stands now."""
    for since, until, path in stood:
        if (day is None and until is None) or (day is not None and since <= day and (until is None or day <= until)):
            return path
    raise LookupError("a unit without a placement")


@dataclass(frozen=True)
class _Acted:
    """Acts of one kind: the first and the last day, when the first and when the last of them was written down."""

    first: date
    last: date
    noted: datetime
    latest: datetime


@dataclass
class CaseContext:
    """What other tables say of these cases, by case id. What features know, they add: apps declare "case facts", one query each."""

    ids: list[int]
    reports: dict[int, list[ReportUpward]] = field(default_factory=dict)
    incidents: dict[int, tuple[datetime, datetime | None]] = field(
        default_factory=dict
    )  # began, first level on the spot
    listed: dict[int, tuple[OwedWorker, ...]] = field(default_factory=dict)
    merged: dict[int, datetime] = field(default_factory=dict)
    receivers: dict[int, int] = field(default_factory=dict)  # the unit a case is on its way to
    arrived: dict[int, datetime] = field(default_factory=dict)
    looked: dict[int, date] = field(default_factory=dict)  # into the platform, of the project (SD-2.3c)
    reached: dict[int, datetime] = field(default_factory=dict)  # first reported, or handed to a general union

    def reach(self, case: int, at: datetime) -> None:
        """Note that a report or transfer of the case arrived at `at`; the first one counts."""
        self.reached[case] = min(at, self.reached.get(case, at))

    def __post_init__(self) -> None:
        self.acts = self._acts()
        self.clues: set[int] = set()
        self.handed_in: dict[int, dict[date, datetime]] = {}
        self._beginnings()
        self.shut = dict(Closure.objects.filter(case__in=self.ids, reopened_on=None).values_list("case_id", "at"))
        self.extended: dict[int, frozenset[str]] = {}
        self.hard: set[int] = set()
        self._extensions()
        for add in provided("case facts"):
            add(self)

    def _acts(self) -> dict[tuple[int, str], _Acted]:
        """By (case, kind)."""
        acts: dict[tuple[int, str], _Acted] = {}
        kinds = [*OF_ACTS, ActKind.EXPLANATION]
        for case, kind, on, at in (
            Act.objects.filter(case__in=self.ids, kind__in=kinds)
            .exclude(outcome=Outcome.UNREACHED)
            .order_by("on", "at")
            .values_list("case_id", "kind", "on", "at")
        ):
            before = acts.get((case, kind))
            if before is None:
                acts[case, kind] = _Acted(on, on, at, at)
            else:
                acts[case, kind] = replace(before, last=on, latest=max(before.latest, at))
        return acts

    def _beginnings(self) -> None:
        """Which cases began as a clue, also those verified since; and when a case was handed in or verified, the first of each day."""
        streams = [f"case:{pk}" for pk in self.ids]
        told = Event.objects.filter(stream__in=streams, verb__in=("report_clue", "file", "verify"))
        for stream, verb, at in told.order_by("id").values_list("stream", "verb", "at"):
            pk = int(stream.removeprefix("case:"))
            if verb == "report_clue":
                self.clues.add(pk)
            self.handed_in.setdefault(pk, {}).setdefault(day_of(at), at)

    def _extensions(self) -> None:
        rows = Extension.objects.filter(case__in=self.ids, step=Step.APPROVED).values_list("case_id", "kind", "rule")
        for case, kind, rule in rows:
            if kind == ExtensionKind.HARD:
                self.hard.add(case)
            else:
                self.extended[case] = self.extended.get(case, frozenset()) | {rule}


def _noted(pk: int, moments: Mapping[str, Moment], around: CaseContext) -> dict[str, datetime]:
    """When what happened on a day was told here that same day: by handing the case in, or by writing down the act."""
    handed_in = around.handed_in.get(pk, {})
    noted = {name: handed_in[day] for name, day in moments.items() if isinstance(day, date) and day in handed_in}
    for kind, name in OF_ACTS.items():
        if (acted := around.acts.get((pk, kind))) and name in moments:
            noted[name] = acted.noted
    return noted


def _moments(row: Row, filing: Place, around: CaseContext) -> dict[str, Moment]:
    """The dated facts of the vocabulary that have happened."""
    pk = row["pk"]
    moments: dict[str, Moment] = {name: row[name] for name in OF_THE_CASE if row[name] is not None}
    for kind, name in OF_ACTS.items():
        if (pk, kind) in around.acts:
            moments[name] = around.acts[pk, kind].first
    if pk in around.incidents:
        moments.pop("arrived_on_site_at", None)
        noted = around.acts.get((pk, ActKind.ON_SITE))
        moments |= _incident(*around.incidents[pk], noted.last if noted else None)
    if filing.kind in GENERAL_UNIONS and row["accepted_on"]:
        moments["reached_general_union_at"] = row["accepted_on"]
    elif pk in around.reached:
        moments["reached_general_union_at"] = around.reached[pk]
    if pk in around.looked:
        moments["platform_looked_on"] = around.looked[pk]
    if pk in around.arrived:
        moments["transfer_accepted_on"] = around.arrived[pk]
    if (pk in around.clues or row["state"] in (State.CLUE, State.DISMISSED)) and row["accepted_on"]:
        moments["clue_received_on"] = row["accepted_on"]
    return moments


def _incident(began: datetime, there: datetime | None, noted: date | None) -> dict[str, Moment]:
    """An emergency record knows the hour; an act noted before it, of another incident, does not count for it."""
    found: dict[str, Moment] = {"incident_at": began}
    if there is not None:
        found["arrived_on_site_at"] = there
    elif noted is not None and day_of(began) <= noted:
        found["arrived_on_site_at"] = noted
    return found


def _end(row: Row, around: CaseContext) -> End | None:
    """A closed or dismissed case needs nothing more done; reopened, it needs it again."""
    if row["state"] == State.CLOSED:
        return End(around.shut[row["pk"]], ENDED[State.CLOSED])
    if row["state"] == State.DISMISSED:
        # The dismissal itself writes the explanation, and nothing is recorded after it.
        at = around.acts[row["pk"], ActKind.EXPLANATION].latest
        return End(at, ENDED[State.DISMISSED])
    if row["state"] == State.MERGED:
        return End(around.merged[row["pk"]], ENDED[State.MERGED])
    return None
