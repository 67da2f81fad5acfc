"""Measures against arrears at a key target or in a heavy case (SD-2.1d): set with cause, person and unit, followed, done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from arrears.cases import acts, ledger
from arrears.cases.models import Case, Cause
from arrears.inspections.models import KeyTarget, Resolution, ResolutionNote
from arrears.inspections.terms import keep_resolutions
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right
from unions.tree import actions as tree

Matter = KeyTarget | Case


@dataclass(frozen=True)
class ResolutionFacts:
    causes: Iterable[str]
    analysis: str
    measure: str
    responsible: str
    responsible_unit: str
    due_on: date


def may_resolve(matter: Matter, user: User) -> bool:
    """Of a key target its unit, of a case whoever handles it."""
    if isinstance(matter, Case):
        return acts.may_act(matter, user)
    return matter.ended_on is None and user.may(Right.INSPECT, matter.union.in_charge())


def check_may_resolve(matter: Matter, by: User) -> None:
    """Raises Forbidden."""
    if not may_resolve(matter, by):
        unit = matter.handling_union if isinstance(matter, Case) else matter.union
        raise Forbidden(f"化解举措由“{unit.in_charge()}”登记，您没有这项权限。")


@transaction.atomic
def set_measure(matter: Matter, said: ResolutionFacts, by: User, at: datetime) -> Resolution:
    """Write down why wages are owed, what is done about it, who answers for it and until when."""
    tree.hold_still()
    matter = _locked_matter(matter)
    check_may_resolve(matter, by)
    words = {name: getattr(said, name).strip() for name in ("analysis", "measure", "responsible", "responsible_unit")}
    faults = {name: "请填写。" for name, text in words.items() if not text}
    causes = [one.value for one in Cause if one.value in set(said.causes)]
    if not causes:
        faults["causes"] = "请至少选择一项欠薪原因。"
    if said.due_on < day_of(at):
        faults["due_on"] = "化解期限不能早于今天。"
    if faults:
        raise Refused("化解举措须写明原因、举措、责任人、责任单位和期限。", faults)
    case, target = (matter, None) if isinstance(matter, Case) else (None, matter)
    union = matter.handling_union.in_charge() if isinstance(matter, Case) else matter.union
    row = Resolution.objects.create(
        target=target, case=case, union=union, path=union.path, causes=causes, due_on=said.due_on, by=by, at=at, **words
    )
    _record(row, "resolution.set", by, at, causes=causes, due_on=said.due_on, responsible=row.responsible)
    keep_resolutions([row.pk], at)
    return row


@transaction.atomic
def follow(row: Resolution, on: date, words: str, by: User, at: datetime) -> ResolutionNote:
    """Write down how it goes on."""
    row = _lock_unfinished(row, by)
    _check_day(row, on, at, "on")
    if not words.strip():
        raise Refused.for_field("words", "请写明进展。")
    note = ResolutionNote.objects.create(resolution=row, on=on, words=words.strip(), by=by, at=at)
    _record(row, "resolution.follow", by, at, on=on)
    return note


@transaction.atomic
def finish(row: Resolution, on: date, words: str, by: User, at: datetime) -> Resolution:
    """It is done: since when, and with what result."""
    row = _lock_unfinished(row, by)
    _check_day(row, on, at, "on")
    if not words.strip():
        raise Refused.for_field("words", "请写明化解结果。")
    row.done_on, row.result, row.closed_by, row.closed_at = on, words.strip(), by, at
    row.save(update_fields=["done_on", "result", "closed_by", "closed_at"])
    _record(row, "resolution.done", by, at, on=on)
    keep_resolutions([row.pk], at)
    return row


def _locked_matter(matter: Matter) -> Matter:
    """As it is by now, and held: a measure begins for nothing that has just ended."""
    if isinstance(matter, Case):
        return ledger.lock(matter)
    return KeyTarget.objects.select_for_update(of=("self",)).select_related("union__parent").get(pk=matter.pk)


def _lock_unfinished(row: Resolution, by: User) -> Resolution:
    parts = ("target__union__parent", "target__employer", "case__handling_union__parent", "case__employer")
    row = Resolution.objects.select_for_update(of=("self",)).select_related(*parts).get(pk=row.pk)
    check_may_resolve(row.matter, by)
    if row.done_on is not None:
        raise Stale("这项举措已登记化解，请刷新页面。")
    return row


def _check_day(row: Resolution, on: date, at: datetime, name: str) -> None:
    if not day_of(row.at) <= on <= day_of(at):
        raise Refused.for_field(name, "日期须在登记日期和今天之间。")


def _record(row: Resolution, verb: str, by: User, at: datetime, **facts: object) -> None:
    stream = row.case.stream if row.case else f"key-target:{row.target_id}"
    audit.record(stream, verb, by, at, union=row.union, resolution=row.pk, **facts)
