"""Sanctions of 海风建设 for tests and the role table."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from arrears.cases.evidence import keep_evidence
from arrears.cases.models import Case
from arrears.sanctions.actions import copied_lists, listings, publications, sanctions
from arrears.sanctions.actions.publications import PublicationPeriod
from arrears.sanctions.actions.sanctions import Decision
from arrears.sanctions.models import CopiedList, Listing, Publication, PutForward, Sanction, SanctionKind
from arrears.sanctions.publication_draft import draft_rows
from tests.cast import AT, World, a_case, an_employer
from unions.common.clock import day_of

Q3 = PublicationPeriod("2026Q3", date(2026, 7, 1), date(2026, 9, 30))
HR = "市南区人力资源和社会保障局"


def order(
    world: World, case: Case, by: str = "he", pay_by: date = date(2026, 11, 15), at: datetime = AT, **facts: Any
) -> Sanction:
    """To pay by 15 November, decided on the tenth; numbered by the case."""
    said: dict[str, Any] = {
        "kind": SanctionKind.ORDER,
        "department": HR,
        "number": f"南人社令〔2026〕{case.pk}号",
        "decided_on": min(date(2026, 11, 10), pay_by),
        "pay_by": pay_by,
        "amount": Decimal(120000),
    } | facts
    case.refresh_from_db()
    return sanctions.record_sanction(case, Decision(**said), world.user(by), at)


def penalty(world: World, case: Case, on: date, by: str = "he", at: datetime = AT, number: str = "") -> Sanction:
    said = Decision(SanctionKind.PENALTY, HR, number or f"南人社罚〔2026〕{case.pk}号", on, amount=Decimal(20000))
    case.refresh_from_db()
    return sanctions.record_sanction(case, said, world.user(by), at)


def asked(world: World, case: Case, by: str = "he", at: datetime = AT) -> Listing:
    case.refresh_from_db()
    return listings.propose(case, HR, "责令支付后逾期未支付", world.user(by), at)


def approved(world: World, row: Listing, by: str = "wang", at: datetime = AT) -> Listing:
    row.case.refresh_from_db()
    seen = listings.PROPOSAL.seal(row, at)
    return listings.approve(row, by=world.user(by), at=at, seal=seen)


def listed(world: World, case: Case, at: datetime = AT) -> Listing:
    """Proposed at `at`, listed ten days later."""
    row = approved(world, asked(world, case, at=at), at=at)
    he, on = world.user("he"), day_of(at)
    row = listings.record_notice(row, he, at + timedelta(days=1), on=on + timedelta(days=1))
    on += timedelta(days=10)
    return listings.record_listing(row, he, at + timedelta(days=11), on=on, number="南人社惩〔2026〕1号")


def drafted_list(
    world: World, by: str = "qian", code: str = "370202", at: datetime = AT, span: PublicationPeriod = Q3
) -> Publication:
    union = world.unions[code]
    rows = draft_rows(union, span, day_of(at))
    until = day_of(at) + timedelta(days=365)
    return publications.draft(union, span, until, rows, world.user(by), at)


def published(world: World, at: datetime = AT, row: Publication | None = None) -> Publication:
    row = publications.submit(row or drafted_list(world, at=at), world.user("qian"), at)
    return publications.approve(row, by=world.user("zhou"), at=at, seal=publications.APPROVAL.seal(row, AT))


def in_q3(world: World, name: str = "海风三季", by: str = "he", on: date = date(2026, 8, 5)) -> Sanction:
    """An employer penalised in the third quarter."""
    case = a_case(world, employer=an_employer(name, "370202"), accepted_on=date(2026, 7, 1))
    return penalty(world, case, on, by)


def put(world: World, case: Case, by: str = "he", on: date = date(2026, 9, 1)) -> PutForward:
    case.refresh_from_db()
    return publications.request_publication(
        case, "市南区住房和城乡建设局", ["vile", "large"], "屡欠不改", on, world.user(by), AT
    )


def a_file(text: str, name: str = "名单.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode("utf-8-sig"))


def a_copy(world: World, text: str, by: str = "sun", code: str = "370202") -> CopiedList:
    file = a_file(text)
    found = copied_lists.read_list(file, day_of(AT))
    assert found.faults == []
    came = copied_lists.CopiedListSource("市南区住房和城乡建设局", "南建函〔2026〕9号", day_of(AT))
    return copied_lists.keep_list(world.unions[code], came, "名单.csv", text.encode(), found, world.user(by), AT)


def a_promise(world: World, case: Case, at: datetime = AT) -> Any:
    case.refresh_from_db()
    return keep_evidence(case, SimpleUploadedFile("信用承诺书.pdf", b"%PDF-1.7 x"), "", world.user("he"), at)


def sanctioned(world: World) -> dict[str, Any]:
    """Things of the role table: all of 海风建设 370202E0001, but for the lists, which are the district's."""
    case = a_case(world, employer=an_employer("海风失信", "370202"))
    row = order(world, case)
    listing = approved(world, asked(world, case))
    penalised = in_q3(world)
    publication = drafted_list(world)
    return {
        "sanctioned-case": case.pk,
        "sanction": row.pk,
        "listing": listing.pk,
        "put-forward": put(world, penalised.case).pk,
        "publication": publication.pk,
        "publication-row": publication.rows.get().pk,
        "copied-list": a_copy(world, "单位名称\n海风失信\n").pk,
    }
