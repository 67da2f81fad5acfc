"""What the notices ask of a case: those in force where its filing unit stands and at the place of the employer."""

from __future__ import annotations

from datetime import date

from arrears.cases.models import Case
from arrears.law.obligations import requirements
from arrears.law.obligations.requirements import Required
from arrears.law.obligations.subject import Places, Subject
from arrears.law.rules.facts import Facts


def required_of(case: Case, *steps: str, on: date) -> dict[str, Required]:
    """Step → what is asked of it in this case on a day. Four queries."""
    line = Places().line(case.path)
    facts = Facts(union_kind=line[-1].kind, nature=case.nature, channel=case.channel, region=case.employer.region_code)
    subject = Subject(key=case.stream, facts=facts, line=line, handling=line[-1])
    return requirements.required(steps, subject.line_ids(), on, place=subject.place, facts=facts)
