"""A rulebook meant to do harm, or badly made: refused with a sentence; nothing in force can break a filing or a night's work."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from arrears.cases.models import Case
from arrears.law.editions.feed import owner, renew
from arrears.law.models import Obligation, RulebookUpload
from arrears.law.rules.decree import DecreeError, read_decree
from arrears.reminders.ways import messenger
from arrears.reminders.webhook import Webhook
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user
from tests.rulebook_uploads import RULEBOOK, activated, post, recomputed, tried
from unions.models import Event


def changed(old: str, new: str) -> str:
    assert old in RULEBOOK
    return RULEBOOK.replace(old, new, 1)


NESTED = "a" + ".a" * 200_000 + " = 1"
LONG = "字" * 81
YAML = "key: shandong-2027-1\ntitle: 通知\ndeadlines:\n  - name: report\n"

HOSTILE: dict[str, tuple[bytes | str, str]] = {
    "too large": (b"#" * 10_000_000, "过大"),
    "too many characters": ("# " + "字" * 500_001, "500,000"),
    "a NUL": (RULEBOOK + "\x00", "TOML"),
    "an escaped NUL": (changed('title = "报告"', 'title = "报\\u0000告"'), "控制字符"),
    "a right-to-left mark": (changed('title = "报告"', 'title = "报\\u202e告"'), "控制字符"),
    "UTF-16": (RULEBOOK.encode("utf-16"), "UTF-8"),
    "GBK": (RULEBOOK.encode("gbk"), "UTF-8"),
    "YAML": (YAML, "不是合格的 TOML"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\xff" * 100, "UTF-8"),
    "nested dots": (NESTED, "个以上的点"),
    "nested tables": ("[" + "a." * 90 + "a]\n", "缺少“key”"),
    "nested brackets": ("a = " + "{a=" * 9_000, "过深的嵌套"),
    "a title that fills no column": (changed('title = "报告"', f'title = "{LONG}"'), "最多 80 个"),
    "a holder that fills no column": (changed('holder = "各级工会"', f'holder = "{LONG}"'), "最多 80 个"),
    "a name that fills no column": (changed('name = "report"', f'name = "{"r" * 61}"'), "最多 60 个"),
    "a list of lists": (changed('starts = "accepted_on"', 'starts = [["accepted_on"]]'), "不认识"),
    "a list of tables": (changed('starts = "accepted_on"', "starts = [{ a = 1 }]"), "不认识"),
    "a number for a word": (changed('senders = "city"', "senders = [7]"), "不认识"),
    "an endless number": (changed("workers_from = 12", "amount_from = inf"), "不超过一万亿"),
    "no number": (changed("workers_from = 12", "amount_from = nan"), "不超过一万亿"),
    "a huge warning": (changed("workdays = 3", "at_once = true\nwarn_after_hours = 99999999999"), "不能大于"),
    "a huge extension": (changed("workdays = 3", "workdays = 3\nextension_workdays = 999999"), "不能大于"),
    "a second sense": (RULEBOOK + RULEBOOK, "TOML"),
    "thousands of clauses": (RULEBOOK + '[[clause]]\nid = "X"\nheading = "x"\nsummary = "x"\n' * 9_000, "最多 300 项"),
    "the law": (changed('issuer = "山东省总工会"', 'kind = "law"\nissuer = "x"'), ""),
    "another's place": (changed('"370000"', '"630000"'), "所辖工会的编码"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_do_harm_is_refused_with_a_sentence(world: World, name: str) -> None:
    content, sentence = HOSTILE[name]
    client = as_user(world, "shen")
    began = time.monotonic()
    answer = post(client, content)
    assert time.monotonic() - began < 10, "nobody waits for it"
    assert answer.status_code == 422, answer.status_code
    assert sentence in answer.content.decode()
    assert not RulebookUpload.objects.exists()
    assert client.get(reverse("rulebooks")).status_code == 200


def test_a_name_of_markup_is_shown_as_text(world: World) -> None:
    content = changed('title = "报告"', 'title = "<script>alert(1)</script>"')
    upload = tried(world, content)
    activated(upload, world.user("yang"), AT)
    for name in ("rulebook-trial", "rulebook-preview"):
        page = as_user(world, "shen").get(reverse(name, args=[upload.pk])).content.decode()
        assert "<script>alert" not in page
    page = as_user(world, "li").get(reverse("rulebook", args=["shandong-2027-1"])).content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


def test_the_longest_that_is_let_in_breaks_no_filing(world: World) -> None:
    """Every text at its limit, every number at its limit: activated, a case is filed, counted again and shown."""
    content = (
        changed('title = "报告"', f'title = "{"字" * 80}"')
        .replace('holder = "各级工会"', f'holder = "{"字" * 80}"\nbasis = "{"据" * 120}"')
        .replace("workdays = 3", "workdays = 2500\nextension_workdays = 2500")
        .replace("first = 2027-01-01", "first = 2026-01-01")
    )
    activated(tried(world, content), world.user("yang"), AT)
    case = a_case(world, accepted_on=date(2026, 11, 20))
    row = Obligation.objects.get(case=case, rulebook="shandong-2027-1")
    assert (len(row.title), len(row.bearer), len(row.basis)) == (80, 80, 120)
    assert row.due_at is not None and row.due_at.year == 2036
    li = as_user(world, "li")
    assert li.get(row.get_absolute_url()).status_code == 200
    assert li.get(reverse("obligations")).status_code == 200
    event = Event.objects.get(stream="rulebook:shandong-2027-1", verb="activate_rulebook")
    assert recomputed(event) == 0


def test_two_who_activate_at_once_put_one_in_force(world: World) -> None:
    """The database holds one active edition per key, whatever the program does."""
    first, second = tried(world), tried(world)
    activated(first, world.user("yang"), AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        RulebookUpload.objects.filter(pk=second.pk).update(
            stage="active", active_from=AT.date(), decided_by=world.people["yang"]
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RulebookUpload.objects.filter(pk=first.pk).update(decided_by=world.people["shen"])


# Pasted decrees ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "关于2027年部分节假日安排的通知\n" + "一、元旦：" + "1月1日、" * 50_000,
        "关于2027年部分节假日安排的通知\n" + "（" * 200_000,
        "关于2027年部分节假日安排的通知\n" + "1月" * 200_000 + "日放假",
        "关于2027年部分节假日安排的通知\n一、元旦：1月1日至12月31日放假调休，共365天。",
        "关于9999年部分节假日安排的通知\n一、元旦：1月1日放假。",
        "\x0b" * 1000,
        "１" * 100_000,
        "关于2027年部分节假日安排的通知\n一、元旦：" + "1日(" * 4_900 + "放假",
        "关于2027年部分节假日安排的通知\n一、元旦：" + "一" * 19_000,
        "关于2027年部分节假日安排的通知\n" + "一、元旦：1月1日放假。" * 1_500,
    ],
    ids=["many", "brackets", "months", "a whole year", "far", "blanks", "digits", "notes", "numerals", "items"],
)
def test_a_decree_of_nonsense_is_read_or_refused_in_time(text: str) -> None:
    began = time.monotonic()
    try:
        read_decree(text, None)
    except DecreeError as error:
        assert str(error).endswith("。")
    assert time.monotonic() - began < 5


def test_a_pasted_nonsense_is_a_422(world: World) -> None:
    client = as_user(world, "shen")
    for text in ("x", "\x00", "关于2027年部分节假日安排的通知", "字" * 100_000):
        answer = client.post(reverse("holidays-enter"), {"text": text, "confirmed": "yes"})
        assert answer.status_code == 422, text[:9]


# Feeds and gateways --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "a", "x" * 5000, "..", "%00", "\ud7ff", "' OR 1=1 --", "*"])
def test_a_guessed_feed_is_nobodys(world: World, token: str) -> None:
    renew(world.user("sun"), AT)
    assert owner(token) is None
    assert Client().get(f"/calendar/{token or 'x'}.ics").status_code == 404


def test_a_renewed_feed_kills_the_old_address_at_once(world: World) -> None:
    old = renew(world.user("sun"), AT)
    new = renew(world.user("sun"), AT)
    assert owner(old) is None and owner(new) == world.people["sun"] and old != new
    with connection.cursor() as cursor:
        cursor.execute("SELECT token_sha256 FROM law_calendarfeed")
        assert new not in str(cursor.fetchall())


def test_nobody_but_the_installation_names_the_gateway(world: World, settings: Any) -> None:
    """The address messages go to is a setting of the server: no form, no preference and no rulebook reaches it."""
    settings.MESSAGE_WEBHOOK_URL = "https://gateway.example.org/send"
    settings.MESSAGE_WEBHOOK_SECRET = "s" * 16
    client = as_user(world, "li")
    answer = client.post(
        reverse("reminder-preferences"),
        {"message_to": "http://169.254.169.254/latest", "message": ["immediate"], "email": [], "in_app": []},
    )
    assert answer.status_code in (302, 422)

    sender = messenger()
    assert isinstance(sender, Webhook) and sender.url == "https://gateway.example.org/send"


# Overtaken -----------------------------------------------------------------------------------------------------------


def test_a_recompute_of_two_workers_is_told_once(world: World) -> None:
    """The same message to two workers: what the first wrote stands, and the chain has one line."""
    content = changed("first = 2027-01-01", "first = 2026-01-01")
    cases = [a_case(world, accepted_on=date(2026, 11, 20)) for _ in range(1)]
    cases.append(a_case(world, accepted_on=date(2026, 11, 20), employer=an_employer("另一家")))
    activated(tried(world, content), world.user("yang"), AT)
    event = Event.objects.get(stream="rulebook:shandong-2027-1", verb="activate_rulebook")
    assert [recomputed(event) for _ in range(3)] == [2, 0, 0]
    assert Event.objects.filter(stream=event.stream, verb="recompute").count() == 1
    assert Obligation.objects.filter(rulebook="shandong-2027-1", case__isnull=False).count() == len(cases)
    assert Case.objects.count() == len(cases) and timedelta(0) <= AT - event.at
