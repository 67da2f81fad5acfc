"""Typing a case in: drafts, corrections of facts, and the employer and project it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from arrears.cases import ledger
from arrears.cases.acceptance_day import redate
from arrears.cases.models import Case, Employer, Project, State
from arrears.cases.names import name_key
from arrears.cases.pictures import small_path
from arrears.cases.signals import case_changed
from unions.common.refusals import Forbidden, Refused, Stale
from unions.common.text import in_one_line, number_key
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

EDITABLE = frozenset({State.DRAFT, State.CLUE, State.OPEN, State.LEGAL})
TRIES = 3  # of naming an employer whom others name as well
# Stated numbers are the draft's alone: once filed, numbers change in the ledger.
DRAFT_ONLY = frozenset({"stated_workers", "stated_migrants", "stated_amount"})


@dataclass(frozen=True)
class EmployerFacts:
    """What the form says of the employer; `uscc` empty means it has none, with `no_code` as the reason."""

    name: str
    uscc: str = ""
    no_code: str = ""
    region_code: str = ""
    address: str = ""
    industry: str = ""
    focus_sector: str = ""
    ownership: str = ""
    workforce: int | None = None
    has_union: bool | None = None


def employer_for(facts: EmployerFacts) -> Employer:
    """The employer of that code, else of that name in that county; made when new, completed where it was blank."""
    facts = replace(facts, name=in_one_line(facts.name), address=in_one_line(facts.address))
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                known = _known(facts)
                return _completed(known, facts) if known else Employer.objects.create(**vars(facts))
        except IntegrityError:
            continue  # somebody entered the same one at this very moment: the next look finds it
    raise Stale("刚刚有人登记了相同的单位，请稍后再提交一次。")


def _known(facts: EmployerFacts) -> Employer | None:
    if facts.uscc:
        known = Employer.objects.filter(uscc=facts.uscc).first()
        # A name noted without its code earlier is the same employer once the code is known.
        known = (
            known
            or Employer.objects.filter(uscc=None, name_key=name_key(facts.name), region_code=facts.region_code).first()
        )
    else:
        known = (
            Employer.objects.filter(name_key=name_key(facts.name), region_code=facts.region_code)
            .order_by(F("uscc").asc(nulls_first=True))
            .first()
        )
    return known


def _completed(known: Employer, facts: EmployerFacts) -> Employer:
    changed = [field for field, value in vars(facts).items() if value not in ("", None) and not getattr(known, field)]
    if changed:
        for field in changed:
            setattr(known, field, getattr(facts, field))
        known.save()
    return known


def project_for(employer: Employer, name: str, nature: str, chain: Mapping[str, str] | None = None) -> Project | None:
    """The project of that name, made when new. `chain`: who stands where in it (models.employer.CHAIN); fills what is blank."""
    name = in_one_line(name)
    if not name:
        return None
    for known in Project.objects.filter(employer=employer).order_by("pk"):
        if number_key(known.name) == number_key(name):  # not by `search_key`: 1-2 标段 is not 12 标段
            return _with_chain(known, chain or {})
    project, _ = Project.objects.get_or_create(employer=employer, name=name, defaults={"nature": nature or "other"})
    return _with_chain(project, chain or {})


def _with_chain(project: Project, chain: Mapping[str, str]) -> Project:
    changed = [name for name, said in chain.items() if in_one_line(said) and not getattr(project, name)]
    for name in changed:
        setattr(project, name, in_one_line(chain[name]))
    if changed:
        project.save(update_fields=changed)
    return project


def may_edit(case: Case, user: User) -> bool:
    """Drafts and own cases: who files there. Cases taken over: the handling unit's officers."""
    if case.state not in EDITABLE:
        return False
    if user.may(Right.HANDLE, case.handling_union.in_charge()):
        return True
    return case.handling_union_id == case.union_id and user.may(Right.FILE, case.union)


@transaction.atomic
def open_draft(union: Union, employer: Employer, facts: dict[str, Any], by: User, at: datetime) -> Case:
    """A new draft on the books of `union`. `facts`: Case fields already validated."""
    tree.hold_still()
    union = Union.objects.get(pk=union.pk)
    by.forget_grants()  # rights are read by path as well: a unit may have moved since the request began
    if not by.may(Right.FILE, union):
        raise Forbidden(f"您没有在“{union}”登记案件的权限。")
    if union.is_closed:
        raise Refused(f"“{union}”已于 {union.valid_until} 终止，请选择承接单位。")
    case = Case.objects.create(
        union=union,
        path=union.path,
        handling_union=union,
        employer=employer,
        filed_by=by,
        officer=by,
        last_edited_by=by,
        created_at=at,
        changed_at=at,
        **facts,
    )
    audit.record(case.stream, "draft", by, at, union=union)
    return case


@transaction.atomic
def edit(case: Case, employer: Employer, facts: dict[str, Any], by: User, at: datetime, *, seen: int) -> Case:
    """Correct facts. Numbers of a filed case are not facts of the form: they change in the ledger. What was recognised on the day of
    acceptance goes with it.
    """
    case = ledger.lock(case)
    if not may_edit(case, by):
        raise Forbidden("这个案件现在不能由您修改。")
    if case.version != seen:
        raise Stale("您打开表单之后案件有了变动；您填写的内容仍然保留，请核对最新内容后再保存。")
    if case.state != State.DRAFT:
        facts = {name: value for name, value in facts.items() if name not in DRAFT_ONLY}
        if facts.get("accepted_on", case.accepted_on) != case.accepted_on:
            redate(case, facts["accepted_on"], by, at)
    before = {name: getattr(case, name) for name in facts} | {"employer": case.employer_id}
    for name, value in facts.items():
        setattr(case, name, value)
    case.employer, case.last_edited_by, case.changed_at, case.version = employer, by, at, case.version + 1
    case.save()
    after = {name: getattr(case, name) for name in facts} | {"employer": employer.pk}
    changed = sorted(name for name in after if before[name] != after[name])
    audit.record(case.stream, "edit", by, at, union=case.union, changed=changed)
    case_changed.send(Case, case=case, verb="edit", by=by, at=at)
    return case


@transaction.atomic
def discard(case: Case, by: User, at: datetime) -> None:
    """Throw a draft away. A filed case stays for good."""
    case = ledger.lock(case)
    if case.state != State.DRAFT:
        raise Refused("已提交的案件不能删除。")
    if not may_edit(case, by):
        raise Forbidden("这份草稿不能由您删除。")
    audit.record(case.stream, "discard", by, at, union=case.union, employer=case.employer_id)
    case.delete()


def drop_evidence(case: Case) -> None:
    """Evidence of a draft goes with it; its files (each row has its own) once the transaction stands.

    Runs inside the transaction of the discarding, which refuses filed cases and undoes this.
    """
    for row in list(case.evidence.all()):
        small = small_path(row)
        row.delete()
        for name in (row.file.name or "", small):
            transaction.on_commit(partial(row.file.storage.delete, name))
