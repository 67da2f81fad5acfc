"""Terms to answer a letter, by region: 15 + 5 working days in Shandong, elsewhere by the law.

A 提示函 or 意见书 is answered from its delivery on; to a 建议书 the department answers from the day it has finished the matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from arrears.cases.models import Act, ActKind, Case, Closure, State
from arrears.law.models import Obligation
from arrears.law.obligations.projection import ProjectionResult, Tools, keep, rebuilt
from arrears.law.obligations.subject import End, Place, Places, Subject
from arrears.law.rules.deadlines import deadlines
from arrears.law.rules.facts import Facts, Moment
from arrears.law.rules.rulebook import DeadlineRule
from arrears.letters.models import Letter, LetterKind, LetterState
from unions.models import Placement

REPLY = ("letter-reply", "department-feedback")
OBJECTION = "letter-objection"
# Moves by which a case ends or begins anew: its letters want no answer any more, or again.
ENDS_OR_REOPENS = frozenset({"close", "dismiss", "reopen"})
ENDED = {State.CLOSED: "案件已办结", State.DISMISSED: "经核实不属欠薪"}


@dataclass(frozen=True)
class LetterTerms:
    """Working days to answer and to object; the law that gives them by name. None: no rule gives a term."""

    reply: int | None = None
    objection: int | None = None
    basis: str = ""


def subject_of(pk: int) -> str:
    return f"letter:{pk}"


def keep_letters(ids: Collection[int], at: datetime, tools: Tools | None = None) -> ProjectionResult:
    """Derive the terms of these letters anew and write when each answer is due. The caller holds the rows."""
    if not ids:
        return ProjectionResult()
    rows = list(Letter.objects.filter(pk__in=ids, number__isnull=False).select_related("case__employer", "issuer"))
    ends = _ends({row.case_id for row in rows})
    places = Places()
    subjects = [_subject(row, _line(row, places, row.delivered_on), ends.get(row.case_id)) for row in rows]
    kept = keep([subject_of(pk) for pk in ids], subjects, at, tools or Tools())
    _write_due(rows)
    return kept


def _subject(letter: Letter, line: tuple[Place, ...], case_ended: End | None) -> Subject:
    return Subject(
        key=subject_of(letter.pk),
        facts=_facts(letter, line, _moments(letter)),
        line=line,
        handling=line[-1],
        officer=letter.drafted_by_id,
        case=letter.case_id,
        ended=_end(letter) or case_ended,
    )


def _facts(letter: Letter, line: tuple[Place, ...], moments: dict[str, Moment]) -> Facts:
    own = next((place.region for place in reversed(line) if place.region), "")
    region = letter.case.employer.region_code or own
    return Facts(subject="letter", moments=moments, union_kind=line[-1].kind, region=region)


def _moments(letter: Letter) -> dict[str, Moment]:
    """A letter that was refused has no term: the next one may follow at once."""
    if letter.kind == LetterKind.SUGGESTION:
        dated = {"department_closed_on": letter.department_closed_on, "department_answered_on": letter.answered_on}
    elif letter.delivery:
        dated = {
            "letter_delivered_on": letter.delivered_on,
            "letter_answered_on": letter.answered_on,
            "letter_objected_on": letter.objected_on,
        }
    else:
        dated = {}
    return {name: day for name, day in dated.items() if day is not None}


def _end(letter: Letter) -> End | None:
    if letter.state not in (LetterState.VOID, LetterState.FINISHED) or letter.ended_at is None:
        return None
    return End(letter.ended_at, "文书作废" if letter.state == LetterState.VOID else "文书已办结")


def _ends(cases: Collection[int]) -> dict[int, End]:
    """Cases that are over, with when and why."""
    shut = Closure.objects.filter(case__in=cases, reopened_on=None, case__state=State.CLOSED)
    ends = {pk: End(at, ENDED[State.CLOSED]) for pk, at in shut.order_by("at").values_list("case_id", "at")}
    explained = Act.objects.filter(case__in=cases, kind=ActKind.EXPLANATION, case__state=State.DISMISSED).order_by("at")
    for pk, at in explained.values_list("case_id", "at"):
        ends[pk] = End(at, ENDED[State.DISMISSED])
    return ends


def _line(letter: Letter, places: Places, day: date | None) -> tuple[Place, ...]:
    """Where the issuer stood on the day of delivery: the notices of that place judge it. Undelivered: where it stands."""
    stood = Placement.objects.filter(union=letter.issuer_id)
    if day is not None:
        stood = stood.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
    else:
        stood = stood.filter(until=None)
    path = stood.order_by("since").values_list("path", flat=True).first()
    return places.line(path or letter.issuer.path)


def _write_due(letters: Iterable[Letter]) -> None:
    """Write the earliest open term into `reply_due_at`, where lists and rules read it."""
    by_stream = {subject_of(row.pk): row for row in letters}
    standing = Obligation.objects.filter(subject__in=by_stream, rule__in=REPLY, lifted_at=None)
    due: dict[str, datetime] = {}
    for key, due_at in standing.order_by("-due_at").values_list("subject", "due_at"):
        if due_at is not None:
            due[key] = due_at
    for key, row in by_stream.items():
        if row.reply_due_at != due.get(key):
            Letter.objects.filter(pk=row.pk).update(reply_due_at=due.get(key))


# ---- what a letter says of its terms ----------------------------------------------------------------------------


def terms_of(letter: Letter, day: date) -> LetterTerms:
    """The terms that will run if the letter goes out on `day`."""
    tools = Tools()
    line = _line(letter, Places(), day)
    start = "department_closed_on" if letter.kind == LetterKind.SUGGESTION else "letter_delivered_on"
    facts = _facts(letter, line, {start: day})
    subject = Subject(key="", facts=facts, line=line, handling=line[-1])
    holding = tools.books.holding(subject.line_ids(), subject.place)
    found: dict[str, DeadlineRule] = {}
    for deadline in deadlines(facts, holding.books, tools.calendar):
        found.setdefault(deadline.name, holding.entry(deadline)[0])
    reply = next((found[name] for name in REPLY if name in found), None)
    objection = found.get(OBJECTION)
    basis = reply.basis if reply is not None and reply.basis.startswith("《") else ""
    return LetterTerms(reply.workdays if reply else None, objection.workdays if objection else None, basis)


# ---- whole ------------------------------------------------------------------------------------------------------


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Every issued letter's terms again."""
    return rebuilt(Letter.objects.issued(), lambda ids: keep_letters(ids, at, tools))


def follow_case(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    keep_letters(list(case.letters.issued().values_list("pk", flat=True)), at)
