"""Signing in: whom a wrong password slows down, when a session ends, and which passwords are too easy."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.arrears.desk.test_browser_spine import enter
from tests.cast import PASSWORD, World, a_case
from tests.readers import as_user
from unions import sessions

WRONG = {"username": "sun", "password": "wrong"}


def test_wrong_passwords_from_elsewhere_keep_nobody_out(world: World, settings: Any) -> None:
    """Behind the proxy every request has the proxy's address: what it saw counts."""
    settings.BEHIND_HTTPS, settings.SECURE_SSL_REDIRECT = True, False
    stranger = Client(headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"})
    for _ in range(6):
        answer = stranger.post(reverse("sign-in"), WRONG)
    assert answer.status_code == 429 and answer["Retry-After"] == "60" and "暂停登录一分钟" in answer.text
    forged = Client(headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    assert forged.post(reverse("sign-in"), WRONG).status_code == 429, "what the caller adds herself counts for nothing"
    at_home = Client(headers={"X-Forwarded-For": "198.51.100.7"})
    assert at_home.post(reverse("sign-in"), {"username": "sun", "password": PASSWORD}).status_code == 302


def test_half_an_hour_untouched_ends_the_session(world: World, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    sun, now = as_user(world, "sun"), sun_clock(monkeypatch)
    page = reverse("inbox")
    for minute in (0, 20, 45, 70):
        now(minute)
        assert sun.get(page).status_code == 200, "each of them a touch"
    now(70 + 29)
    assert sun.get(page, headers={"X-Unattended": "1"}).status_code == 200
    now(70 + 31)
    assert sun.get(page)["Location"] == f"{reverse('sign-in')}?next={page}", "a page that asks by itself is no touch"
    assert sun.get(page).status_code == 302


def test_ten_hours_are_the_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sun, now = as_user(world, "sun"), sun_clock(monkeypatch)
    for minute in range(0, 600, 25):
        now(minute)
        assert sun.get(reverse("inbox")).status_code == 200
    now(601)
    assert sun.get(reverse("inbox")).status_code == 302


def sun_clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that sets the clock of sessions to so many minutes after now."""
    start = sessions.time.time()
    minutes = [0]
    monkeypatch.setattr(sessions.time, "time", lambda: start + 60 * minutes[0])
    return lambda to: minutes.__setitem__(0, to)


@pytest.mark.parametrize(
    "easy",
    [
        "gonghui2026!!",
        "市南区总工会2026",
        "Qianxin-123456",
        "sun20262026",
        "孙建国工会123456",
        "admin888888gh",
        "欠薪欠薪欠薪欠薪欠薪",
    ],
)
def test_words_of_the_trade_make_no_password(world: World, easy: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(easy, world.user("sun"))
    assert any("容易猜到" in sentence for sentence in refused.value.messages), refused.value.messages


@pytest.mark.parametrize("good", ["一二三木头人过马路", "kestrel-over-river", "gong-hui-river-otter-5"])
def test_a_word_beside_others_is_no_fault(world: World, good: str) -> None:
    validate_password(good if len(good) > 9 else good + "去上学", world.user("sun"))


def test_what_a_page_asks_by_itself_says_so(open_page: Callable[..., Any], world: World) -> None:
    case = a_case(world)
    sun, asked = enter(open_page, "sun"), dict[str, bool]()

    def note(request: Any) -> None:
        if "hx-request" in request.headers:
            asked[request.url.partition("?")[0].removesuffix("/").rpartition("/")[2]] = (
                "x-unattended" in request.headers
            )

    sun.on("request", note)
    sun.goto(case.get_absolute_url())
    sun.wait_for_load_state("networkidle")
    assert asked and all(asked.values()), "a box that loads with the page"
    asked.clear()
    sun.keyboard.press("/")
    sun.get_by_role("combobox", name="搜索").fill("市南区")
    sun.get_by_text("市南区总工会").first.wait_for()
    assert asked == {"search": False}, "typing is a touch"
