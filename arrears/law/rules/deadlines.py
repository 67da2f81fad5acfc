"""What is due when, under the rulebooks that hold: the pure half of obligations (the stored table is its projection)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from arrears.law.rules.evaluator import Answer, any_of
from arrears.law.rules.facts import Facts, Moment
from arrears.law.rules.rulebook import END_OF_DAY, DeadlineRule, Only, Rulebook
from arrears.law.rules.vocabulary import MOMENTS
from arrears.law.rules.workdays import Calendar, Reckoning, dated, named

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Deadline:
    """One term that runs, or ran. `due_at` None: the notice says "at once" (`elapsed_only`), and time is counted up.

    `sense`: "due" a duty, "opens" from then on allowed, "ends" lapses then. `warn_at`: for "at once", when the local setting
    warns. `local`: the term is a local setting, no notice gives it. `basis`: the law that gives it. `met_at`: when it was done.
    """

    rulebook: str
    clause: str
    name: str
    title: str
    subject: str
    holder: str
    sense: str
    starts: str
    start_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    met_at: datetime | None
    explanation: str
    elapsed_only: bool
    local: bool
    basis: str
    provisional: bool
    extended: bool
    calendar_version: str

    def late(self, now: datetime) -> bool:
        """Whether it was met, or still stands, after its last second. "At once" is never late by a number."""
        return self.due_at is not None and is_late(self.met_at or now, self.due_at)


def is_late(at: datetime, due_at: datetime) -> bool:
    """A due moment is given to the second and includes it: 16:00:00.9 is still 16时前, 23:59:59.9 still that day."""
    return at.replace(microsecond=0) > due_at


def deadlines(facts: Facts, rulebooks: Iterable[Rulebook], calendar: Calendar) -> list[Deadline]:
    """Every term the rulebooks give the facts, the soonest first, those without a due time last.

    The rulebooks are those attached to the union's line, in force today or not: each judges only what started while it was. A law's entry steps
    back where a notice that is in force gives one of the same name.
    """
    version = calendar.version
    found: dict[str, list[Deadline]] = {}
    for book in sorted(rulebooks, key=lambda book: book.kind == "law"):
        for rule in book.deadlines_about(facts.subject):
            if book.kind == "law" and rule.name in found:
                continue
            if deadline := _derive(rule, book, facts, calendar, version):
                found.setdefault(rule.name, []).append(deadline)
    return sorted((one for same in found.values() for one in same), key=_soonest)


def _soonest(deadline: Deadline) -> tuple[bool, datetime, str, str]:
    return deadline.due_at is None, deadline.due_at or deadline.start_at, deadline.clause, deadline.name


def _derive(rule: DeadlineRule, book: Rulebook, facts: Facts, calendar: Calendar, version: str) -> Deadline | None:
    name = next((name for name in rule.starts if name in facts.moments), None)
    if name is None or not _applies(rule, book, facts):
        return None
    start = _start(rule, book, facts, name)
    if start is None:
        return None
    moment, said = start
    begun = _begun(rule, facts, name, moment)
    extended = rule.name in facts.extended and bool(rule.extension_workdays or rule.extension_days)
    reckoning = _reckon(rule, begun.date(), said, calendar, extended)
    warn_at = begun + timedelta(hours=rule.warn_after_hours) if rule.warn_after_hours else None
    return Deadline(
        rulebook=book.key,
        clause=rule.clause,
        name=rule.name,
        title=rule.title,
        subject=rule.subject,
        holder=rule.holder,
        sense=rule.sense,
        starts=name,
        start_at=begun,
        due_at=None if reckoning is None else datetime.combine(reckoning.date, END_OF_DAY, SHANGHAI),
        warn_at=warn_at,
        met_at=_met_at(rule, facts),
        explanation=_explain(rule, moment, said, reckoning, extended),
        elapsed_only=rule.at_once,
        local=rule.local,
        basis=rule.basis,
        provisional=reckoning is not None and reckoning.provisional,
        extended=extended,
        calendar_version=version,
    )


def _begun(rule: DeadlineRule, facts: Facts, name: str, moment: Moment) -> datetime:
    """A term by days begins with its day. "At once" counts elapsed time, from the minute where it is known."""
    noted = facts.noted.get(name)
    if rule.at_once and not isinstance(moment, datetime) and noted and day_of(noted) == moment:
        moment = noted
    return _at(moment, time.min)


def _start(rule: DeadlineRule, book: Rulebook, facts: Facts, name: str) -> tuple[Moment, str] | None:
    """The moment the term runs from, and how to say it; None: `name` happened at another time than the rule's."""
    moment = facts.moments[name]
    day = day_of(moment)
    first, last = book.window(rule.campaign)
    if rule.since and day < rule.since:
        return None
    if rule.stock:
        met_at = _met_at(rule, facts)
        standing = day < first and (met_at is None or day_of(met_at) >= first)
        return (first, f"专项行动开始（{dated(day, first)}{MOMENTS[name]}的存量）") if standing else None
    return (moment, MOMENTS[name]) if first <= day <= last and book.in_force(day) else None


def _applies(rule: DeadlineRule, book: Rulebook, facts: Facts) -> bool:
    if not concerns(rule.only, facts):
        return False
    return not rule.when or any_of(book.threshold(rule.when).any, facts)[0] is Answer.YES


def concerns(only: Only, facts: Facts) -> bool:
    """Whether a case or subject is what an entry is limited to."""
    return (
        (not only.union_kinds or facts.union_kind in only.union_kinds)
        and (not only.natures or facts.nature in only.natures)
        and (not only.channels or facts.channel in only.channels)
        and facts.region.startswith(only.region)
        and (only.hard is None or only.hard == facts.hard)
    )


def _reckon(rule: DeadlineRule, start: date, said: str, calendar: Calendar, extended: bool) -> Reckoning | None:
    more_workdays, more_days = (rule.extension_workdays or 0, rule.extension_days or 0) if extended else (0, 0)
    if rule.workdays:
        return calendar.add_workdays(start, rule.workdays + more_workdays, said)
    if rule.days:
        return calendar.add_days(start, rule.days + more_days, said)
    if rule.months:
        return calendar.months_later(start, rule.months, said)
    if rule.by:
        return Reckoning(rule.by, f"{named(start)}{said}，统一期限 → {dated(rule.by, start)}", False)
    return None


def _explain(rule: DeadlineRule, moment: Moment, said: str, reckoning: Reckoning | None, extended: bool) -> str:
    if reckoning is None:
        hours = f"；满{rule.warn_after_hours}小时提醒为本地设置" if rule.warn_after_hours else ""
        return f"{named(day_of(moment))}{said}，应立即办理，通知没有规定时数，自起点累计用时{hours}"
    note = "（期限为本地设置，通知没有规定）" if rule.local else ""
    more = "（含经批准的延长）" if extended else ""
    return reckoning.explanation + more + note


def _met_at(rule: DeadlineRule, facts: Facts) -> datetime | None:
    """The earliest of what meets it. A day without an hour counts as its first second: done on the due day is in time."""
    done = [_begun(rule, facts, name, facts.moments[name]) for name in rule.met_by if name in facts.moments]
    return min(done, default=None)


def _at(moment: Moment, hour: time) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(SHANGHAI)
    return datetime.combine(moment, hour, SHANGHAI)


def day_of(moment: Moment) -> date:
    """The Shanghai day of a moment; moments with an hour must carry their time zone."""
    return moment.astimezone(SHANGHAI).date() if isinstance(moment, datetime) else moment
