"""Who may set whose password anew, what it does, and what the sign-in page says of it."""

import pytest
from django.test import Client

from arrears.reminders.models import Reminder
from tests.cast import AT, PASSWORD, World
from tests.readers import appointed, as_user
from unions.common.refusals import Forbidden
from unions.models import Appointment, Event
from unions.people import accounts
from unions.people.rights import RoleName

ENTERPRISE, DISTRICT, CITY = "370202E0001", "370202", "370200"


@pytest.mark.parametrize("name", ["sun", "zhou", "qian", "li", "wang", "zheng"])
def test_a_unit_administrator_helps_her_unit_and_units_below_without_an_administrator(world: World, name: str) -> None:
    """孙, 周, 钱 are of her district; 李, 王, 郑 of units below it."""
    password = accounts.reset_password(world.user(name), world.user("wu"), AT)
    person = world.user(name)
    assert person.check_password(password) and person.must_change_password
    event = Event.objects.get(stream=f"user:{person.pk}", verb="reset-password")
    assert event.by == world.user("wu")
    told = Reminder.objects.get(user=person, key__startswith="password:")
    assert told.in_app and "已重设" in told.title and "吴管理" not in told.body


@pytest.mark.parametrize("name", ["wu", "lv", "han", "feng", "chu", "anquan", "xitong", "shenji"])
def test_never_her_own_nor_of_people_above_beside_or_of_the_platform(world: World, name: str) -> None:
    with pytest.raises(Forbidden):
        accounts.reset_password(world.user(name), world.user("wu"), AT)
    assert world.user(name).check_password(PASSWORD)


@pytest.mark.parametrize("role", [RoleName.AUDITOR, RoleName.SECURITY_ADMIN, RoleName.SYSTEM_ADMIN])
def test_a_platform_role_in_her_own_unit_is_left_to_the_security_administrator(world: World, role: RoleName) -> None:
    person = appointed(world, "san", DISTRICT, role)
    with pytest.raises(Forbidden, match="安全管理员"):
        accounts.reset_password(person, world.user("wu"), AT)


def test_who_also_serves_above_or_elsewhere_is_not_hers(world: World) -> None:
    appointed(world, "sun", CITY, RoleName.OFFICER)
    appointed(world, "li", "370203E0001", RoleName.CLERK)
    for name in ("sun", "li"):
        with pytest.raises(Forbidden):
            accounts.reset_password(world.user(name), world.user("wu"), AT)


def test_where_a_unit_below_has_an_administrator_she_helps_and_the_level_above_helps_her(world: World) -> None:
    own = appointed(world, "guan", ENTERPRISE, RoleName.UNIT_ADMIN)
    with pytest.raises(Forbidden):
        accounts.reset_password(world.user("li"), world.user("wu"), AT)
    accounts.reset_password(world.user("li"), own, AT)
    accounts.reset_password(own, world.user("wu"), AT)
    with pytest.raises(Forbidden):
        accounts.reset_password(world.user("wu"), world.user("guan"), AT)


def test_an_officer_resets_nobody(world: World) -> None:
    with pytest.raises(Forbidden):
        accounts.reset_password(world.user("li"), world.user("sun"), AT)


def test_the_page_of_people_offers_it_and_shows_the_password_once(world: World) -> None:
    page = f"/unions/{DISTRICT}/people/"
    wu = as_user(world, "wu")
    row = Appointment.objects.get(user=world.user("sun"))
    own = Appointment.objects.get(user=world.user("wu"))
    assert f"{page}{row.pk}/reset-password/" in wu.get(page).text
    assert f"{page}{own.pk}/reset-password/" not in wu.get(page).text
    assert "reset-password" not in as_user(world, "sun").get(page).text
    answer = wu.post(f"{page}{row.pk}/reset-password/")
    assert answer.status_code == 200 and "只显示这一次" in answer.text and "no-store" in answer["Cache-Control"]
    password = answer.text.split('id="one-time">')[1].split("<")[0]
    signed_in = Client()
    assert signed_in.post("/sign-in/", {"username": "sun", "password": password}).status_code == 302
    assert signed_in.get("/cases/")["Location"] == "/password/"


def test_the_sign_in_page_says_whom_to_ask(client: Client, db: None) -> None:
    text = client.get("/sign-in/").text
    assert "本单位的单位管理员" in text and "上级工会的单位管理员" in text
