"""SD-2.3f: causes of a case from the closed list, the chain of a project, both in every statistic; the authority stops and corrects."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
from django.urls import reverse

from arrears.cases import projects
from arrears.cases.filing import project_for
from arrears.cases.models import Case
from arrears.referrals import actions as referrals
from arrears.referrals.actions import ReferralRequest
from arrears.referrals.kinds import KINDS, request_of
from reporting.overview import figures as overview
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user
from unions.log.audit import broken_links
from unions.people import agencies

CHAIN = {
    "developer": "海风置业",
    "contractor": "海风建设有限公司",
    "subcontractor": "顺达劳务",
    "crew": "张班长木工班组",
}


def on_a_project(world: World, **facts: Any) -> Case:
    employer = an_employer("海风建设有限公司")
    project = project_for(employer, "海风广场项目", "other", CHAIN)
    return a_case(world, employer=employer, project=project, **facts)


def test_SD_2_3f_causes_and_chain_are_said_filtered_and_grouped(world: World) -> None:
    case = on_a_project(world, causes=["works_unpaid", "passed_on"])
    other = a_case(world, employer=an_employer("台风食品厂"), causes=["difficulty"], stated_amount=Decimal(50000))
    a_case(world, employer=an_employer("不详的厂"), stated_amount=Decimal(7))
    sun = as_user(world, "sun")
    page = sun.get(case.get_absolute_url()).text
    assert "转包、拖欠工程款" in page and "张班长木工班组" in page and "海风置业" in page

    def found(**query: str) -> set[str]:
        return {row.case.employer.name for row in sun.get(reverse("cases"), query).context["rows"]}

    assert found(cause="passed_on") == found(cause="works_unpaid") == {"海风建设有限公司"}
    assert found(cause="none") == {"不详的厂"} and found(party="顺达") == found(party="木工班组") == {
        "海风建设有限公司"
    }
    read = overview.outstanding(world.unions["370202"], AT.date(), AT.date())
    assert {one.label: (one.cases, one.left.amount) for one in read.causes} == {
        "转包": (1, Decimal(120000)),
        "拖欠工程款": (1, Decimal(120000)),
        "经营困难": (1, Decimal(50000)),
        "原因未填": (1, Decimal(7)),
    }
    assert [(one.label, one.left.amount) for one in read.parties["建设单位"]] == [("海风置业", Decimal(120000))]
    board = sun.get(reverse("overview"))
    assert "按欠薪原因" in board.text and "按总承包单位" in board.text
    chart = sun.get(reverse("overview-chart", args=["causes"]), {"unit": "370202"}).json()
    place = chart["yAxis"]["data"].index("经营困难")
    behind = sun.get(chart["series"][0]["data"][place]["url"]).context["rows"]
    assert [row.case.pk for row in behind] == [other.pk]


def test_SD_2_3f_a_party_of_the_overview_opens_the_cases_it_counts(world: World) -> None:
    """Not those in which it has another part, nor those of a firm whose name goes on; of many, how many are not listed."""
    case = on_a_project(world)
    firm = case.employer
    for number, chain in enumerate(
        (
            CHAIN | {"contractor": "海风建设有限公司一分公司"},
            CHAIN | {"contractor": "海风置业", "developer": "远方置业"},
        )
    ):
        project = project_for(firm, f"别的项目{number}", "other", chain)
        a_case(world, employer=firm, project=project, stated_amount=Decimal(100))
    for number in range(14):
        project = project_for(firm, f"小项目{number}", "other", {"contractor": f"第{number}建设公司"})
        a_case(world, employer=firm, project=project, stated_amount=Decimal(1))
    sun = as_user(world, "sun")
    page = sun.get(reverse("overview"))
    told = {label: (rows, more) for name, label, rows, more, _ in page.context["groups"] if not name}
    assert [(label, len(rows), more) for label, (rows, more) in told.items()] == [
        ("建设单位", 2, 0),
        ("总承包单位", 15, 2),
    ]
    assert "列出前 15 个，另有 2 个未列出" in page.text
    for label, name in (("建设单位", "海风置业"), ("总承包单位", "海风建设有限公司")):
        line = next(row for row in told[label][0] if row.group.label == name)
        behind = sun.get(line.url).context["rows"]
        assert len(behind) == line.group.cases, label
    assert [row.case.pk for row in behind] == [case.pk]


def test_SD_2_3f_typed_in_the_form_kept_while_typing_and_corrected_on_the_project(world: World) -> None:
    case = on_a_project(world)
    li = as_user(world, "li")
    sent: dict[str, Any] = {
        "seen": case.version,
        "employer_name": "海风建设有限公司",
        "no_code": "unknown",
        "region_code": "370202",
        "industry": "E",
        "on_project": "on",
        "project_name": "海风广场项目",
        "nature": "other",
        "channel": "report",
        "accepted_on": "2026-11-10",
        "causes": ["fled", "affiliated"],
        "developer": "别的置业",
        "submit": "change",
    }
    li.post(reverse("case-autosave", args=[case.pk]), sent)
    kept = li.get(reverse("case-edit", args=[case.pk])).context["form"]
    assert kept.initial["causes"] == ["fled", "affiliated"]
    unknown = li.post(reverse("case-edit", args=[case.pk]), sent | {"causes": ["weather"]})
    assert unknown.status_code == 422
    nowhere = li.post(reverse("case-edit", args=[case.pk]), sent | {"project_name": ""})
    assert nowhere.status_code == 422 and "请填写项目名称" in nowhere.text
    done = li.post(reverse("case-edit", args=[case.pk]), sent, follow=True)
    assert "建设单位已经登记，没有采用您填写的内容" in done.text
    case.refresh_from_db()
    assert case.causes_said == "挂靠、逃匿" and case.project is not None and case.project.developer == "海风置业"
    sun = as_user(world, "sun")
    assert sun.get(reverse("projects"), {"q": "顺达劳务"}).context["page"].rows == [case.project]
    sun.post(reverse("project-chain", args=[case.project_id]), CHAIN | {"developer": " 新海置业 "})
    case.project.refresh_from_db()
    assert case.project.developer == "新海置业" and not list(broken_links())
    assert projects.correct_chain(case.project, CHAIN | {"developer": "新海置业"}, world.user("sun"), AT)


def test_SD_2_3f_the_authority_is_asked_to_stop_it_and_answers(world: World) -> None:
    case = on_a_project(world, by="sun", code="370202", causes=["passed_on"])
    housing = agencies.enter(world.unions["370202"], {"kind": "housing", "name": "市南区住建局"}, world.user("sun"), AT)
    kind = KINDS["correct"]
    asked = request_of(case, kind)
    assert asked.startswith("欠薪原因：转包。") and "分包单位：顺达劳务" in asked and "制止、纠正" in asked
    page = as_user(world, "sun").get(reverse("case-refer", args=[case.pk]), {"kind": "correct"})
    assert page.context["form"].initial["request"] == asked and page.context["form"].initial["agency"] == housing.pk
    row = referrals.request(case, ReferralRequest(kind, housing, asked), world.user("sun"), AT, seen=case.version)
    row = referrals.approve(row, by=world.user("zhou"), at=AT, seal=referrals.approval.seal(row, AT))
    row = referrals.accept(row, world.user("sun"), AT, told_by="住建局王科长")
    referrals.answer(
        row, "corrected", date(2026, 11, 20), "已责令清退转包队伍。", world.user("sun"), AT, told_by="王科长"
    )
    text = as_user(world, "sun").get(row.get_absolute_url()).text
    assert "已纠正" in text and "已责令清退转包队伍" in text


def test_SD_2_3f_both_stand_in_the_workbook_of_the_list(world: World) -> None:
    on_a_project(world, causes=["illegal_award"])
    a_case(world, employer=an_employer("台风食品厂"), causes=["difficulty"])
    answer = as_user(world, "qian").get(reverse("case-ledger-export"), {"cause": "illegal_award"})
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    head = next(row for row in rows if "欠薪原因" in row)
    (body,) = [row for row in rows if "海风建设有限公司" in row and row is not head]
    said = dict(zip(head, body, strict=True))
    assert (said["欠薪原因"], said["建设单位"], said["分包单位"], said["班组"]) == (
        "违法发包",
        "海风置业",
        "顺达劳务",
        "张班长木工班组",
    )
