"""subject + rulebooks + calendar → what is owed. Pure: no database, no clock (docs/decisions/017)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from arrears.law.obligations.local import local
from arrears.law.obligations.subject import Place, ReportUpward, Subject
from arrears.law.rules.deadlines import Deadline, day_of, deadlines
from arrears.law.rules.rulebook import END_OF_DAY, DeadlineRule, Rulebook
from arrears.law.rules.workdays import Calendar
from unions.common.urgency import Urgency

SHANGHAI = ZoneInfo("Asia/Shanghai")
# The dated fact a report upward makes; which report counts depends on the rule.
REPORTED = "escalated_on"
# What begins with this is owed by the unit a transfer goes to, until it answers (YK-2.2).
HANDED_OVER = "transferred_at"


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One row of the projection, without its database id. See models.Obligation. `clause`: "" where no notice in force speaks of it."""

    subject: str
    rulebook: str
    rule: str
    case_id: int | None = None
    holder_id: int
    path: str
    officer_id: int | None = None
    bearer: str
    clause: str = ""
    title: str
    sense: str = "due"
    basis: str = ""
    local: bool = False
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None = None
    urgency: int = Urgency.ROUTINE
    clock_at: datetime | None
    met_at: datetime | None = None
    lifted_at: datetime | None = None
    lifted_reason: str = ""
    extended: bool = False
    provisional: bool = False
    backfilled: bool = False
    calendar_version: str = ""
    explanation: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.subject, self.rulebook, self.rule


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def end_of_day(day: date) -> datetime:
    """The moment at which a term of that day is over."""
    return datetime.combine(day, END_OF_DAY, SHANGHAI)


class Holding:
    """The rulebooks that hold for one line of unions, with their entries at hand: a hundred thousand cases ask."""

    def __init__(self, books: Iterable[Rulebook]) -> None:
        self.books = tuple(books)
        self._entries: dict[tuple[str, str], list[tuple[DeadlineRule, Rulebook]]] = {}
        for book in self.books:
            for rule in book.deadlines:
                self._entries.setdefault((book.key, rule.name), []).append((rule, book))

    def entry(self, deadline: Deadline) -> tuple[DeadlineRule, Rulebook]:
        """The entry a deadline came from; of several editions, the one in force when its term began."""
        found = self._entries[deadline.rulebook, deadline.name]
        began = day_of(deadline.start_at)
        return next((entry for entry in found if entry[1].in_force(began)), found[-1])


def derive(subject: Subject, holding: Holding, calendar: Calendar) -> list[Owed]:
    """Everything the rulebooks ask in this subject, one row per entry; editions of one key follow each other."""
    found: dict[tuple[str, str, str], Owed] = {}
    for deadline in deadlines(subject.facts, holding.books, calendar):
        rule, book = holding.entry(deadline)
        holder = holder_of(subject, rule)
        if holder is None:
            continue
        row = _owed(subject, deadline, rule, book, holder)
        # Where a term could begin under two editions, the one it began under first counts.
        if row.key not in found or row.started_at < found[row.key].started_at:
            found[row.key] = row
    return list(found.values())


def _owed(subject: Subject, deadline: Deadline, rule: DeadlineRule, book: Rulebook, holder: Place) -> Owed:
    met_at = deadline.met_at
    if REPORTED in rule.met_by:
        met_at = reported_at(subject.reports, rule, book, holder) or met_at
    ended = subject.ended if met_at is None else None
    backfilled = deadline.sense == "due" and was_due(deadline, book)
    clock_at = (deadline.due_at or deadline.warn_at) if deadline.sense == "due" and not backfilled else None
    return Owed(
        subject=subject.key,
        rulebook=book.key,
        rule=rule.name,
        case_id=subject.case,
        holder_id=holder.pk,
        path=holder.path,
        officer_id=subject.officer if holder == subject.handling else None,
        bearer=rule.holder,
        clause=rule.clause,
        title=rule.title,
        sense=rule.sense,
        basis=rule.basis,
        local=rule.local,
        started_at=deadline.start_at,
        due_at=deadline.due_at,
        warn_at=deadline.warn_at,
        urgency=urgency_of(rule),
        clock_at=clock_at,
        met_at=met_at,
        lifted_at=ended.at if ended else None,
        lifted_reason=ended.reason if ended else "",
        extended=deadline.extended,
        provisional=deadline.provisional,
        backfilled=backfilled,
        # "At once" counts no days, so no calendar gave it and none changes it.
        calendar_version=deadline.calendar_version if deadline.due_at else "",
        explanation=deadline.explanation,
    )


def urgency_of(rule: DeadlineRule) -> int:
    """第一时间 before 及时 before everything that has a day; which of the two it is, the local hours say."""
    if not rule.at_once:
        return Urgency.ROUTINE
    return Urgency.NOW if timedelta(hours=rule.warn_after_hours or 0) <= local().pressing else Urgency.AT_ONCE


def was_due(deadline: Deadline, book: Rulebook) -> bool:
    """Whether its day was over when the rulebook was entered (补录): nobody here could know of it. "At once" is due on its day."""
    if book.entered_at is None:
        return False
    if deadline.due_at is not None:
        return deadline.due_at < book.entered_at
    return deadline.elapsed_only and day_of(deadline.start_at) < day_of(book.entered_at)


def holder_of(subject: Subject, rule: DeadlineRule) -> Place | None:
    """Who owes it, of those who can (`DeadlineRule.able`); None: nobody here can. A report: the filing unit, else the nearest
    above it. Everything else: the unit that works on it, else the nearest that has it in hand above (docs/decisions/039).
    """
    if HANDED_OVER in rule.starts and subject.receiving is not None:
        return subject.receiving
    line = tuple(reversed(subject.line))
    nearest = line if REPORTED in rule.met_by else (subject.handling, *subject.above, *line)
    return next((place for place in nearest if not rule.able or place.kind in rule.able), None)


def reported_at(reports: Iterable[ReportUpward], rule: DeadlineRule, book: Rulebook, holder: Place) -> datetime | None:
    """When the right report went up. An immediate one told every level when it was asked for (decision 003), whoever asked;
    an ordinary one counts from its approval, and only the holder's own.

    A report sent back is open again until it is mended; then the day it first went up counts.
    """
    own = {holder.pk, holder.in_charge}
    right = [row for row in reports if row.immediate or row.sender in own]
    if of_an_event(rule, book):
        right = [row for row in right if row.immediate]
    if not any(row.stands and _went_up(row) for row in right):
        return None
    return min(at for row in right if (at := _went_up(row)))


def _went_up(row: ReportUpward) -> datetime | None:
    return row.asked_at if row.immediate else row.sent_at


def of_an_event(rule: DeadlineRule, book: Rulebook) -> bool:
    """Whether the duty rests on an event alone (极端、群体性): only what tells every level at once reports it."""
    if not rule.at_once or not rule.when:
        return False
    return all(test.flags for test in book.threshold(rule.when).any)


def changed_fields(row: Mapping[str, object], owed: Owed) -> list[str]:
    """Names in which a stored row differs from what is owed."""
    return [name for name, value in vars(owed).items() if row[name] != value]
