"""Case → Subject: what the rulebooks may know of a case, read for many cases at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Min, QuerySet

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind, Case, Closure, State
from arrears.cases.models.act import Outcome
from arrears.escalations.models import Escalation, Stage
from arrears.law.models import Extension, ExtensionKind, Step
from arrears.law.obligations.subject import End, Place, Report, Subject
from arrears.law.rules.facts import Facts, Moment, Worker, months_owed
from arrears.law.rules.workdays import full_months
from arrears.merging.models import IN_FORCE, Merger
from arrears.serious.models import Emergency
from arrears.transfers.models import Transfer, TransferStage
from arrears.workers import actions as workers
from unions.common.clock import day_of
from unions.models import Event, Placement, Union, UnionKind

# Dated facts the case carries itself, under the vocabulary's own names.
OF_THE_CASE = ("discovered_on", "negotiation_failed_on", "accepted_on", "verified_on", "transferred_at", "closed_on")
# Acts that end a term: the first of its kind counts.
OF_ACTS = {
    ActKind.ON_SITE: "arrived_on_site_at",
    ActKind.INFORM_HR: "told_hr_on",
    ActKind.GOVERNMENT: "told_government_on",
    ActKind.FEEDBACK_WORKER: "told_worker_on",
    ActKind.FEEDBACK_HOTLINE: "told_hotline_on",
}
STANDS = (Stage.REQUESTED, Stage.SENT, Stage.RECEIVED)
COUNTS = (*STANDS, Stage.RETURNED)
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


def that_owe(cases: QuerySet[Case]) -> QuerySet[Case]:
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
        rows = list(that_owe(Case.objects.filter(pk__in=ids)).order_by().values(*FIELDS))
        found = [row["pk"] for row in rows]
        around = _Around(found)
        lines = self._lines(rows)
        balances = ledger.balances(found)
        return [self._subject(row, lines[row["pk"]], balances[row["pk"]], around) for row in rows]

    def _subject(self, row: Row, line: tuple[Place, ...], balance: ledger.Balance, around: _Around) -> Subject:
        pk, filing = row["pk"], line[-1]
        moments = _moments(row, around)
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
        )

    def _receiving(self, pk: int, around: _Around) -> Place | None:
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
class _Around:
    """What other tables say of these cases, by case id."""

    ids: list[int]

    def __post_init__(self) -> None:
        self.acts = self._acts()
        self.clues: set[int] = set()
        self.handed_in: dict[int, dict[date, datetime]] = {}
        self._beginnings()
        self.shut = dict(Closure.objects.filter(case__in=self.ids, reopened_on=None).values_list("case_id", "at"))
        self.merged = {
            case: at
            for case, at in Merger.objects.filter(duplicate__in=self.ids, stage__in=IN_FORCE).values_list(
                "duplicate_id", "decided_at"
            )
            if at
        }
        self.listed = _listed(self.ids)
        self.incidents = self._incidents()
        self.reports: dict[int, list[Report]] = {}
        for case, report in self._reports():
            self.reports.setdefault(case, []).append(report)
        self.extended: dict[int, frozenset[str]] = {}
        self.hard: set[int] = set()
        self._extensions()
        self.receivers: dict[int, int] = {}
        self.arrived: dict[int, datetime] = {}
        self._transfers()

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

    def _incidents(self) -> dict[int, tuple[datetime, datetime | None]]:
        """The last emergency of each case: when it began, and when the first level was on the spot (QD-6.5)."""
        rows = Emergency.objects.filter(case__in=self.ids).order_by("id").annotate(there=Min("arrivals__arrived_at"))
        return {case: (began, there) for case, began, there in rows.values_list("case_id", "incident_at", "there")}

    def _beginnings(self) -> None:
        """Which cases began as a clue, also those verified since; and when a case was handed in or verified, the first of each day."""
        streams = [f"case:{pk}" for pk in self.ids]
        told = Event.objects.filter(stream__in=streams, verb__in=("report_clue", "file", "verify"))
        for stream, verb, at in told.order_by("id").values_list("stream", "verb", "at"):
            pk = int(stream.removeprefix("case:"))
            if verb == "report_clue":
                self.clues.add(pk)
            self.handed_in.setdefault(pk, {}).setdefault(day_of(at), at)

    def _reports(self) -> Iterator[tuple[int, Report]]:
        rows = (
            Escalation.objects.filter(case__in=self.ids, stage__in=COUNTS)
            .order_by("id")
            .values_list("case_id", "immediate", "sender_id", "requested_at", "decided_at", "stage")
        )
        for case, immediate, sender, asked_at, decided_at, stage in rows:
            sent_at = None if stage == Stage.REQUESTED else decided_at
            yield case, Report(immediate, sender, asked_at, sent_at, stage in STANDS)

    def _extensions(self) -> None:
        rows = Extension.objects.filter(case__in=self.ids, step=Step.APPROVED).values_list("case_id", "kind", "rule")
        for case, kind, rule in rows:
            if kind == ExtensionKind.HARD:
                self.hard.add(case)
            else:
                self.extended[case] = self.extended.get(case, frozenset()) | {rule}

    def _transfers(self) -> None:
        """Whom a case is on its way to; when it last arrived, if it is not on its way again."""
        rows = Transfer.objects.filter(case__in=self.ids).order_by("id")
        for case, receiver, stage, at in rows.values_list("case_id", "receiver_id", "stage", "answered_at"):
            if stage == TransferStage.WAITING:
                self.receivers[case] = receiver
                self.arrived.pop(case, None)
            elif stage == TransferStage.ACCEPTED and at is not None:
                self.arrived[case] = at


def _noted(pk: int, moments: Mapping[str, Moment], around: _Around) -> dict[str, datetime]:
    """When what happened on a day was told here that same day: by handing the case in, or by writing down the act."""
    handed_in = around.handed_in.get(pk, {})
    noted = {name: handed_in[day] for name, day in moments.items() if isinstance(day, date) and day in handed_in}
    for kind, name in OF_ACTS.items():
        if (acted := around.acts.get((pk, kind))) and name in moments:
            noted[name] = acted.noted
    return noted


def _moments(row: Row, around: _Around) -> dict[str, Moment]:
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


def _listed(ids: list[int]) -> dict[int, tuple[Worker, ...]]:
    """The worker lists, for the one-worker threshold (QD-4.1c)."""
    return {
        case: tuple(Worker(row.owed, Decimal(full_months(row.owed_from, row.owed_until))) for row in rows)
        for case, rows in workers.one_worker_facts(ids).items()
    }


def _end(row: Row, around: _Around) -> End | None:
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
