"""QH-2b: departments and courts send clues to the union from their window, with receipt, term and answer; a channel of its own."""

import io
from decimal import Decimal

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrears.cases import workflow
from arrears.cases.models import Channel, State
from arrears.desk.waiting import waiting_for
from arrears.law.models import Obligation
from arrears.referrals import clues
from arrears.referrals.models import AgencyClue, AgencyClueStage
from reporting.boards.counts import read_board
from tests.cast import AT, World
from tests.departments import beside
from tests.readers import as_user
from unions.models import Event

FACTS = {
    "employer_name": "海湾劳务有限公司",
    "uscc": "",
    "region_code": "370202",
    "industry": "E",
    "workers": "8",
    "amount": "64000",
    "facts": "劳动保障监察日常巡查发现，8 名农民工三个月工资未发。",
    "contact": "马人社 0532-86001234",
}


def test_QH_2b_a_department_sends_a_clue_and_gets_receipt_and_answer(world: World) -> None:
    here = beside(world)
    ma = as_user(world, "ma")
    assert "移送一条欠薪线索" in ma.get(reverse("incoming")).text
    wrong = ma.post(reverse("incoming-clue"), FACTS | {"agency": here.kept["hr"].pk, "workers": "0"})
    assert wrong.status_code == 422 and "劳动保障监察日常巡查" in wrong.text, "nothing typed is lost"
    assert "待接收" in wrong.text and "没有待接收的事项" in wrong.text, "the page is whole"
    assert ma.post(reverse("incoming-clue"), FACTS | {"agency": here.kept["hr"].pk}).status_code == 302
    row = AgencyClue.objects.get()
    assert (row.union, row.stage) == (world.unions["370202"], AgencyClueStage.WAITING)
    assert row.number in ma.get(reverse("incoming")).text and row.due_on > row.sent_at.date()
    assert waiting_for(world.user("sun"), "referrals") == {"referrals": 1}
    assert read_board(world.unions["370200"], AT).counts["agency-clues"] == 1
    sun = as_user(world, "sun")
    listed = sun.get(reverse("referrals"), {"list": "received"})
    assert "海湾劳务有限公司" in listed.text and "受理，登记为线索" in listed.text
    assert sun.post(reverse("agency-clue-take", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    case = row.case
    assert case is not None and case.state == State.CLUE and case.channel == Channel.AGENCIES
    assert (case.original_number, case.stated_workers, case.officer) == (row.number, 8, world.people["sun"])
    assert Obligation.objects.filter(case=case, rule="verify-clue").exists(), "owed a look like a clue of any channel"
    assert "已受理，正在核实" in ma.get(reverse("incoming")).text
    workflow.move(case, "verify", world.user("sun"), AT, seen=case.version, verification="到工地核对")
    assert "已查实立案" in ma.get(reverse("incoming")).text, "the department sees what became of it"
    found = sun.get(reverse("cases"), {"channel": "agencies"}).context["rows"]
    assert [one.case.pk for one in found] == [case.pk]
    book = openpyxl.load_workbook(io.BytesIO(sun.get(reverse("agency-clues-export")).content))
    (line,) = [line for line in book.active.iter_rows(values_only=True) if isinstance(line[0], int)]
    assert line[1:3] == (row.number, "市南区人社局") and line[10] == "已查实立案"
    assert Event.objects.filter(stream=row.stream).count() == 2
    assert sun.post(reverse("agency-clue-take", args=[row.pk])).status_code == 409


def test_QH_2b_papers_go_with_the_clue_into_the_evidence(world: World) -> None:
    here = beside(world)
    ma, sun = as_user(world, "ma"), as_user(world, "sun")
    facts = FACTS | {"agency": here.kept["hr"].pk}
    broken = facts | {"papers": SimpleUploadedFile("脚本.html", b"<script>", "text/html")}
    refused = ma.post(reverse("incoming-clue"), broken)
    assert refused.status_code == 422 and "不是可接受的证据文件" in refused.text and not AgencyClue.objects.exists()
    content = b"%PDF-1.4 payroll"
    papers = [SimpleUploadedFile("工资表.pdf", content, "application/pdf") for _ in range(2)]
    assert ma.post(reverse("incoming-clue"), facts | {"papers": papers}).status_code == 302
    row = AgencyClue.objects.get()
    (paper,) = row.papers.all()
    url = reverse("incoming-clue-paper", args=[row.pk, paper.pk])
    assert url in ma.get(reverse("incoming")).text
    assert url in sun.get(reverse("referrals"), {"list": "received"}).text
    for reader in (ma, sun):
        assert b"".join(reader.get(url).streaming_content) == content
    assert as_user(world, "feng").get(url).status_code == 404
    assert as_user(world, "pan").get(url).status_code == 404, "another department"
    sun.post(reverse("agency-clue-take", args=[row.pk]))
    row.refresh_from_db()
    assert row.case is not None
    (kept,) = row.case.evidence.all()
    assert (kept.name, kept.sha256) == ("工资表.pdf", paper.sha256) and row.number in kept.note


def test_QH_2b_what_the_union_does_not_take_up_is_answered_with_its_reason(world: World) -> None:
    here = beside(world)
    ma, sun = as_user(world, "ma"), as_user(world, "sun")
    ma.post(reverse("incoming-clue"), FACTS | {"agency": here.kept["hr"].pk})
    row = AgencyClue.objects.get()
    url = reverse("agency-clue-decline", args=[row.pk])
    refused = sun.post(f"{url}?list=received", {"answer": ""})
    assert refused.status_code == 422 and "部门移来的线索（含下级）" in refused.text
    assert as_user(world, "zhou").post(url, {"answer": "不归"}).status_code == 403
    assert as_user(world, "zhou").post(url, {}).status_code == 403, "before what was typed is looked at"
    assert as_user(world, "feng").post(url, {"answer": "不归"}).status_code == 404
    assert sun.post(url, {"answer": "系材料货款，不属劳动报酬。"}).status_code == 302
    assert "系材料货款，不属劳动报酬。" in ma.get(reverse("incoming")).text
    assert "海湾劳务有限公司" not in as_user(world, "pan").get(reverse("incoming")).text, (
        "another department's is its own"
    )


def test_QH_2b_no_unit_moves_while_a_clue_is_sent_or_taken_up(world: World) -> None:
    """The tree is held before the row: it copies the path of the unit, and who moves a unit wants the rows after the tree."""
    here, facts = beside(world), FACTS | {"workers": 8, "amount": Decimal(64000)}
    with CaptureQueriesContext(connection) as sending:
        row = clues.send(here.kept["hr"], facts, world.user("ma"), AT)
    with CaptureQueriesContext(connection) as taking:
        clues.take_up(row, world.user("sun"), AT)
    for asked, of_the_row in ((sending, "INSERT INTO"), (taking, "SELECT")):
        said = [query["sql"] for query in asked]
        first = next(
            nth for nth, sql in enumerate(said) if sql.startswith(of_the_row) and '"referrals_agencyclue"' in sql
        )
        assert any("union-tree" in sql for sql in said[:first])
