"""Clues that departments and courts send to the union of their place (QH-2b): receipt, term, taken up as a clue or answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from arrears.cases import filing, workflow
from arrears.cases.evidence import keep_paper, store_evidence
from arrears.cases.filing import EmployerFacts, employer_for
from arrears.cases.models import Case, Channel, NoCode, Series
from arrears.law.calendar import calendar_at
from arrears.law.obligations.local import local
from arrears.referrals.models import AgencyClue, AgencyClueStage
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Agency, User
from unions.people.holders import holders
from unions.people.notices import Notice, tell
from unions.people.rights import Right
from unions.tree import actions as tree

C = AgencyClueStage


@transaction.atomic
def send(
    agency: Agency, facts: dict[str, Any], by: User, at: datetime, papers: Iterable[UploadedFile[bytes]] = ()
) -> AgencyClue:
    """What the department sends to the union beside it. `facts`: fields of AgencyClue, validated; the receipt number is given here."""
    tree.hold_still()
    day = day_of(at)
    here = Agency.objects.of(by, day).select_related("union__parent").filter(pk=agency.pk).first()
    if here is None:
        raise Forbidden(f"由“{agency}”的人员移送。")
    union = here.union.in_charge()
    (serial,) = Series.take(f"agency-clue:{union.pk}", day.year)
    row = AgencyClue.objects.create(
        number=f"{union.code}-BM{day.year}-{serial:04d}",
        agency=agency,
        union=union,
        path=union.path,
        sent_by=by,
        sent_at=at,
        due_on=calendar_at(at).add_workdays(day, local().agency_clue_workdays).date,
        **facts,
    )
    kept = [keep_paper(row.papers, one, by, at).sha256 for one in papers]
    audit.record(row.stream, "agency-clue.send", by, at, union=union, number=row.number, papers=kept)
    people = set(holders([Right.HANDLE], day).filter(union=union).values_list("user_id", flat=True))
    text = f"部门移来一条欠薪线索（{row.number}），请在期限内办理并答复。"
    tell([Notice(people, f"agency-clue:{row.pk}", "部门移来线索", text, f"{reverse('referrals')}?list=received")], at)
    return row


def may_answer(row: AgencyClue, user: User) -> bool:
    unit = row.union.in_charge()
    return user.may(Right.HANDLE, unit) and user.may(Right.FILE, unit)


@transaction.atomic
def take_up(row: AgencyClue, by: User, at: datetime) -> Case:
    """Register it as a clue of the union, accepted on the day the department sent it: terms run from then."""
    tree.hold_still()
    row = _held(row, by)
    employer = employer_for(
        EmployerFacts(
            name=row.employer_name,
            uscc=row.uscc,
            no_code="" if row.uscc else NoCode.UNKNOWN,
            region_code=row.region_code,
            industry=row.industry,
        )
    )
    given = {
        "accepted_on": day_of(row.sent_at),
        "industry": row.industry,
        "stated_workers": row.workers,
        "stated_amount": row.amount,
        "channel": Channel.AGENCIES,
        "original_number": row.number,
        "remark": f"{row.agency}移送（{row.number}）：{row.facts}",
    }
    draft = filing.open_draft(row.union.in_charge(), employer, given, by, at)
    case = workflow.move(draft, "report_clue", by, at, seen=draft.version)
    for paper in row.papers.all():
        with paper.file.open("rb") as content:
            file = UploadedFile(content, name=paper.name, size=paper.size)
            store_evidence(case, file, f"{row.agency}移送线索 {row.number}", by, at)
    _answered(row, C.TAKEN, f"已受理，登记为线索 {case.clue_number}。", by, at, case=case)
    return case


@transaction.atomic
def decline(row: AgencyClue, answer: str, by: User, at: datetime) -> AgencyClue:
    """Not the union's, or not arrears: the department is told why."""
    row = _held(row, by)
    if not answer.strip():
        raise Refused.for_field("answer", "请写明不予受理的原因，以便告知移送部门。")
    _answered(row, C.DECLINED, answer.strip(), by, at)
    return row


def check_may_answer(row: AgencyClue, by: User) -> None:
    """Raises Forbidden."""
    if not may_answer(row, by):
        raise Forbidden(f"由“{row.union.in_charge()}”的经办人办理。")


def _held(row: AgencyClue, by: User) -> AgencyClue:
    row = AgencyClue.objects.select_for_update(of=("self",)).select_related("union__parent", "agency").get(pk=row.pk)
    check_may_answer(row, by)
    if row.stage != C.WAITING:
        raise Stale(f"这条线索{row.get_stage_display()}，请刷新页面。")
    return row


def _answered(row: AgencyClue, stage: AgencyClueStage, answer: str, by: User, at: datetime, **facts: Any) -> None:
    written = {"stage": stage, "answer": answer, "answered_by": by, "answered_at": at, **facts}
    for name, value in written.items():
        setattr(row, name, value)
    row.save(update_fields=[*written])
    audit.record(row.stream, f"agency-clue.{stage.value}", by, at, union=row.union, number=row.number, reason=answer)
