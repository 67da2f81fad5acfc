"""The worker's window: where to turn, a letter, and how a unit answers it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from arrears.cases import workflow
from arrears.cases.models import ActKind, Case, Channel, Outcome, State
from arrears.portal import places
from arrears.portal.actions import staff as answering
from arrears.portal.actions import worker as writing
from arrears.portal.models import LetterStanding, WindowLetter
from arrears.reminders.models import Reminder
from tests.cast import FOUNDED, World, a_case
from tests.readers import as_user
from tests.window import ENTER, MINE, MORE, PHONE, WORDS, WRITE, duty, look, photo, told, write
from unions.common.refusals import Forbidden, Refused
from unions.models import Appointment, Event, Union, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

REGISTER = {
    "employer_name": "海风建设有限公司",
    "region_code": "370202",
    "industry": "E",
    "stated_workers": 12,
    "stated_amount": "30000",
}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def does(world: World, letter: WindowLetter, step: str, who: str = "sun", **data: Any) -> Any:
    return as_user(world, who).post(f"/worker-letters/{letter.pk}/{step}/", data)


# ---- where to turn ----------------------------------------------------------------------------------------------------


def test_QH_3a_a_public_page_lists_the_duty_phones_by_place(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    duty(world)
    duty(world, "370200", "0532-12345678")
    assert "山东省总工会" in client.get("/window/").text
    with django_assert_max_num_queries(5):
        city = client.get("/window/?at=370200").text
    assert "tel:0532-85712351" in city and "值班 孙值班" in city and "市北区总工会" in city
    street = client.get("/window/?at=370202T0001").text
    assert "请打上级工会的电话" in street and "tel:0532-85712351" in street
    assert client.get("/window/?at=nothing").status_code == 404


def test_SD_2_2a_a_letter_needs_no_account_and_gets_a_number(world: World) -> None:
    written = write()
    letter = written.letter
    assert letter.shown_number in written.page and len(written.pin) == 8 and written.pin not in letter.pin
    assert (letter.union.code, letter.officer.username) == ("370202", "sun")  # a named officer from the first minute
    assert (letter.words.text, letter.phone.text) == (WORDS, PHONE)
    page = look(written).get(MINE).text
    assert "已收到" in page and WORDS in page and PHONE not in page


def test_nothing_blocks_but_the_minimum(world: World, client: Client) -> None:
    blank = dict.fromkeys(told(), "")
    refused = client.post(WRITE, blank | {"phone": PHONE})
    assert refused.status_code == 422 and "请至少写一样" in refused.text and PHONE in refused.text
    for name in ("employer_name", "place", "words"):
        page = client.post(WRITE, blank | {name: "海风"}).text
        assert "来信已收到" in page and "您没有留电话" in page
    page = client.post(WRITE, told(phone="1381234", amount_said="好几万吧")).text
    assert "来信已收到" in page and "您留的电话可能写错了" in page


@pytest.mark.parametrize(
    ("where", "said", "code"),
    [
        ({"region_code": "370203"}, "", "370203"),
        ({"region_code": "370200"}, "", "370200"),
        ({}, "市北区台东那边的工地", "370203"),
        ({}, "青岛的一个工地", "370200"),
        ({}, "说不清在哪里", "370000"),
        ({"at": "370202T0001"}, "", "370202"),  # the street has a clerk and nobody who handles
        ({"at": "370203E0001"}, "", "370203"),  # never to the enterprise's own union
        ({"at": "370202T0001", "region_code": "370203"}, "", "370203"),
    ],
)
def test_a_letter_goes_to_the_union_of_the_place(world: World, where: dict[str, str], said: str, code: str) -> None:
    data = told(employer_name="某公司", words=said, **({"region_code": ""} | where))
    assert Client().post(WRITE, data).status_code == 200
    assert WindowLetter.objects.get().union.code == code


def test_the_officer_hears_of_a_letter_at_once_and_not_again_until_she_answered(world: World) -> None:
    written = write()
    mine = look(written)
    told_to = Reminder.objects.filter(url=written.letter.get_absolute_url())
    assert [row.user.username for row in told_to] == ["sun"]
    assert "海风" not in str(told_to.values("title", "items", "note"))
    mine.post(MORE, {"text": "还有一件事"})
    assert told_to.all().count() == 1
    does(world, written.letter, "say", kind="question", text="什么事？")
    mine.post(MORE, {"text": "老板跑了"})
    assert told_to.all().count() == 2


def test_letters_fall_to_whoever_has_the_fewest(world: World) -> None:
    second = User.objects.create_user("sun2", "a-good-long-password", name="孙二")
    Appointment.objects.create(user=second, union=world.unions["370202"], role=RoleName.OFFICER, since=FOUNDED)
    sync_rights(second, timezone.localdate())
    assert [write().letter.officer.username for _ in range(3)] == ["sun", "sun2", "sun"]


# ---- question, answer, clue -------------------------------------------------------------------------------------------


def test_SD_2_2b_a_letter_becomes_a_clue_with_its_number_and_officer(world: World) -> None:
    written = write(papers=[photo()])
    letter = written.letter
    sun = as_user(world, "sun")
    page = sun.get(f"/worker-letters/{letter.pk}/").text
    assert 'value="30000"' in page and 'value="12"' in page and 'value="2026-03-01"' in page
    assert does(world, letter, "register", **REGISTER).status_code == 302
    case = Case.objects.get()
    assert (case.state, case.channel, case.officer.username) == (State.CLUE, Channel.WINDOW, "sun")
    assert case.clue_number and case.accepted_on == timezone.localdate(letter.at)
    assert [row.name for row in case.evidence.all()] == ["欠条.png"]
    assert "正在核实" in look(written).get(MINE).text
    assert WORDS not in case.remark  # the worker's words stay encrypted in her letter
    assert does(world, letter, "register", **REGISTER).status_code == 409 and Case.objects.count() == 1
    assert "职工来信" in sun.get(case.get_absolute_url()).text


def test_what_the_unit_asks_and_tells_is_read_by_the_worker(world: World) -> None:
    written = write()
    mine = look(written)
    does(world, written.letter, "register", **REGISTER)
    assert does(world, written.letter, "say", kind="question", text="工资表有吗？").status_code == 302
    page = mine.get(MINE).text
    assert "工会想问您" in page and "工资表有吗？" in page
    assert mine.post(MORE, {"text": "有，见照片", "papers": [photo()]}).status_code == 302
    letter = WindowLetter.objects.get()
    assert letter.unread and "回答" not in mine.get(MINE).text.split("<h2>")[1].split("</h2>")[0]
    sun = as_user(world, "sun")
    assert "有，见照片" in sun.get(letter.get_absolute_url()).text
    assert letter.shown_number in sun.get("/worker-letters/").text
    assert "来信职工回答" in sun.get(f"{letter.case.get_absolute_url()}?tab=facts").text
    assert does(world, letter, "papers").status_code == 302 and letter.case.evidence.count() == 1
    does(world, letter, "say", kind="feedback", text="单位答应月底前付清。")
    assert "单位答应月底前付清。" in mine.get(MINE).text
    assert letter.case.acts.filter(kind=ActKind.FEEDBACK_WORKER, outcome=Outcome.DONE).count() == 1


def test_the_progress_follows_the_case_in_plain_words(world: World) -> None:
    written = write()
    mine = look(written)
    does(world, written.letter, "register", **REGISTER)
    case = Case.objects.get()
    sun, at = world.user("sun"), timezone.now()
    case = workflow.move(case, "verify", sun, at, seen=case.version)
    assert "已查实，正在办理" in mine.get(MINE).text
    case = workflow.move(case, "transfer", sun, at, seen=case.version, receiver=world.unions["370203"], reason="属市北")
    assert "正在转给有管辖的工会" in mine.get(MINE).text
    workflow.move(case, "accept_transfer", world.user("feng"), at, seen=case.version)
    letter = WindowLetter.objects.get()
    assert letter.responsible_unit.code == "370203"
    assert does(world, letter, "say", kind="question", text="x").status_code == 403  # the letter follows its case
    assert does(world, letter, "say", "feng", kind="question", text="还欠多少？").status_code == 302


def test_SD_2_2b_not_arrears_is_explained_and_can_be_answered(world: World) -> None:
    written = write()
    assert does(world, written.letter, "explain", text="").status_code == 422
    assert does(world, written.letter, "explain", text="这是工伤待遇，请找人社局。").status_code == 302
    mine = look(written)
    assert "这是工伤待遇，请找人社局。" in mine.get(MINE).text
    mine.post(MORE, {"text": "工资也没发"})
    letter = WindowLetter.objects.get()
    assert letter.standing == LetterStanding.NEW and letter.unread


def test_a_case_that_was_found_is_chosen_with_one_click(world: World) -> None:
    first, second = write(), write()
    does(world, first.letter, "register", **REGISTER)
    number, sun = Case.objects.get().number, as_user(world, "sun")
    url = second.letter.get_absolute_url()
    assert f'href="?join={number}#join"' in sun.get(url).text
    assert f'name="number" value="{number}"' in sun.get(f"{url}?join={number}").text


def test_several_letters_about_one_matter_join_one_case(world: World) -> None:
    first, second = write(papers=[photo()]), write(papers=[photo()])
    does(world, first.letter, "register", **REGISTER)
    case = Case.objects.get()
    assert does(world, second.letter, "join", number="370203-2026-0001").status_code == 422
    assert does(world, second.letter, "join", number=case.clue_number).status_code == 302
    assert case.window_letters.count() == 2 and case.evidence.count() == 1  # the same photo twice
    page = look(second).get(MINE).text
    assert "正在核实" in page and first.letter.shown_number not in page


def test_a_withdrawal_asks_for_a_call_and_closes_nothing(world: World) -> None:
    written = write()
    mine = look(written)
    does(world, written.letter, "register", **REGISTER)
    assert mine.post("/window/mine/withdraw/", {"reason": "老板让我撤"}).status_code == 302
    case = Case.objects.get()
    assert case.state == State.CLUE and "核实之前照常办理" in mine.get(MINE).text
    page = as_user(world, "sun").get(written.letter.get_absolute_url()).text
    assert "老板让我撤" in page and "回访撤回要求" in page
    does(world, written.letter, "call", outcome="unreached")
    assert WindowLetter.objects.get().withdrawal_asked_at  # still to be called
    does(world, written.letter, "call", outcome="confirmed", detail="本人说已拿到钱")
    letter = WindowLetter.objects.get()
    case.refresh_from_db()
    assert letter.withdrawal_asked_at is None and letter.standing == LetterStanding.TAKEN
    assert case.state == State.CLUE and "本人说已拿到钱" not in mine.get(MINE).text
    tried = case.acts.filter(kind=ActKind.FEEDBACK_WORKER).values_list("outcome", flat=True)
    assert list(tried) == [Outcome.UNREACHED, Outcome.DONE]


def test_a_letter_without_a_case_ends_only_by_the_workers_own_word(world: World) -> None:
    letter = write().letter
    confirmed = {"outcome": "confirmed", "detail": ""}
    assert does(world, letter, "call", **confirmed).status_code == 409
    writing.ask_withdrawal(letter, "", timezone.now())
    does(world, letter, "call", outcome="goes_on")
    assert WindowLetter.objects.get().standing == LetterStanding.NEW
    writing.ask_withdrawal(letter, "", timezone.now())
    does(world, letter, "call", **confirmed)
    assert WindowLetter.objects.get().standing == LetterStanding.WITHDRAWN


# ---- who sees what ----------------------------------------------------------------------------------------------------


def test_the_phone_is_masked_and_opened_for_a_purpose_that_is_logged(world: World) -> None:
    letter = write().letter
    sun, url = as_user(world, "sun"), f"/worker-letters/{letter.pk}/reveal/phone/"
    page = sun.get(letter.get_absolute_url()).text
    assert PHONE not in page and "138****5678" in page and "张师傅" not in page
    assert sun.post(url, {"purpose": ""}).status_code == 422
    assert PHONE in sun.post(url, {"purpose": "核实金额"}).text
    assert Event.objects.get(stream=letter.stream, verb="reveal").data["purpose"] == "核实金额"
    assert as_user(world, "lv").post(url, {"purpose": "x"}).status_code == 403
    assert as_user(world, "feng").post(url, {"purpose": "x"}).status_code == 404


def test_no_private_word_stands_in_an_event_or_in_the_clear(world: World) -> None:
    written = write()
    look(written).post(MORE, {"text": "我的银行卡 6222020200112233445"})
    does(world, written.letter, "register", **REGISTER)
    for event in Event.objects.all():
        assert not any(word in str(event.data) for word in (WORDS, PHONE, "张师傅", "6222020200112233445", written.pin))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(l::text, '') FROM portal_windowletter l")
        letters = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(w::text, '') FROM portal_windowword w")
        words = cursor.fetchone()[0]
    assert not any(word in letters + words for word in (WORDS, PHONE, "张师傅", "6222020200112233445", written.pin))


def test_another_colleague_of_the_unit_can_be_named(world: World) -> None:
    letter = write().letter
    assert does(world, letter, "officer", officer=world.people["feng"].pk).status_code == 422
    assert does(world, letter, "officer", officer=world.people["sun"].pk).status_code == 302
    with pytest.raises(Refused):
        answering.change_officer(letter, world.user("feng"), world.user("sun"), timezone.now())
    with pytest.raises(Forbidden):
        answering.change_officer(letter, world.user("sun"), world.user("lv"), timezone.now())


def test_the_list_costs_the_same_however_long(world: World, django_assert_max_num_queries: Any) -> None:
    for _ in range(4):
        write()
    sun = as_user(world, "sun")
    with django_assert_max_num_queries(11):
        assert sun.get("/worker-letters/").text.count("海风建设有限公司") == 4
    assert "职工来信" in sun.get("/cases/").text


def test_a_letter_moves_with_its_unit_and_its_case(world: World) -> None:
    letter = write().letter
    tree.move(world.unions["370202"], world.unions["370000"], timezone.localdate(), None, timezone.now())
    letter.refresh_from_db()
    assert letter.path == Union.objects.get(code="370202").path
    assert places.county_of(letter.union) == "370202"


def test_a_case_without_letters_shows_no_box(world: World) -> None:
    case = a_case(world)
    assert "职工来信</h2>" not in as_user(world, "li").get(case.get_absolute_url()).text


def test_half_an_hour_without_a_word_closes_the_page(world: World) -> None:
    mine = look(write())
    session = mine.session
    session["visits"] = {
        "window": session["visits"]["window"] | {"until": (timezone.now() - timedelta(seconds=1)).timestamp()}
    }
    session.save()
    assert mine.get(MINE).url == f"{ENTER}?late"
    assert "过了半小时" in mine.get(f"{ENTER}?late").text


def test_leaving_forgets_the_letter(world: World) -> None:
    mine = look(write())
    assert mine.post("/window/mine/leave/").status_code == 302
    assert mine.get(MINE).status_code == 302


def test_the_poster_leads_to_the_form_of_the_unit(world: World, settings: Any) -> None:
    settings.SITE_URL = "https://xinbao.example"
    duty(world)
    page = as_user(world, "sun").get("/unions/370202/poster/").text
    assert "https://xinbao.example/window/write/?at=370202" in page and "0532-85712351" in page
    assert "data:image/svg+xml" in page
    form = Client().get("/window/write/?at=370202").text
    assert '<option value="370202" selected>' in form and "市南区总工会" in form
