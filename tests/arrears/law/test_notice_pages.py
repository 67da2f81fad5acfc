"""The notices in the browser: beside their text what the system does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from arrears.law.editions.display import laid_out
from arrears.law.editions.texts import NoticeText, text_of
from arrears.law.rules.reader import NOTICES
from arrears.law.rules.reader import delivered_rulebooks as files
from arrears.law.rules.workdays import Calendar
from tests.cast import World
from tests.rulebook_uploads import TODAY, signed_in

# The notice beside what the system does ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", NOTICES)
def test_every_clause_stands_beside_its_own_words(key: str) -> None:
    book = files()[key]
    rows = laid_out(book, text_of(key), TODAY, Calendar())
    shown = [one for row in rows for one in row.clauses]
    assert sorted(one.clause.id for one in shown) == sorted(clause.id for clause in book.clauses)
    assert all(one.found for one in shown), "every quotation is in the text"
    assert sum(len(one.items) for one in shown) == len(list(book.entries())) + len(book.campaigns)
    for row in rows:
        assert row.paragraph and "".join(piece.text for piece in row.pieces) == row.paragraph.text


def said(key: str, clause: str, calendar: Calendar | None = None) -> str:
    for row in laid_out(files()[key], text_of(key), TODAY, calendar or Calendar()):
        for one in row.clauses:
            if one.clause.id == clause:
                return "\n".join(
                    line
                    for item in one.items
                    for line in (*item.lines, item.example, *item.local, item.basis, item.reading)
                )
    raise KeyError(clause)


def test_numbers_say_whether_they_include_themselves() -> None:
    told = said("qingdao-2021", "QD-4.1c")
    assert "涉及 10 人以上（含本数），且金额 100,000 元以上（含本数）" in told
    assert "同一名职工：欠薪 3 个月以上（含本数），且金额 10,000 元以上（含本数）" in told
    assert "涉及 50 人以上（含本数）" in said("qinghai-2022-41", "QH-3d-50")
    assert "欠薪 3 个月以上（含本数）" in said("yingkou-2018-2", "YK-2.1")


def test_terms_are_counted_from_today() -> None:
    told = said("qingdao-2021", "QD-5")
    assert "自协商失败起 5 个工作日内" in told
    assert "11月20日（周五）协商失败，+5个工作日，跳过 11/21、11/22 → 11月27日" in told
    assert "下一次：2026-12-31 23:59 前（2026年第4季度，最后1个工作日 → 12月31日）" in told
    assert "没有规定时数" in said("qingdao-2021", "QD-6.4"), "hours are always a local setting"
    assert "天数由本地设定" in said("qingdao-2021", "QD-4.3")


def test_campaigns_and_returns_that_are_over_say_so() -> None:
    told = said("qinghai-2022-41", "QH-3d-weekly")
    assert "2022-10-01 至 2022-10-31（含首尾两日）" in told and "已结束" in told
    assert "每周一 16:00 前，遇休息日顺延到下一个工作日，报上一周" in told
    assert "最后一次：2022-10-31 16:00" in told


def test_a_crime_threshold_nobody_found_is_called_unset() -> None:
    assert "未设定" in said("law-national", "LAW-crime")
    assert "涉及 10 人以上（含本数），且金额 50,000 元以上（含本数）" in said("yingkou-2018-2", "YK-2.4")


def test_the_pages_of_all_rulebooks(world: World, client: Client, django_assert_max_num_queries: Any) -> None:
    signed_in(client, world, "sun")
    with django_assert_max_num_queries(14):
        page = client.get(reverse("rulebooks")).content.decode()
    own = {"qingdao-2021", "shandong-2023-18"}
    assert {key for key in NOTICES if files()[key].title in page} == own
    elsewhere = client.get(reverse("rulebooks") + "?of=elsewhere").content.decode()
    assert {key for key in NOTICES if files()[key].title in elsewhere} == set(NOTICES) - own
    assert page.count("适用于您的单位") >= 2 and "上传新规则" not in page
    for key in files():
        with django_assert_max_num_queries(10):
            answer = client.get(reverse("rulebook", args=[key]))
        assert answer.status_code == 200
    page = client.get(reverse("rulebook", args=["qingdao-2021"])).content.decode()
    assert "<mark>拖欠十名以上劳动者的劳动报酬且数额累计在十万元及以上的" in page and "本地设置" in page
    assert client.get(reverse("rulebook", args=["no-such"])).status_code == 404


def test_reading_takes_a_sign_in(client: Client, db: None) -> None:
    for name in ("rulebooks", "rulebook-upload", "work-calendar", "holidays", "calendar-day", "calendar-count"):
        assert client.get(reverse(name)).status_code == 302


def test_broken_lines_are_one_paragraph() -> None:
    text = NoticeText(
        "关于某事的通知\n\n各级工会应当认真贯彻落实本通知的各项要求，切实维护职工\n\n合法权益。\n二、目标\n甲\t乙"
    )
    assert [(one.kind, one.text[:6]) for one in text.paragraphs] == [
        ("heading", "关于某事的通"),
        ("text", "各级工会应当"),
        ("heading", "二、目标"),
        ("row", "甲\t乙"),
    ]
    assert text.find("职工合法权益") == 1 and text.find("没有的话") is None
    pieces = text.pieces(1, ["职工合法权益"])
    assert [(piece.text, piece.quoted) for piece in pieces][1:] == [("职工合法权益", True), ("。", False)]
