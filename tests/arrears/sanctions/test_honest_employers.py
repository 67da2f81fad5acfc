"""YK-3b: honest employers are proposed, approved, published and withdrawn like their opposite."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases import workflow
from arrears.cases.models import Case, Employer
from arrears.sanctions.actions import publications, sanctions
from arrears.sanctions.actions.sanctions import Decision
from arrears.sanctions.models import Publication, PublicationKind, PublicationRow, Sanction, SanctionKind
from arrears.sanctions.publication_draft import past_periods
from tests.cast import AT, World, a_case, a_draft, an_employer
from tests.readers import as_user
from tests.sanctioned import Q3, drafted_list, in_q3
from tests.warned import under_yingkou
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused

TODAY = day_of(AT)


def honest_list(world: World) -> Publication:
    unit, until = world.unions["370202"], TODAY + timedelta(days=90)
    return publications.draft(unit, Q3, until, [], world.user("qian"), AT, kind=PublicationKind.HONEST)


def propose(world: World, row: Publication, name: str, why: str = "按月足额支付", by: str = "qian") -> PublicationRow:
    return publications.propose_honest(row, name, "", why, "区人社局推荐，核对工资支付表", world.user(by), AT)


def approve(world: World, row: Publication) -> Publication:
    row = publications.submit(row, world.user("qian"), AT)
    return publications.approve(row, by=world.user("zhou"), at=AT, seal=publications.APPROVAL.seal(row, AT))


def shown() -> list[str]:
    return [row.name for row in PublicationRow.objects.shown_on(TODAY)]


def test_YK_3b_proposed_approved_shown_and_withdrawn_like_its_opposite(world: World) -> None:
    under_yingkou(world)
    in_q3(world)
    assert drafted_list(world).rows.count() == 1
    row = honest_list(world)
    line = propose(world, row, "诚信食品")
    assert line.case is None and (line.workers, line.amount) == (0, 0)
    propose(world, row, "诚信纺织")
    with pytest.raises(Refused, match="已在这份名单上"):
        propose(world, row, "诚信食品")
    with pytest.raises(Refused, match="个人号码"):
        propose(world, row, "诚信物流", why="电话 13812345678")
    with pytest.raises(Forbidden):
        propose(world, row, "诚信物流", by="zhou")
    row = publications.submit(row, world.user("qian"), AT)
    seal = publications.APPROVAL.seal(row, AT)
    with pytest.raises(Forbidden):
        publications.approve(row, by=world.user("qian"), at=AT, seal=seal)
    row = publications.approve(row, by=world.user("zhou"), at=AT, seal=seal)
    assert [one["name"] for one in row.frozen] == ["诚信食品", "诚信纺织"] == shown()
    publications.withdraw_row(line, by=world.user("zhou"), at=AT, opinion="企业要求")
    assert shown() == ["诚信纺织"]
    publications.withdraw(row, by=world.user("zhou"), at=AT, opinion="重新核对")
    assert shown() == [] and honest_list(world).pk != row.pk


def test_YK_3b_who_owes_is_not_proposed_not_approved_and_not_shown(world: World) -> None:
    under_yingkou(world)
    row = honest_list(world)
    in_q3(world)
    with pytest.raises(Refused, match="有查实未办结的欠薪案件"):
        propose(world, row, "海风三季")
    propose(world, row, "诚信食品")
    employer = Employer.objects.get(name="诚信食品")
    approve(world, row)
    assert shown() == ["诚信食品"]
    a_case(world, employer=employer, accepted_on=date(2026, 11, 2))
    assert shown() == [], "it owes again and is shown no more, before anybody withdraws it"

    Publication.objects.update(stage="draft")
    row.refresh_from_db()
    row = publications.submit(row, world.user("qian"), AT)
    with pytest.raises(Refused, match="请退回拟制人"):
        publications.approve(row, by=world.user("zhou"), at=AT, seal=publications.APPROVAL.seal(row, AT))


def test_YK_3b_who_owes_is_not_shown_while_its_case_goes_to_another_union(world: World) -> None:
    under_yingkou(world)
    row = honest_list(world)
    propose(world, row, "诚信食品")
    approve(world, row)
    employer, sun = Employer.objects.get(name="诚信食品"), world.user("sun")
    given = {"receiver": world.unions["370203"], "reason": "不属本区"}
    draft = a_draft(world, "sun", "370202", employer=employer, accepted_on=date(2026, 11, 2))
    clue = workflow.move(draft, "report_clue", sun, AT, seen=draft.version)
    workflow.move(clue, "transfer", sun, AT, seen=clue.version, **given)
    assert shown() == ["诚信食品"], "a clue on its way is no arrears yet"
    case = a_case(world, "sun", "370202", employer=employer, accepted_on=date(2026, 11, 2))
    workflow.move(case, "transfer", sun, AT, seen=case.version, **given)
    assert shown() == [], "verified arrears on their way to another union are still owed"


def test_YK_3b_an_employer_graded_A_was_not_sanctioned(world: World) -> None:
    under_yingkou(world)
    row = honest_list(world)
    employer, he = an_employer("诚信食品", "370202"), world.user("he")
    case = a_case(world, employer=employer, accepted_on=date(2026, 2, 2))
    for grade, number in (("A", "1号"), ("C", "2号")):
        said = Decision(SanctionKind.GRADE, "市南区人社局", number, date(2026, 8, 3), grade=grade)
        sanctions.record_sanction(case, said, he, AT)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_on=date(2026, 3, 2))
    with pytest.raises(Refused, match="受过处理处罚"):
        propose(world, row, "诚信食品")
    sanctions.void(Sanction.objects.get(grade="C"), date(2026, 11, 2), "登记有误", he, AT)
    propose(world, row, "诚信食品")


def test_YK_3b_who_owes_in_another_county_is_not_honest_without_a_code(world: World) -> None:
    """The same name without a code, or with one the proposal leaves out, is looked for everywhere; another code is another employer."""
    under_yingkou(world)
    row = honest_list(world)
    for name, code in (("远航劳务", None), ("远望劳务", "91370200MA3C000013")):
        there = an_employer(name, "370203")
        Employer.objects.filter(pk=there.pk).update(uscc=code)
        a_case(world, employer=there, accepted_on=date(2026, 11, 2))
        with pytest.raises(Refused, match="有查实未办结的欠薪案件"):
            propose(world, row, name)
    words = ("按月足额支付", "区人社局推荐", world.user("qian"), AT)
    publications.propose_honest(row, "远望劳务", "91370200MA3C000021", *words)
    publications.propose_honest(row, "远景劳务", "", *words)
    approve(world, row)
    assert shown() == ["远望劳务", "远景劳务"]
    a_case(world, employer=an_employer("远景劳务", "370203"), accepted_on=date(2026, 11, 2))
    assert shown() == ["远望劳务"]


def test_YK_3b_where_no_notice_asks_for_it_it_is_neither_offered_nor_taken(world: World) -> None:
    with pytest.raises(Refused, match="没有要求公布无欠薪诚信企业"):
        honest_list(world)
    assert "无欠薪诚信企业" not in as_user(world, "qian").get(reverse("publications")).text
    assert "无欠薪诚信企业" not in Client().get(reverse("window-published")).text


def test_YK_3b_from_the_pages_where_a_notice_asks_for_it(world: World) -> None:
    under_yingkou(world)
    an_employer("诚信食品", "370202")
    qian, zhou, today = as_user(world, "qian"), as_user(world, "zhou"), timezone.localdate()
    last = past_periods(world.unions["370202"], today)[0].last
    typed = {"union": world.unions["370202"].pk, "period": str(last), "until": str(today + timedelta(days=90))}
    assert "无欠薪诚信企业" in qian.get(reverse("publications")).text
    url = qian.post(reverse("publications"), typed | {"kind": "honest"})["Location"]
    row = Publication.objects.get()
    step = reverse("publication-step", args=[row.pk, "propose"])
    said = {"employer_name": "诚信食品", "why": "按月足额支付", "checked": "区人社局推荐"}
    wrong = qian.post(step, said | {"why": "电话 13812345678"})
    assert wrong.status_code == 422 and "含有手机号码" in wrong.text and "区人社局推荐" in wrong.text
    assert qian.post(step, said)["Location"] == url
    page = qian.get(url).text
    assert "诚信食品" in page and "推荐理由" in page and "重新汇集" not in page
    edit = reverse("publication-row", args=[row.pk, row.rows.get().pk])
    assert "推荐理由" in qian.get(edit).text
    qian.post(reverse("publication-step", args=[row.pk, "submit"]))
    zhou.post(reverse("publication-step", args=[row.pk, "approve"]), {"seal": zhou.get(url).context["seal"]})
    public = reverse("window-published")
    plain, praised = Client().get(public).text, Client().get(public + "?list=honest").text
    assert "诚信食品" not in plain and "查看无欠薪诚信企业" in plain
    assert "诚信食品" in praised and "推荐理由" in praised and "违法" not in praised.split("<h2>")[1]
    assert "公开显示的无欠薪诚信企业" in zhou.get(reverse("publications")).text
    sheet = qian.get(reverse("publication-sheet", args=[row.pk]))
    book = openpyxl.load_workbook(BytesIO(sheet.content)).active
    assert "推荐理由" in {cell.value for line in book.rows for cell in line}
