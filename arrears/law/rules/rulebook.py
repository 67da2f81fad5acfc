"""What a rulebook holds: one official notice (or the law behind it) as typed entries, each with its clause and quotation.

`basis` names the law a number comes from where the notice itself gives none. `local` says that neither gives one and the
number is a local setting; screens must say so. `reading` is our interpretation where the words leave room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cached_property

END_OF_DAY = time(23, 59, 59)  # a day given without an hour ends with its last second


@dataclass(frozen=True)
class Clause:
    id: str
    heading: str
    quotation: str
    summary: str  # what the system does about it


@dataclass(frozen=True)
class Entry:
    """What every entry carries. `line`: where it begins in its file."""

    line: int
    name: str
    clause: str
    quotation: str
    title: str
    reading: str
    basis: str
    local: bool


@dataclass(frozen=True)
class Campaign:
    """专项行动: a window, both days included."""

    line: int
    name: str
    clause: str
    quotation: str
    title: str
    first: date
    last: date


@dataclass(frozen=True)
class Alternative:
    """Tests that must all hold. `_from` includes the number (以上), `_over` does not (超过). Amounts are yuan.

    `one_worker`: the tests are about one and the same worker. `flags`: "extreme", "mass", "escalation_signs".
    """

    workers_from: int | None
    workers_over: int | None
    amount_from: Decimal | None
    amount_over: Decimal | None
    months_from: Decimal | None
    months_over: Decimal | None
    one_worker: bool
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Threshold(Entry):
    """Any of `any` triggers `effect`; `immediate`: at once."""

    any: tuple[Alternative, ...]
    effect: str
    immediate: bool


@dataclass(frozen=True)
class Ground(Entry):
    """上报依据: upon what a case may be reported up. `when`: the threshold it must reach; "" for one of every union's own grounds
    (vocabulary.GROUNDS), which then goes up in this notice's words. `senders`: kinds of unions, empty for any. `immediate`:
    every level above knows at once.
    """

    when: str
    senders: tuple[str, ...]
    immediate: bool


@dataclass(frozen=True)
class Crime(Entry):
    """拒不支付劳动报酬罪 in one region (code prefix). No `any`: the region's amounts are not known, and that is said."""

    any: tuple[Alternative, ...]
    region: str


@dataclass(frozen=True)
class Only:
    """What a case or subject must be for a deadline to arise; empty means any."""

    union_kinds: tuple[str, ...]
    natures: tuple[str, ...]
    channels: tuple[str, ...]
    region: str
    hard: bool | None


@dataclass(frozen=True)
class DeadlineRule(Entry):
    """A term that runs from the first of `starts` that happened until one of `met_by` did.

    Exactly one of `workdays`, `days` (calendar), `months`, `by` (a fixed day) and `at_once` is set. `sense`: "due" is a
    duty, "opens" the first day something is allowed, "ends" the day something lapses. `stock`: also takes what started before
    the campaign, counted from its first day. `when`: only if the threshold of that name triggers. `since`: the law behind it
    came into force after the notice, and judges only what started then or later.
    """

    subject: str
    holder: str
    starts: tuple[str, ...]
    met_by: tuple[str, ...]
    workdays: int | None
    days: int | None
    months: int | None
    by: date | None
    at_once: bool
    warn_after_hours: int | None  # always local: the notices give no hours
    extension_workdays: int | None
    extension_days: int | None
    sense: str
    campaign: str
    stock: bool
    when: str
    since: date | None
    only: Only


@dataclass(frozen=True)
class Due:
    """How the due day of a periodic return follows from its period; exactly one of the days is set.

    `weekday`: 0 is Monday, in the due period, rolled to the next working day. `workday`: the n-th working day of the due
    period. `last_workday`: of the covered period. `workdays_after` counts from `after`. `on` is a fixed day.
    """

    weekday: int | None
    workday: int | None
    last_workday: bool
    workdays_after: int | None
    after: date | None
    on: date | None
    time: time


@dataclass(frozen=True)
class ReturnRule(Entry):
    """A periodic return (报表) or, as a routine, periodic work without one. `every`: week, month, quarter, year or once.

    `covers`: the period it reports is "this" (the one it falls due in) or the "previous" one; once: `first`…`last`.
    `senders`: the kinds of unions obliged; `receiver`: to whom. `silence`: what it means when nothing was sent by the due
    time: "missing", or "zero" where the notice takes it for a zero report. `onward`: whom the receiver sends the
    compilation on to, on the due day.
    """

    form: str
    every: str
    covers: str
    first: date | None
    last: date | None
    due: Due
    campaign: str
    senders: tuple[str, ...]
    receiver: str
    silence: str
    onward: str


@dataclass(frozen=True)
class Publication(Entry):
    """How often offenders are published, and by whom."""

    every: str
    by: str


@dataclass(frozen=True)
class Level:
    """One step of a grade. `signals_from`: so many signals reach it, `points_from`: so many points; `every_days`: the inspection
    rhythm it brings, `service` what else is offered.

    Of a risk class any of these reaches it: `warned_from`, the warning grade by its rank from the mildest (1); `arrears_from`
    verified cases within the grade's `years`; `unfinished_from` cases not finished; `findings_from` findings not put right;
    `workforce_from` people employed.
    """

    label: str
    signals_from: int | None
    points_from: Decimal | None
    every_days: int | None
    service: str = ""
    warned_from: int | None = None
    arrears_from: int | None = None
    unfinished_from: int | None = None
    findings_from: int | None = None
    workforce_from: int | None = None


@dataclass(frozen=True)
class Grade(Entry):
    """Levels, the mildest first. `weights`: points by kind of signal (others weigh 1), gone after `decay_days` in a straight line.
    `years`: how far back the cases of `arrears_from` reach.
    """

    levels: tuple[Level, ...]
    weights: tuple[tuple[str, Decimal], ...]
    decay_days: int | None
    years: int | None = None


@dataclass(frozen=True)
class Subsidy(Entry):
    """以案定补. `per_case`: yuan; None: not set, and screens say so."""

    per_case: Decimal | None


@dataclass(frozen=True)
class Indicator(Entry):
    """One thing units are judged by (考核指标). `measure`: a word of vocabulary.JUDGED, a share of rows in percent.

    At `full` percent it earns all its `weight`, at `zero` nothing, between them in a straight line. `reach`: "own" judges the
    unit's own rows, "below" those of every unit under it too. `body`: the part of the assessment it belongs to. `days`: calendar
    days of the first act; `per_year`: inspections wanted in a year; `per_quarter`: pieces of prevention work wanted in a quarter;
    `needs`: what a case must have to count as complete.
    """

    measure: str
    weight: Decimal
    full: Decimal
    zero: Decimal
    reach: str
    body: str
    days: int | None
    per_year: int | None
    needs: tuple[str, ...]
    per_quarter: int | None = None


@dataclass(frozen=True)
class Rulebook:
    """One notice. In force from `first` to `last` (None: until revoked), for the union `attached_to` and all below it.

    A law has no union: it holds everywhere, and steps back where a notice has an entry of the same name.
    """

    key: str
    kind: str  # "notice" or "law"
    title: str
    issuer: str
    number: str
    issued: date
    first: date
    last: date | None
    attached_to: str
    region: str
    clauses: tuple[Clause, ...]
    campaigns: tuple[Campaign, ...]
    thresholds: tuple[Threshold, ...]
    grounds: tuple[Ground, ...]
    crimes: tuple[Crime, ...]
    deadlines: tuple[DeadlineRule, ...]
    returns: tuple[ReturnRule, ...]
    routines: tuple[ReturnRule, ...]
    publications: tuple[Publication, ...]
    grades: tuple[Grade, ...]
    indicators: tuple[Indicator, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    digest: str = ""  # SHA-256 (hex) of the text it was read from

    def in_force(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)

    def clause(self, id: str) -> Clause:
        return next(clause for clause in self.clauses if clause.id == id)

    def threshold(self, name: str) -> Threshold:
        return self._thresholds_by_name[name]

    def deadlines_about(self, subject: str) -> list[DeadlineRule]:
        return self._deadlines_by_subject.get(subject, [])

    def window(self, campaign: str) -> tuple[date, date]:
        """The days of a campaign; of "", those the notice is in force."""
        return self._windows[campaign]

    # A hundred thousand cases ask for these: looked up, not searched.

    @cached_property
    def _thresholds_by_name(self) -> dict[str, Threshold]:
        return {threshold.name: threshold for threshold in self.thresholds}

    @cached_property
    def _deadlines_by_subject(self) -> dict[str, list[DeadlineRule]]:
        subjects = {rule.subject for rule in self.deadlines}
        return {subject: [rule for rule in self.deadlines if rule.subject == subject] for subject in subjects}

    @cached_property
    def _windows(self) -> dict[str, tuple[date, date]]:
        windows = {campaign.name: (campaign.first, campaign.last) for campaign in self.campaigns}
        return {"": (self.first, self.last or date.max), **windows}

    def entries(self) -> Iterable[Entry]:
        yield from self.thresholds
        yield from self.grounds
        yield from self.crimes
        yield from self.deadlines
        yield from self.returns
        yield from self.routines
        yield from self.publications
        yield from self.grades
        yield from self.indicators
        yield from self.subsidies
