"""Verbs of the prevention log (QD-7): work is recorded, corrected and withdrawn by its unit, never deleted. Meetings,
campaigns (QP-4.1) and joint supervisions (QD-6.4b) are planned first and agree on tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from arrears.cases.evidence import checked_type, sha256_of
from arrears.cases.filing import EmployerFacts, employer_for
from arrears.cases.models import Case, Employer
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.rulebook import Rulebook
from arrears.prevention.models import AGREEING, PLANNED, PreventionKind, PreventionPaper, PreventionTask, PreventionWork
from arrears.prevention.terms import keep_tasks, keep_works
from unions.common.clock import day_of
from unions.common.formats import day
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree
from unions.tree.regions import region_of

MOST_NAMED = 50  # employers by name on one row
MOST_TASKS = 50  # of one meeting
# What is written down of one row, beside its employers and cases: the form shows it, the log keeps what it said before.
FACTS = ("kind", "on", "title", "firms", "projects", "people", "place", "helpers", "done", "agenda", "partners")


@dataclass(frozen=True)
class Work:
    """What is written down. `firms` and `projects` count employers and projects, `people` people; `named`: employers by name."""

    kind: str
    on: date
    title: str
    done: str
    firms: int = 0
    projects: int = 0
    people: int = 0
    place: str = ""
    helpers: int = 0
    named: tuple[str, ...] = ()
    agenda: str = ""
    partners: str = ""
    cases: tuple[Case, ...] = ()

    @property
    def is_plan(self) -> bool:
        return self.kind in PLANNED and not self.done.strip()


def asked_by(books: Collection[Rulebook]) -> frozenset[str]:
    """Which of the kinds that are planned these notices ask for."""
    return frozenset(kind for kind, step in PLANNED.items() if any(book.asks(step) for book in books))


def asked_for(unit: Union) -> frozenset[str]:
    """Which of the kinds that are planned some notice asks for at the unit."""
    return asked_by(RulebooksByUnit().concerning([unit]))


def may_edit(work: PreventionWork, user: User) -> bool:
    return work.withdrawn_at is None and user.may(Right.INSPECT, work.union.in_charge())


@transaction.atomic
def record(union: Union, said: Work, photos: Iterable[UploadedFile], by: User, at: datetime) -> PreventionWork:
    """Record one piece of work of `union`. Refused: a day to come, nobody reached, the same row twice."""
    tree.hold_still()
    union = Union.objects.get(pk=union.pk)
    by.forget_grants()
    if not by.may(Right.INSPECT, union):
        raise Forbidden(f"您没有在“{union}”登记预防工作的权限。")
    if union.is_closed:
        raise Refused(f"“{union}”已终止，请选择承接单位。", {"union": "单位已终止。"})
    if said.kind in PLANNED and said.kind not in asked_for(union):
        raise Refused.for_field("kind", f"适用于“{union}”的通知没有要求这一类工作。")
    _check(said, at)
    # Held until the end of the transaction: the same row sent twice meets itself here.
    Union.objects.select_for_update().get(pk=union.pk)
    twin = PreventionWork.objects.standing().filter(union=union, kind=said.kind, on=said.on, title=said.title.strip())
    if twin.exists():
        raise Refused(
            f"{said.on} 已登记过“{said.title.strip()}”，请打开那一条修改，无需重复登记。",
            {"title": "这一天已登记过同名事项。"},
        )
    planned_at = at if said.is_plan else None
    work = PreventionWork.objects.create(
        union=union, path=union.path, by=by, at=at, planned_at=planned_at, **_facts(said)
    )
    _set_whom(work, said, by)
    for photo in photos:
        keep_paper(work, photo, by, at)
    audit.record(work.stream, "prevent.plan" if work.is_plan else "prevent", by, at, union=union, **_event_facts(work))
    keep_works([work.pk], at)
    return work


@transaction.atomic
def edit(
    work: PreventionWork, said: Work, photos: Iterable[UploadedFile], by: User, at: datetime, *, seen: int
) -> PreventionWork:
    """Correct a piece of work. `seen`: the version the page showed."""
    work = _lock(work, by)
    if work.version != seen:
        raise Stale("您打开表单之后这条记录有人改过；您填写的内容仍然保留，请核对最新内容后再保存。")
    _check(said, at)
    if (work.kind in PLANNED or said.kind in PLANNED) and work.kind != said.kind:
        raise Refused.for_field("kind", "事先安排的类别与其他类别不能互改，请撤销后重新登记。")
    if work.done and said.is_plan:
        raise Refused.for_field("done", "已登记开展情况的，不能改回计划。")
    before = _event_facts(work)
    for name, value in _facts(said).items():
        setattr(work, name, value)
    work.version += 1
    work.save()
    _set_whom(work, said, by)
    for photo in photos:
        keep_paper(work, photo, by, at)
    after = _event_facts(work)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    audit.record(work.stream, "prevent.edit", by, at, union=work.union, changed=changed)
    keep_works([work.pk], at)
    return work


@transaction.atomic
def withdraw(work: PreventionWork, reason: str, by: User, at: datetime) -> PreventionWork:
    """Withdraw a piece of work: it counts no more and stays readable with its reason."""
    work = _lock(work, by)
    if not reason.strip():
        raise Refused.for_field("reason", "请写明撤销的原因。")
    work.withdrawn_at, work.withdrawn_by, work.withdrawn_reason = at, by, reason.strip()[:200]
    work.version += 1
    work.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "version"])
    audit.record(work.stream, "prevent.withdraw", by, at, union=work.union, reason=work.withdrawn_reason)
    keep_works([work.pk], at)
    keep_tasks(list(work.tasks.values_list("pk", flat=True)), at)
    return work


@transaction.atomic
def add_task(work: PreventionWork, what: str, responsible: str, due_on: date, by: User, at: datetime) -> PreventionTask:
    """Write down what a meeting (or campaign) agreed that somebody does by a day."""
    work = _lock(work, by)
    if work.kind not in PLANNED:
        raise Refused("只有联席会议、专题宣传、联合督导登记议定事项。")
    if due_on < work.on:
        raise Refused.for_field("due_on", f"落实期限不能早于 {day(work.on)}。")
    if work.tasks.count() >= MOST_TASKS:
        raise Refused(f"一次最多登记 {MOST_TASKS} 项议定事项。")
    task = PreventionTask.objects.create(
        work=work, what=what.strip(), responsible=responsible.strip(), due_on=due_on, by=by, at=at
    )
    audit.record(work.stream, "prevent.task", by, at, union=work.union, title=task.what, due_on=due_on)
    keep_tasks([task.pk], at)
    return task


@transaction.atomic
def finish_task(task: PreventionTask, on: date, result: str, by: User, at: datetime) -> PreventionTask:
    """Say what came of it. Done is done: a second answer is refused."""
    work = _lock(task.work, by)
    task = PreventionTask.objects.select_for_update().get(pk=task.pk)
    if task.done_on is not None:
        raise Stale("这一事项已经登记落实，请刷新页面。")
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    if not result.strip():
        raise Refused.for_field("result", "请写明落实情况。")
    task.done_on, task.result, task.done_by, task.done_at = on, result.strip()[:500], by, at
    task.save(update_fields=["done_on", "result", "done_by", "done_at"])
    audit.record(work.stream, "prevent.task.done", by, at, union=work.union, title=task.what, on=on)
    keep_tasks([task.pk], at)
    return task


def _lock(work: PreventionWork, by: User) -> PreventionWork:
    work = PreventionWork.objects.select_for_update(of=("self",)).select_related("union__parent").get(pk=work.pk)
    if work.withdrawn_at is not None:
        raise Stale("这条记录已经撤销，请刷新页面。")
    if not may_edit(work, by):
        raise Forbidden(f"这条记录由“{work.union}”登记，您没有修改的权限。")
    return work


def _check(said: Work, at: datetime) -> None:
    faults: dict[str, str] = {}
    if not said.title.strip():
        faults["title"] = "请写明事项。"
    if said.is_plan:
        if said.on < day_of(at):
            faults["done"] = "日期已过，请填写开展情况（会议填写纪要）；尚未召开的请改填以后的日期。"
    else:
        faults |= _faults_of_done(said, at)
    faults |= _faults_of_planned(said)
    if said.kind == PreventionKind.LEGAL_SERVICE:
        faults |= _service_faults(said)
    if len(said.named) > MOST_NAMED:
        faults["named"] = f"一条记录最多列 {MOST_NAMED} 个单位名称，其余计入户数即可。"
    if faults:
        raise Refused("；".join(faults.values()), faults)


def _faults_of_done(said: Work, at: datetime) -> dict[str, str]:
    """A meeting reaches its partners, a joint supervision its cases; everything else says whom it reached."""
    faults: dict[str, str] = {}
    if said.on > day_of(at):
        faults["on"] = "日期不能晚于今天。"
    if not said.done.strip():
        faults["done"] = "请写明做了什么、有什么结果。"
    reached = said.firms or said.projects or said.people or said.named or said.cases
    if said.kind not in AGREEING and not reached:
        faults["firms"] = "请填写覆盖的用人单位、工程项目或人数，至少一项。"
    return faults


def _faults_of_planned(said: Work) -> dict[str, str]:
    """What a meeting, a campaign or a joint supervision says beside the rest."""
    faults: dict[str, str] = {}
    if said.kind in PLANNED and not said.agenda.strip():
        faults["agenda"] = "请填写议题、方案或督导内容。"
    if said.kind in AGREEING and not said.partners.strip():
        faults["partners"] = "请填写参加单位。"
    if said.kind == PreventionKind.JOINT:
        faults |= _joint_faults(said)
    elif said.cases:
        faults["cases"] = "只有联合督导写明案件。"
    return faults


def _joint_faults(said: Work) -> dict[str, str]:
    """A joint supervision says where, and which cases or employers it is about (QD-6.4b)."""
    faults = {} if said.place.strip() else {"place": "联合督导请写明地点。"}
    if not said.cases and not said.named:
        faults["cases"] = "联合督导请写明案件编号，或者在“涉及的用人单位名称”写明单位。"
    return faults


def _service_faults(said: Work) -> dict[str, str]:
    """A service action says where it was, how many were served and how many helped (QH-2d)."""
    wanted = {
        "place": (said.place.strip(), "公益法律服务行动请写明地点。"),
        "people": (said.people, "公益法律服务行动请填写服务人数。"),
        "helpers": (said.helpers, "公益法律服务行动请填写服务人员（律师、志愿者等）人数。"),
    }
    return {name: sentence for name, (there, sentence) in wanted.items() if not there}


def _set_whom(work: PreventionWork, said: Work, by: User) -> None:
    """Its cases and employers, of a case its own. Who corrects the row leaves alone the cases she does not see."""
    unseen = work.cases.exclude(pk__in=Case.objects.visible_to(by).values("pk"))
    cases = [*said.cases, *unseen]
    work.cases.set(cases)
    employers = {one.pk for one in _employers(said.named, work.union)} | {one.employer_id for one in cases}
    work.employers.set(employers)
    if len(employers) > work.firms:
        work.firms = len(employers)
        work.save(update_fields=["firms"])


def _facts(said: Work) -> dict[str, Any]:
    """Return the fields of the row; an employer named is an employer reached."""
    facts = {name: getattr(said, name) for name in FACTS}
    clean = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    return clean | {"firms": max(said.firms, len(said.named))}


def _employers(names: Iterable[str], union: Union) -> list[Employer]:
    """Find employers by name in the unit's county; a new one is created with its name alone."""
    region = region_of(union)[:6]
    found: dict[int, Employer] = {}
    for name in names:
        employer = employer_for(EmployerFacts(name=name, no_code="unknown", region_code=region))
        found[employer.pk] = employer
    return list(found.values())


def _event_facts(work: PreventionWork) -> dict[str, Any]:
    return {name: getattr(work, name) for name in FACTS}


def keep_paper(work: PreventionWork, upload: UploadedFile, by: User, at: datetime) -> PreventionPaper:
    """One file; the same again is the one already there. Refused: empty, too large, of no known kind."""
    content_type, sha256 = checked_type(upload), sha256_of(upload)
    if known := work.papers.filter(sha256=sha256).first():
        return known
    name = (upload.name or "照片").replace("\\", "/").rsplit("/", 1)[-1][:200]
    upload.seek(0)
    row = PreventionPaper(
        work=work, name=name, content_type=content_type, size=upload.size or 0, sha256=sha256, by=by, at=at
    )
    row.file.save(name, upload, save=False)
    row.save()
    return row
