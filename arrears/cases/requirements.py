"""What the notices ask of a case: those in force where its filing unit stands and at the place of the employer."""

from __future__ import annotations

from datetime import date

from arrears.cases.models import Case
from arrears.law.obligations import requirements
from arrears.law.obligations.requirements import Required
from arrears.law.obligations.subject import Places, Subject
from arrears.law.rules.facts import Facts
from arrears.law.rules.vocabulary import REQUIREMENTS


def required_of(case: Case, *steps: str, on: date) -> dict[str, Required]:
    """Step → what is asked of it in this case on a day. Four queries, none when this very object was asked of that day before:
    a page asks for several steps.
    """
    known: dict[tuple[object, ...], dict[str, Required]] = vars(case).setdefault("_required", {})
    key = (on, case.path, case.nature, case.channel, case.employer_id)
    if key not in known:
        known[key] = _all_of(case, on)
    return {step: found for step in steps if (found := known[key].get(step))}


def _all_of(case: Case, on: date) -> dict[str, Required]:
    line = Places().line(case.path)
    facts = Facts(union_kind=line[-1].kind, nature=case.nature, channel=case.channel, region=case.employer.region_code)
    subject = Subject(key=case.stream, facts=facts, line=line, handling=line[-1])
    return requirements.required(REQUIREMENTS, subject.line_ids(), on, place=subject.place, facts=facts)
