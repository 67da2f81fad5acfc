"""What cannot be seen is not read, whichever way it comes in; two ways of writing one name are one name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client

from arrears.cases.models import Case, Employer
from arrears.cases.names import name_key
from tests.cast import World, a_case
from unions.common import xlsx_cells as cells
from unions.common.text import clean, clean_values, narrow, row_keys, search_key
from unions.filters import ListFilter
from unions.models import Union

BACKEND = "unions.people.backends.AppointmentBackend"
HIDDEN = "\u200b\u00ad\ufeff\u2060\u202e\u200d\ufe0f\u3164"


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_cannot_be_seen_is_left_out(hidden: str) -> None:
    assert clean(f"湟源{hidden}建筑有限公司") == "湟源建筑有限公司"
    assert narrow(f"12{hidden}0") == "120"
    assert name_key(f"湟源{hidden}建筑") == name_key("湟源建筑")
    assert cells.plain(f"湟源{hidden}建筑") == "湟源建筑"
    assert cells.is_blank(hidden)


@pytest.mark.parametrize("dot", "•‧・･∙⋅")
def test_every_interpunct_of_a_name_is_one(dot: str) -> None:
    assert clean(f"买买提{dot}艾力") == "买买提·艾力"


def test_width_of_digits_and_letters_but_not_of_chinese_punctuation() -> None:
    assert clean("Ａ座３号楼（一期），全部") == "A座3号楼（一期），全部"
    assert clean("⾦⽔建筑") == "金水建筑"  # radicals of a PDF file
    assert clean("张\u00a0三\u3000李四") == "张 三 李四"


def test_a_text_of_several_lines_keeps_its_width_and_its_bullets() -> None:
    assert clean("• 第１条\n• 第\u200b２条") == "• 第１条\n• 第２条"


def test_two_ways_of_writing_one_number_are_one() -> None:
    assert search_key("青总－2024—0012 号") == search_key("青总-2024-0012号")
    assert search_key("ABC（西宁）有限公司") == search_key("ａｂｃ(西宁)有限公司")
    assert search_key("「海风」建设") == search_key("“海风”建设") == search_key("海风建设")


def test_passwords_are_taken_as_they_were_typed() -> None:
    typed = QueryDict(mutable=True)
    typed["password"] = typed["name"] = "密\u200b码Ａ"
    assert clean_values(typed).dict() == {"password": "密\u200b码Ａ", "name": "密码A"}


@pytest.mark.django_db
def test_an_invisible_character_makes_no_further_employer(world: World, client: Client) -> None:
    """The same name by the form and by a program, with and without what nobody sees."""
    client.force_login(world.user("lv"), BACKEND)
    names = ("湟源双峰建筑有限公司", "湟源\u200b双峰建筑有限公司", "湟源双峰建筑\u00ad有限公司\ufeff")
    for name in names:
        sent = client.post(
            "/api/cases/",
            json.dumps({"union": "370200", "employer_name": name, "no_code": "unknown"}),
            content_type="application/json",
        )
        assert sent.status_code == 201, sent.content.decode()
    assert set(Employer.objects.filter(name__contains="双峰").values_list("name", flat=True)) == {names[0]}
    assert Case.objects.filter(employer__name=names[0]).values("employer").distinct().count() == 1


@pytest.mark.django_db
def test_a_search_finds_what_an_invisible_character_was_typed_into(world: World, client: Client) -> None:
    client.force_login(world.user("lv"), BACKEND)
    page = client.get("/cases/", {"q": "建\u200b筑"})
    assert page.status_code == 200
    assert 'value="建筑"' in page.content.decode()


def test_there_is_one_normaliser() -> None:
    """Nobody else takes Unicode apart; the pure package of rules cannot know of ours."""
    root = Path(__file__).parents[3]
    own = {"unions/common/text.py", "arrears/law/rules/decree.py"}
    for top in ("unions", "arrears", "reporting"):
        for file in (root / top).rglob("*.py"):
            name = file.relative_to(root).as_posix()
            assert name in own or "unicodedata.normalize" not in file.read_text(), name


@pytest.mark.django_db
@pytest.mark.parametrize("dashes", ["-", "－", "—", "–", "‑", " - "])
def test_a_case_is_found_by_its_number_however_it_is_typed(world: World, client: Client, dashes: str) -> None:
    case = a_case(world)
    Case.objects.filter(pk=case.pk).update(original_number="旧－2021—017")
    client.force_login(world.user("he"), BACKEND)
    assert case.number
    for number in (case.number.lower().replace("-", dashes), f"旧{dashes}2021{dashes}017"):
        found = client.get("/api/cases/", {"q": number}).json()["results"]
        assert [one["number"] for one in found] == [case.number], number


@pytest.mark.django_db
def test_both_sides_of_a_search_are_read_alike(world: World) -> None:
    union = world.unions["370202"]
    Union.objects.filter(pk=union.pk).update(name="市南区（城阳）「总工会」Ａ·座")
    for typed in ("(城阳)总工会", "城阳 总工会a", "市南区【城阳】", "市南区(城阳)“总工会”a座"):
        assert Union.objects.filter(name__reads=typed).get() == union, typed
    assert Union.objects.filter(name__reads_as="市南区(城阳)总工会 A座").get() == union
    assert not Union.objects.filter(name__reads_as="市南区").exists()
    assert not Union.objects.filter(name__reads="——").exists() and not Union.objects.filter(name__reads="百%").exists()


def test_no_list_searches_words_as_they_were_typed() -> None:
    """Every clause of `Words` that names a column reads it, or asks a function that does."""
    for kind in ListFilter.__subclasses__():
        for name, one in kind.base_filters.items():
            clauses = [clause for clause in getattr(one, "clauses", ()) if isinstance(clause, str)]
            assert all(clause.endswith(("__reads", "__reads_as")) or name == "period" for clause in clauses), (
                kind,
                name,
            )


def test_footnote_marks_are_no_digits() -> None:
    """1² is not 12, in a figure, a day or a phone number; in a name it reads as ever."""
    assert narrow("１²") == "1²" and narrow("①") == "①"
    assert cells.as_day("2026-11-1②") is None
    assert search_key("第①项目部") == search_key("第1项目部")


def test_what_can_be_no_row_is_left_out() -> None:
    assert row_keys(["12", "１２", "-3", "", "1e3", "9" * 18, "9" * 19, "9" * 5000]) == [12, int("9" * 18)]
