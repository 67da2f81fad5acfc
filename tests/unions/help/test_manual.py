"""使用手册: a chapter for every role, a heading for every page, and a book that can be built without its pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from docs.tools.manual import build
from tests.cast import World
from tests.readers import as_user
from unions.help import manual
from unions.help.first_steps import GUIDES, chapters_of
from unions.models import UnionKind
from unions.people.rights import RoleName
from unions.sections import HELP, SECTIONS

READ = {key: manual.chapter(key, str) for key in manual.CHAPTERS}
LABELS = [page.label for section in (*SECTIONS, HELP) for page in section.pages]


@pytest.mark.parametrize("label", LABELS)
def test_every_page_has_its_heading(label: str) -> None:
    section = next(section for section in READ[manual.EACH_PAGE].sections if section.heading == label)
    assert len(section.text) > 15


def test_no_heading_is_about_a_page_that_is_not_there() -> None:
    assert {section.heading for section in READ[manual.EACH_PAGE].sections} == set(LABELS)


@pytest.mark.parametrize("role", RoleName)
def test_every_role_has_a_chapter_with_five_jobs(role: RoleName) -> None:
    for kind in (UnionKind.ENTERPRISE, UnionKind.DISTRICT):
        (key,) = chapters_of([(role, kind)])
        headings = [section.heading for section in READ[key].sections]
        assert headings[0] == "您看到的页面" and headings[-1] == "遇到这些情况时"
        assert len(headings) - 2 >= 5


def test_every_chapter_is_a_file_and_every_file_a_chapter() -> None:
    assert {file.stem for file in manual.PLACE.glob("*.md")} - {"README"} == set(manual.CHAPTERS)


def test_a_picture_that_is_not_there_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(manual, "PICTURES", tmp_path)
    assert "<img" not in manual.chapter("enterprise", str).html
    (tmp_path / "enterprise-desk.webp").write_bytes(b"x")
    assert '<img src="/p/enterprise-desk.webp" alt="工作台" loading="lazy"' in manual.chapter(
        "enterprise", lambda name: f"/p/{name}"
    ).html.replace(' title=""', "")


def test_a_picture_is_at_most_150_kilobytes() -> None:
    assert [file.name for file in manual.PICTURES.glob("*") if file.stat().st_size > 150 * 1024] == []


def test_no_chapter_has_more_than_three_printed_pages(tmp_path: Path, browser: Any) -> None:
    """`browser`: Chromium is there."""
    page = browser.new_page()
    for file in build(tmp_path, page):
        pages = len(re.findall(rb"/Type /Page\b(?!s)", file.read_bytes()))
        assert 1 <= pages <= 3, f"{file.stem}: {pages}"
        assert file.with_suffix(".html").exists()
    page.close()


def test_help_shows_the_chapter_of_the_reader_first(world: World) -> None:
    for name, title in (
        ("li", "企业工会经办人"),
        ("sun", "街道、区经办人"),
        ("wu", "单位管理员"),
        ("shenji", "平台管理角色"),
    ):
        shown = as_user(world, name).get("/help/").content.decode()
        assert shown.index(f">{title}</h2>") < shown.index("其他各章")


def test_words_are_found_in_every_chapter(world: World) -> None:
    shown = as_user(world, "li").get("/help/", {"q": "冲正"}).content.decode()
    assert "/help/enterprise/#登记清偿和提请办结" in shown
    assert "暂无结果" in as_user(world, "li").get("/help/", {"q": "没有的词"}).content.decode()
    assert as_user(world, "li").get("/help/nothing/").status_code == 404


def test_each_page_leads_to_what_the_manual_says_of_it(world: World) -> None:
    sun = as_user(world, "sun")
    for address, label in (
        ("/cases/", "欠薪案件"),
        ("/cases/new/", "欠薪案件"),
        ("/returns/", "报表报送"),
        ("/", "工作台"),
    ):
        assert f'href="/help/pages/#{label}">本页说明' in sun.get(address).content.decode()
    assert 'href="/help/">本页说明' in sun.get("/password/").content.decode()


def test_help_names_the_nearest_administrator(world: World) -> None:
    shown = as_user(world, "li").get("/help/").content.decode()
    assert world.people["wu"].name in shown  # of the district: the enterprise has none
    assert "暂无单位管理员" in as_user(world, "han").get("/help/").content.decode()


def test_guides_name_chapters() -> None:
    assert {guide.chapter for guide in GUIDES.values()} <= set(manual.CHAPTERS)
