"""Correcting what is known of an employer. Several units may share one employer: its facts are not one unit's alone."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from arrears.cases.filing import EmployerFacts, employer_for
from arrears.cases.models import Case, Employer
from arrears.cases.names import name_key
from unions.common.features import provided
from unions.common.ordering import by_name
from unions.log import audit
from unions.models import Union, User, under
from unions.people.rights import Right


def employer_of_edit(case: Case, facts: EmployerFacts, by: User, at: datetime) -> Employer:
    """The employer an edited case names: the same one corrected, where nobody else relies on it, else another.

    Runs inside the transaction of the edit.
    """
    employer = case.employer
    if _identity_taken(employer, facts) or _relied_on_elsewhere(employer, case, by):
        return employer_for(facts)
    wanted = vars(facts) | {"uscc": facts.uscc or None}
    if employer.region_code.startswith(facts.region_code or "-"):  # the form knows counties, not townships
        wanted["region_code"] = employer.region_code
    changed = sorted(name for name, value in wanted.items() if getattr(employer, name) != value)
    if changed:
        before = {name: getattr(employer, name) for name in changed}
        for name in changed:
            setattr(employer, name, wanted[name])
        employer.save()
        audit.record(f"employer:{employer.pk}", "correct", by, at, before=before, changed=changed)
    return employer


def facts_not_taken(employer: Employer, facts: EmployerFacts) -> list[str]:
    """Labels of the facts that were typed in but not taken over: the employer is on record otherwise, for others too."""
    told = {name: value for name, value in vars(facts).items() if value not in ("", None)}
    told.pop("industry", None)  # the case keeps its own
    if employer.region_code.startswith(facts.region_code or "-"):  # the form knows counties, not townships
        told.pop("region_code", None)
    labels = {field.name: str(field.verbose_name) for field in Employer._meta.fields}
    return [labels[name] for name, value in told.items() if getattr(employer, name) != value]


def _identity_taken(employer: Employer, facts: EmployerFacts) -> bool:
    """Whether the facts name another employer already known."""
    others = Employer.objects.exclude(pk=employer.pk)
    if facts.uscc:
        same_place = Q(uscc=None, name_key=name_key(facts.name), region_code=facts.region_code)
        # A name noted without its code is the same employer only while ours has no code either.
        return others.filter(Q(uscc=facts.uscc) | same_place).exists()
    return others.filter(name_key=name_key(facts.name), region_code=facts.region_code).exists()


def _relied_on_elsewhere(employer: Employer, case: Case, by: User) -> bool:
    """Whether a case, or a row of a feature (inspection, warning …), outside the editor's reach names this employer too.

    Apps declare "employer records": models with an employer and a path.
    """
    reach = under(by.paths(Right.VIEW))
    elsewhere = Case.objects.filter(employer=employer).exclude(pk=case.pk).exclude(reach)
    return elsewhere.exists() or any(
        model._default_manager.filter(employer=employer).exclude(reach).exists()
        for model in provided("employer records")
    )


def suggested_to(user: User, text: str, limit: int = 8) -> list[Employer]:
    """Employers named like `text` that appear in cases the reader may see (two characters are enough)."""
    named = Employer.objects.named(text).filter(pk__in=Case.objects.visible_to(user).values("employer"))
    return list(named.order_by(by_name(), "pk")[:limit])


def only_employer_of(union: Union) -> Employer | None:
    """The one employer that all filed cases on the books of `union` name; None where there are several, or no case."""
    named = Case.objects.filter(path=union.path).exclude(number=None, clue_number=None).values("employer").distinct()
    found = list(Employer.objects.filter(pk__in=named)[:2])
    return found[0] if len(found) == 1 else None
