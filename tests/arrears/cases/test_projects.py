"""SD-2.3c: the register of projects, and whether each stands in the platform, its warnings handled, its term closed with how."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from arrears.cases import projects
from arrears.cases.models import Project
from arrears.inspections import platform_sheet
from arrears.inspections.actions import platform_checks
from arrears.inspections.actions.platform_checks import PlatformLook
from arrears.inspections.models import PlatformCheck
from arrears.law.models import Attachment, Obligation
from arrears.law.obligations.projection import rebuild_all
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user, days_ago
from tests.rounds import a_project
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit


def typed(**fields: Any) -> dict[str, Any]:
    return {"union": "370202", "on": days_ago(3), "checker": "孙经办", "listed": "no", "due_on": days_ago(-7)} | fields


def look(client: Client, project: Project, **fields: Any) -> Any:
    return client.post(reverse("project-look", args=[project.pk]), typed(**fields))


def test_SD_2_3c_a_project_outside_the_platform_gets_a_term_and_is_closed_with_how(world: World) -> None:
    project = a_project()
    a_case(world, employer=project.employer, project=project)
    sun = as_user(world, "sun")
    assert "未核查" in sun.get(project.get_absolute_url()).content.decode()
    assert look(sun, project, authority="市住建局").status_code == 302
    row = PlatformCheck.objects.get()
    project.refresh_from_db()
    assert (row.amiss, project.on_platform, project.authority) == ("未纳入平台", False, "市住建局")
    url = reverse("project-mended", args=[row.pk])
    bare = sun.post(url, {"closed_on": days_ago(0), "closing": " "})
    assert bare.status_code == 422 and "请填写整改情况" in bare.content.decode()
    said = {"closed_on": days_ago(0), "closing": "已接入平台，见截图"}
    assert sun.post(url, said).status_code == 302
    assert sun.post(url, said).status_code == 409
    page = sun.get(project.get_absolute_url()).content.decode()
    assert "已接入平台，见截图" in page and "已整改" in page
    assert list(audit.broken_links()) == []


def test_SD_2_3c_a_later_look_that_is_in_order_closes_what_was_amiss(world: World) -> None:
    project, sun = a_project(), world.user("sun")
    today = timezone.localdate()
    first = platform_checks.record_look(
        world.unions["370202"], project, PlatformLook(today, "孙", True, None, 3, 2, due_on=today), sun, timezone.now()
    )
    assert first.amiss == "平台预警 2 条未处置"
    platform_checks.record_look(
        world.unions["370202"], project, PlatformLook(today, "孙", True, None, 3, 0), sun, timezone.now()
    )
    first.refresh_from_db()
    project.refresh_from_db()
    assert first.closed_on == today and "复查" in first.closing and project.on_platform is True


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"due_on": ""}, "请填写整改期限"),
        ({"listed": "yes"}, "不填整改期限"),
        ({"listed": "yes", "warnings": "1", "unhandled": "2", "note": "两条"}, "不能多于平台预警的条数"),
        ({"listed_since": days_ago(9)}, "未纳入平台的，不填纳入日期"),
        ({"due_on": days_ago(9)}, "不能早于核查日期"),
        ({"on": days_ago(-1)}, "不能晚于今天"),
        ({"union": "370203"}, "单位"),
        ({"checker": ""}, "请填写核查人"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(world: World, wrong: dict[str, str], says: str) -> None:
    project = a_project()
    a_case(world, employer=project.employer, project=project)
    answer = look(as_user(world, "sun"), project, **({"note": "现场询问"} | wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page
    assert wrong.get("note", "现场询问") in page and not PlatformCheck.objects.exists()


def test_a_project_is_registered_with_its_first_look_and_twice_is_refused(world: World) -> None:
    sun = as_user(world, "sun")
    said = typed(
        employer_name="海风建设有限公司",
        region_code="370202",
        project_name="滨海大道",
        nature="soe",
        listed="yes",
        due_on="",
        listed_since=days_ago(30),
    )
    answer = sun.post(reverse("project-new"), said)
    project = Project.objects.get()
    assert answer.status_code == 302 and (project.nature, project.on_platform) == ("soe", True)
    again = sun.post(reverse("project-new"), said)
    assert again.status_code == 422 and "已经登记过" in again.content.decode()
    assert PlatformCheck.objects.count() == 1


def test_who_sees_a_project_and_who_closes(world: World) -> None:
    project = a_project()
    today = timezone.localdate()
    row = platform_checks.record_look(
        world.unions["370202"],
        project,
        PlatformLook(today, "孙", False, due_on=today),
        world.user("sun"),
        timezone.now(),
    )
    sees = {name for name in world.people if projects.visible_to(world.user(name)).exists()}
    assert sees == {"sun", "zhou", "qian", "lv", "shi", "han", "yang", "shen"}
    with pytest.raises(Forbidden):
        platform_checks.close_check(row, today, "已整改", world.user("zhou"), timezone.now())
    with pytest.raises(Forbidden):
        platform_checks.record_look(
            world.unions["370202"], project, PlatformLook(today, "周", True), world.user("zhou"), AT
        )
    with pytest.raises(Refused, match="核查日期和今天之间"):
        platform_checks.close_check(
            row, today.replace(year=today.year - 1), "已整改", world.user("sun"), timezone.now()
        )
    platform_checks.close_check(row, today, "已整改", world.user("sun"), timezone.now())
    with pytest.raises(Stale):
        platform_checks.close_check(row, today, "已整改", world.user("sun"), timezone.now())


def test_the_register_is_narrowed_and_costs_the_same_for_one_or_many(world: World) -> None:
    sun, today = world.user("sun"), timezone.localdate()
    for number in range(6):
        project = a_project(f"工地{number}", employer=an_employer(f"第{number}建设"))
        said = PlatformLook(today, "孙", number % 2 == 0, due_on=None if number % 2 == 0 else today)
        platform_checks.record_look(world.unions["370202"], project, said, sun, timezone.now())
    client = as_user(world, "sun")
    client.get(reverse("projects"))
    one = _queries(client, "?q=工地3")
    assert _queries(client, "") == one
    out = client.get(reverse("projects") + "?platform=no").content.decode()
    assert "工地1" in out and "工地0" not in out
    assert "第2建设" in client.get(reverse("projects") + "?q=第2建设").content.decode()
    assert "工地" not in client.get(reverse("projects") + "?platform=unknown").content.decode()


def _queries(client: Client, query: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(reverse("projects") + query).status_code == 200
    return len(seen)


# By workbook ---------------------------------------------------------------------------------------------------------


def a_sheet(*rows: dict[str, Any]) -> BytesIO:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(platform_sheet.COLUMNS))
    for row in rows:
        page.append([row.get(column) for column in platform_sheet.COLUMNS])
    out = BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "平台.xlsx"
    return out


GOOD = {
    "项目名称": "滨海大道",
    "施工单位": "海风建设有限公司",
    "项目性质": "政府投资",
    "行业主管部门": "市住建局",
    "是否纳入平台": "是",
    "纳入日期": "2026-03-01",
    "核查日期": "2026-11-18",
    "核查人": "孙经办",
    "平台预警(条)": 3,
    "未处置(条)": "1",
    "整改期限": "2026-12-05",
}


def test_SD_2_3c_the_platform_status_comes_from_a_workbook_and_twice_changes_nothing(world: World) -> None:
    sun = as_user(world, "sun")
    other = GOOD | {
        "项目名称": "海风大厦",
        "是否纳入平台": "否",
        "纳入日期": None,
        "平台预警(条)": None,
        "未处置(条)": None,
    }
    for said in ("已登记 2 个项目的平台核查", "已登记 0 个项目的平台核查，另有 2 条已登记过"):
        answer = sun.post(
            reverse("platform-import"), {"union": world.unions["370202"].pk, "file": a_sheet(GOOD, other)}
        )
        assert answer.status_code == 200, answer.content.decode()
        token = answer.context["token"]
        done = sun.post(reverse("platform-import-confirm"), {"token": token, "unit": "370202"}, follow=True)
        assert said in done.content.decode()
    assert dict(PlatformCheck.objects.values_list("project__name", "unhandled")) == {"滨海大道": 1, "海风大厦": 0}
    assert Project.objects.get(name="滨海大道").nature == "government"


@pytest.mark.parametrize(
    ("wrong", "column", "says"),
    [
        ({"整改期限": None}, "整改期限", "请填写整改期限"),
        ({"未处置(条)": 5}, "未处置(条)", "不能多于"),
        ({"是否纳入平台": "也许"}, "是否纳入平台", "“是”或“否”"),
        ({"平台预警(条)": "三"}, "平台预警(条)", "不是条数"),
        ({"核查日期": "2099-01-01"}, "核查日期", "今天"),
        ({"施工单位": None}, "施工单位", "必填"),
    ],
)
def test_every_bad_cell_is_named_and_nothing_is_taken(
    world: World, wrong: dict[str, Any], column: str, says: str
) -> None:
    found = platform_sheet.read_sheet(a_sheet(GOOD, GOOD | {"项目名称": "乙"} | wrong), timezone.localdate())
    (fault,) = found.faults
    assert (fault.row, fault.column) == (3, column) and says in fault.reason
    given = {"union": world.unions["370202"].pk, "file": a_sheet(GOOD | wrong)}
    assert as_user(world, "sun").post(reverse("platform-import"), given).status_code == 422
    assert not PlatformCheck.objects.exists()


def test_SD_2_3c_a_clue_on_a_project_owes_the_look_and_the_look_meets_it(world: World) -> None:
    """While the notice is in force: five working days, met by a look since it came in, not by one before."""
    Attachment.objects.create(
        union=world.unions["370000"], rulebook="shandong-2023-18", since=date(2023, 11, 9), at=AT, approved_at=AT
    )
    project, day = a_project(), date(2023, 12, 4)
    earlier = PlatformLook(date(2023, 11, 20), "孙经办", True)
    platform_checks.record_look(world.unions["370202"], project, earlier, world.user("sun"), AT)
    days = {"accepted_on": day, "discovered_on": day, "owed_from": date(2023, 9, 1), "owed_until": date(2023, 11, 30)}
    about = {"employer": project.employer, "project": project, "nature": "government"}
    case = a_case(world, "sun", "370202", **days, **about)
    plain = a_case(world, "sun", "370202", employer=an_employer("食品厂"), on_project=False, nature="", **days)
    term = Obligation.objects.get(case=case, rule="platform-look")
    assert term.is_open and term.clause == "SD-2.3c" and term.due_at and day_of(term.due_at) == date(2023, 12, 11)
    assert not Obligation.objects.filter(case=plain, rule="platform-look").exists()
    page = as_user(world, "sun").get(case.get_absolute_url()).text
    assert "监管平台" in page and f"{project.get_absolute_url()}#platform" in page

    found = PlatformLook(date(2023, 12, 6), "孙经办", False, due_on=date(2023, 12, 20))
    row = platform_checks.record_look(world.unions["370202"], project, found, world.user("sun"), AT)
    term.refresh_from_db()
    assert term.met_at is not None and day_of(term.met_at) == date(2023, 12, 6)
    assert Obligation.objects.get(subject=row.stream).is_open, "and there is a term to rectify"
    rebuild_all(AT)
    term.refresh_from_db()
    assert term.met_at is not None
    sun = as_user(world, "sun")
    listed = sun.get(reverse("cases"), {"platform": "no"}).context["rows"]
    assert [one.case.pk for one in listed] == [case.pk]


def test_SD_2_3c_nothing_is_owed_where_the_notice_is_not_in_force(world: World) -> None:
    case = a_case(world, project=a_project(employer=an_employer("别的公司")), nature="government")
    assert not Obligation.objects.filter(case=case, rule="platform-look").exists()
