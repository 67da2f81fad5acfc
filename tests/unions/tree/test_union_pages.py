"""Signing in, the tree, the pages of units, people, structure, accounts and imports."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.cast import AT, FOUNDED, PASSWORD, World, load
from tests.unions.tree.test_import_unions import workbook
from unions.models import Appointment, Event, Union, User
from unions.people import accounts, appointments
from unions.people.rights import RoleName
from unions.tree import actions as tree
from unions.tree.imports import REQUIRED

Enter = Callable[[str], Client]


@pytest.fixture
def enter(world: World) -> Enter:
    """`enter("sun")` → a browser in which she is signed in."""

    def as_(name: str) -> Client:
        client = Client()
        client.force_login(world.user(name), backend="unions.people.backends.AppointmentBackend")
        return client

    return as_


def today() -> date:
    return timezone.localdate()


# Signing in


def test_signing_in_leads_to_the_page_asked_for(client: Client, world: World) -> None:
    answer = client.get("/unions/")
    assert answer.status_code == 302 and answer["Location"] == "/sign-in/?next=/unions/"
    answer = client.post("/sign-in/?next=/unions/", {"username": "sun", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/unions/")
    assert "市南区总工会" in client.get("/unions/").text


def test_next_never_leads_elsewhere(client: Client, world: World, settings: Any) -> None:
    settings.LOGIN_REDIRECT_URL = "unions"
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        answer = client.post("/sign-in/", {"username": "sun", "password": PASSWORD, "next": elsewhere})
        assert answer["Location"] == "/unions/"
        client.logout()


def test_signing_out_is_a_post(enter: Enter) -> None:
    client = enter("sun")
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_a_wrong_password_says_so_and_the_sixth_waits(client: Client, world: World) -> None:
    wrong = {"username": "sun", "password": "wrong"}
    answer = client.post("/sign-in/", wrong)
    assert "账号或密码不对" in answer.text
    codes = [client.post("/sign-in/", wrong).status_code for _ in range(5)]
    assert codes[-1] == 429
    answer = client.post("/sign-in/", {"username": "sun", "password": PASSWORD})
    assert answer.status_code == 429 and "等一分钟" in answer.text
    accounts.unlock(world.user("sun"), world.user("anquan"), AT)
    assert client.post("/sign-in/", {"username": "sun", "password": PASSWORD}).status_code == 302


def test_a_one_time_password_opens_only_the_password_page(client: Client, world: World, settings: Any) -> None:
    settings.LOGIN_REDIRECT_URL = "unions"
    first = accounts.reset_password(world.user("sun"), world.user("anquan"), AT)
    client.post("/sign-in/", {"username": "sun", "password": first})
    assert client.get("/unions/")["Location"] == "/password/"
    assert "一次性密码" in client.get("/password/").text
    given = {"present": first, "new_password1": "river-otter-26-x", "new_password2": "river-otter-26-x"}
    answer = client.post("/password/", given | {"present": "wrong"})
    assert answer.status_code == 422 and "现在的密码不对" in answer.text
    answer = client.post("/password/", given | {"new_password1": first, "new_password2": first})
    assert "不能与现在的密码相同" in answer.text
    assert client.post("/password/", given).status_code == 302
    assert client.get("/unions/").status_code == 200
    assert not world.user("sun").must_change_password


# The tree and the page of a unit

PAGES = ["", "people/", "children/"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_gets_404(enter: Enter, page: str) -> None:
    for who, code in (("sun", "370203"), ("li", "370202"), ("sun", "370200"), ("jiang", "370202")):
        assert enter(who).get(f"/unions/{code}/{page}").status_code == 404
    for who, code in (("sun", "370202"), ("sun", "370202E0001"), ("han", "370203E0001"), ("xitong", "370203")):
        assert enter(who).get(f"/unions/{code}/{page}").status_code == 200


def test_every_page_wants_a_sign_in(client: Client, world: World) -> None:
    for path in ("/unions/", "/unions/370202/", "/unions/370202/people/", "/accounts/", "/audit/", "/unions/import/"):
        assert client.get(path)["Location"].startswith("/sign-in/?next=")


def test_the_tree_begins_where_she_stands(enter: Enter) -> None:
    text = enter("lv").get("/unions/").text
    assert "青岛市总工会" in text and "市南区总工会" in text
    assert "山东省总工会" not in text and "台东餐饮工会" not in text
    assert "台东餐饮工会" in enter("lv").get("/unions/370203/children/").text


def test_search_stays_within_reach(enter: Enter) -> None:
    assert "台东餐饮工会" in enter("lv").get("/unions/", {"q": "餐饮"}).text
    assert "台东餐饮工会" not in enter("sun").get("/unions/", {"q": "餐饮"}).text
    assert "八大湖街道工会" in enter("sun").get("/unions/", {"q": "370202t"}).text


@pytest.fixture
def wide(world: World) -> None:
    south = world.unions["370202"]
    for number in range(10, 260):
        tree.found(f"370202E{number:04}", f"第{number}工会", "enterprise", south, FOUNDED, None, AT)


def test_a_wide_branch_comes_in_pages_and_costs_the_same(
    enter: Enter, wide: None, django_assert_max_num_queries: Any
) -> None:
    client = enter("sun")
    client.get("/unions/")
    for path in (
        "/unions/",
        "/unions/370202/",
        "/unions/370202/people/",
        "/unions/?q=工会",
        "/unions/370202/children/",
    ):
        with django_assert_max_num_queries(16):
            text = client.get(path).text
    assert text.count("tree-item") == 201 and "更多" in text
    after = re.search(r"after=(\w+)", text)
    assert after is not None
    assert client.get(f"/unions/370202/children/?after={after[1]}").text.count("tree-item") == 52


def test_a_closed_unit_says_who_took_over(world: World, enter: Enter) -> None:
    tree.close(world.unions["370202E0001"], world.unions["370202T0001"], today(), world.user("xitong"), timezone.now())
    text = enter("sun").get("/unions/370202E0001/").text
    assert "已终止" in text and "八大湖街道工会" in text
    assert "tree-closed" in enter("sun").get("/unions/370202T0001/").text


# People


def appoint(client: Client, code: str = "370202E0001", **given: Any) -> Any:
    data = {"role": "officer", "who": "there", "person": "zheng", "since": today().isoformat()} | given
    return client.post(f"/unions/{code}/people/appoint/", data)


def test_a_unit_administrator_appoints_below_her(enter: Enter, world: World) -> None:
    client = enter("wu")
    assert appoint(client).status_code == 302
    row = Appointment.objects.get(user__username="zheng", role="officer")
    assert (row.union.code, row.appointed_by.username) == ("370202E0001", "wu")
    assert "郑街道" in client.get("/unions/370202E0001/people/").text


def test_a_new_account_shows_its_password_once(enter: Enter, client: Client, world: World) -> None:
    answer = appoint(enter("wu"), who="new", person="", username="lin", name="林新人")
    found = re.search(r'id="one-time">([a-z0-9-]+)<', answer.text)
    assert found is not None and answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    lin = world.user("lin")
    assert lin.must_change_password and lin.check_password(found[1])
    assert found[1] not in str(list(Event.objects.values_list("data", flat=True)))
    assert appoint(enter("wu"), who="new", username="LIN", name="又一位").status_code == 422


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"person": "nobody"}, "没有账号或姓名是"),
        ({"person": ""}, "请填写"),
        ({"role": "auditor"}, "auditor"),
        ({"since": "soon"}, "日期"),
        ({"until": "2020-01-01"}, "早于起日"),
        ({"since": "1999-01-01"}, "早于单位成立日期|才成立"),
        ({"acting_for": "sun"}, "无从代理"),
        ({"person": "he"}, "无需重复任命"),
        ({"person": "xitong"}, "三员"),
        ({"who": "new", "username": "a b", "name": "某"}, "3 到 60"),
    ],
)
def test_appointments_refused(enter: Enter, given: dict[str, str], why: str) -> None:
    answer = appoint(enter("wu"), **given)
    assert answer.status_code == 422 and re.search(why, answer.text)


def test_namesakes_are_told_apart(enter: Enter, world: World) -> None:
    User.objects.create_user("zheng2", PASSWORD, name="郑街道")
    answer = appoint(enter("wu"), person="郑街道")
    assert "请改填账号：zheng、zheng2" in answer.text


def test_who_may_appoint_where(enter: Enter) -> None:
    assert appoint(enter("wu"), code="370203").status_code == 404
    assert appoint(enter("sun")).status_code == 403
    assert appoint(enter("anquan"), role="unit_admin").status_code == 302
    assert appoint(enter("anquan")).status_code == 422
    assert appoint(enter("wu"), code="370202", person="wu").status_code == 403


def test_dismissing_with_a_last_day(enter: Enter, world: World) -> None:
    row = Appointment.objects.get(user__username="he")
    path = f"/unions/370202E0001/people/{row.pk}/dismiss/"
    assert enter("sun").get(path).status_code == 403
    client = enter("wu")
    assert client.get(path).status_code == 200
    early = client.post(path, {"last_day": "2020-01-01"})
    assert early.status_code == 422 and "最早为昨天" in early.text
    assert client.post(path, {"last_day": (today() - timedelta(days=1)).isoformat()}).status_code == 302
    row.refresh_from_db()
    assert row.until == today() - timedelta(days=1)
    assert not world.user("he").grants()
    assert "过去的任职" in client.get("/unions/370202E0001/people/").text


def test_who_stood_in_today_stays_tied_today(world: World) -> None:
    """Appointed and dismissed on one day: the row remains, so the second-person rule still sees it."""
    at, wu = timezone.now(), world.user("wu")
    unit, he = world.unions["370202E0001"], world.people["he"]
    row = appointments.appoint(world.people["zheng"], unit, RoleName.OFFICER, today(), wu, at, acting_for=he)
    appointments.dismiss(row, today(), wu, at)
    assert appointments.stand_ins({he.pk}, today()) == {world.people["zheng"].pk}


# Structure


def structure(client: Client, what: str, unit: str = "370202", **given: Any) -> Any:
    return client.post(f"/unions/{unit}/{what}/", {"on": today().isoformat()} | given)


def test_moving_asks_first_and_then_moves(enter: Enter, world: World) -> None:
    client = enter("xitong")
    answer = structure(client, "move", parent="370000")
    assert answer.status_code == 200 and "共 3 个单位" in answer.text and "以前的统计不变" in answer.text
    assert Union.objects.get(code="370202").parent.code == "370200"
    assert structure(client, "move", parent="山东省总工会", confirmed="1").status_code == 302
    assert Union.objects.get(code="370202").parent.code == "370000"


def test_splitting_merging_and_closing(enter: Enter, world: World) -> None:
    client = enter("xitong")
    child = world.unions["370202E0001"].pk
    given = {"code": "370219", "name": "新南区总工会", "children": [child]}
    assert "新南区总工会" in structure(client, "split", **given).text
    assert not Union.objects.filter(code="370219").exists()
    answer = structure(client, "split", **given, confirmed="1")
    assert answer.status_code == 302, re.findall("form-errors.*?</div>", answer.text, re.S)
    assert Union.objects.get(pk=child).parent.code == "370219"
    assert structure(client, "close", unit="370202T0001", successor="370219", confirmed="1").status_code == 302
    merged = structure(client, "merge", units=[world.unions["370203"].pk], confirmed="1")
    assert merged.status_code == 302
    assert Union.objects.get(code="370203E0001").parent.code == "370202"
    assert Event.objects.filter(verb="close").count() == 2


@pytest.mark.parametrize(
    ("what", "given", "why"),
    [
        ("move", {"parent": "370202E0001"}, "不能成为它的上级"),
        ("move", {"parent": "没有"}, "没有找到"),
        ("move", {"parent": "370000", "on": "2090-01-01"}, "不能晚于今天"),
        ("close", {"successor": "370202T0001"}, "先把它移出"),
        ("split", {"code": "370203", "name": "重", "children": []}, "这个字段|必填"),
        ("merge", {}, "这个字段|必填"),
    ],
)
def test_changes_refused_with_a_sentence(enter: Enter, what: str, given: dict[str, Any], why: str) -> None:
    answer = structure(enter("xitong"), what, **given)
    assert answer.status_code == 422 and re.search(why, answer.text), answer.text[-3000:]


@pytest.mark.parametrize("what", ["move", "split", "merge", "close", "found"])
def test_only_system_administrators_reach_structure(enter: Enter, what: str) -> None:
    for who in ("wu", "anquan", "han", "shenji"):
        assert enter(who).get(f"/unions/370202/{what}/").status_code == 403
    assert enter("feng").get(f"/unions/370202/{what}/").status_code == 404
    assert enter("xitong").get(f"/unions/370202/{what}/").status_code == 200


def test_founding_and_correcting(enter: Enter, world: World) -> None:
    client = enter("xitong")
    facts = {"code": "370202E0077", "name": "新工会", "kind": "enterprise", "since": "2026-01-01", "region_code": ""}
    assert client.post("/unions/370202/found/", facts).status_code == 302
    assert client.post("/unions/370202/found/", facts).status_code == 422
    unit = Union.objects.get(code="370202E0077")
    assert unit.region_code is None
    answer = client.post(f"/unions/{unit.code}/edit/", {"name": "新工会", "reports_to": "370203", "region_code": ""})
    unit.refresh_from_db()
    assert answer.status_code == 302 and unit.reports_to.code == "370203"
    assert 'value="370203"' in client.get(f"/unions/{unit.code}/edit/").text


def test_a_unit_administrator_edits_the_duty_only(enter: Enter, world: World) -> None:
    client = enter("wu")
    assert "公布电话" in client.get("/unions/370202E0001/edit/").text
    given = {"name": "冒名", "duty_officer": "何值班", "duty_phone": "0532-80000001"}
    assert client.post("/unions/370202E0001/edit/", given).status_code == 302
    unit = Union.objects.get(code="370202E0001")
    assert (unit.name, unit.duty_officer) == ("海风建设工会", "何值班")
    assert enter("sun").get("/unions/370202E0001/edit/").status_code == 403


# Accounts


def test_accounts_are_for_security_administrators(enter: Enter, django_assert_max_num_queries: Any) -> None:
    assert [enter(who).get("/accounts/").status_code for who in ("xitong", "shenji", "wu", "han")] == [403] * 4
    client = enter("anquan")
    client.get("/accounts/")
    with django_assert_max_num_queries(9):
        text = client.get("/accounts/").text
    assert "孙经办" in text
    assert "孙经办" not in client.get("/accounts/", {"q": "li"}).text


def test_resetting_disabling_enabling(enter: Enter, world: World) -> None:
    sun, client, hers = world.people["sun"], enter("anquan"), enter("sun")
    answer = client.post(f"/accounts/{sun.pk}/reset/")
    assert "一次性密码" in answer.text and "no-store" in answer["Cache-Control"]
    assert hers.get("/unions/").status_code == 302, "her sessions end"
    client.post(f"/accounts/{sun.pk}/disable/")
    assert not world.user("sun").is_active
    client.post(f"/accounts/{sun.pk}/enable/")
    assert world.user("sun").is_active
    verbs = Event.objects.filter(stream=f"user:{sun.pk}").values_list("verb", flat=True)
    assert list(verbs) == ["reset-password", "disable", "enable"]
    assert client.get(f"/accounts/{sun.pk}/reset/").status_code == 405
    assert client.post(f"/accounts/{world.people['anquan'].pk}/disable/").status_code == 403


def test_a_district_guard_does_not_reach_the_province(world: World, enter: Enter) -> None:
    """Who also holds a role outside is not hers to take over."""
    guard = User.objects.create_user("guard", PASSWORD, name="区安全员")
    south = world.unions["370202"]
    Appointment.objects.create(user=guard, union=south, role=RoleName.SECURITY_ADMIN, since=FOUNDED)
    Appointment.objects.create(user=world.people["han"], union=south, role=RoleName.OFFICER, since=FOUNDED)
    client = enter("guard")
    assert client.post(f"/accounts/{world.people['han'].pk}/reset/").status_code == 404
    assert client.post(f"/accounts/{world.people['sun'].pk}/reset/").status_code == 200


# Import


def upload(client: Client, rows: list[list[Any]], name: str = "units.xlsx") -> Any:
    file = SimpleUploadedFile(name, workbook(rows, REQUIRED).read())
    return client.post("/unions/import/", {"file": file})


def test_importing_is_checked_then_confirmed(enter: Enter, world: World, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = enter("xitong")
    answer = upload(client, [["370202E0088", "导入工会", "企业工会", "370202"]])
    token = re.search(r'name="token" value="([^"]+)"', answer.text)
    assert token is not None and not Union.objects.filter(code="370202E0088").exists()
    User.objects.create_user("other", PASSWORD, name="旁人")
    Appointment.objects.create(
        user=world.user("other"), union=world.unions["370000"], role=RoleName.SYSTEM_ADMIN, since=FOUNDED
    )
    assert enter("other").post("/unions/import/confirm/", {"token": token[1]}).status_code == 422
    assert client.post("/unions/import/confirm/", {"token": token[1]}).status_code == 302
    assert Union.objects.get(code="370202E0088").parent.code == "370202"
    assert client.post("/unions/import/confirm/", {"token": token[1]}).status_code == 422
    assert list(tmp_path.rglob("*.xlsx")) == []


def test_a_bad_workbook_is_refused_with_its_cells(enter: Enter) -> None:
    client = enter("xitong")
    answer = upload(client, [["370202E0088", "", "企业工会", "9"]])
    assert answer.status_code == 422 and "都没有编码 9" in answer.text and "确认导入" not in answer.text
    assert "这不是 Excel 工作簿" in client.post("/unions/import/", {"file": SimpleUploadedFile("a.xlsx", b"x")}).text
    assert ".xls 请先另存" in client.post("/unions/import/", {"file": SimpleUploadedFile("a.xls", b"x")}).text
    assert enter("wu").get("/unions/import/").status_code == 403


def test_the_template_is_one_the_import_understands(enter: Enter) -> None:
    answer = enter("xitong").get("/unions/import/template.xlsx")
    file = SimpleUploadedFile("t.xlsx", b"".join(answer.streaming_content))
    answer = enter("xitong").post("/unions/import/", {"file": file})
    assert "表里没有数据" in answer.text and "缺少“" not in answer.text


# In a browser


def sign_in(page: Any, who: str) -> None:
    page.goto("/sign-in/?next=/unions/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/unions/")


@pytest.fixture
def live_world(cast_database: None, transactional_db: None) -> World:
    return load()


def test_branches_open_lazily(live_world: World, page: Any) -> None:
    sign_in(page, "han")
    assert page.get_by_text("市南区总工会").count() == 0
    page.locator("summary", has_text="青岛市总工会").locator(".icon").click()
    page.get_by_role("link", name="市南区总工会").wait_for()
    page.locator("summary", has_text="市南区总工会").locator(".icon").click()
    page.get_by_role("link", name="海风建设工会").click()
    page.wait_for_url("**/unions/370202E0001/")
    assert page.locator("h1").inner_text() == "海风建设工会"


def test_a_wide_branch_goes_on_when_asked(live_world: World, page: Any) -> None:
    south = live_world.unions["370202"]
    for number in range(10, 230):
        tree.found(f"370202E{number:04}", f"第{number}工会", "enterprise", south, FOUNDED, None, AT)
    sign_in(page, "sun")
    assert page.locator(".tree .tree > .tree-item").count() == 201
    page.get_by_role("button", name="更多").click()
    page.get_by_role("link", name="八大湖街道工会").wait_for()
    assert page.locator(".tree .tree > .tree-item").count() == 222
