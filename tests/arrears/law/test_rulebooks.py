"""The rulebooks: every entry is in its notice, a bad file is refused with file, line and reason."""

import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core import checks

from arrears.cases.models import Channel
from arrears.escalations.grounds import GENERAL
from arrears.law import checks as rules_check
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules import reader, vocabulary
from arrears.law.rules.reader import NOTICES, RulebookError, delivered_rulebooks, parse_rulebook, read_rulebook
from arrears.law.rules.rulebook import Campaign, Clause, Entry, Rulebook
from tests.cast import AT, FOUNDED, World
from unions.common.industries import Nature
from unions.models import Union, UnionKind
from unions.tree import actions as tree

NOTICE_TEXTS = Path(settings.BASE_DIR) / "arrears" / "law" / "editions" / "texts"

# The clauses of the five notices, as the project's table of clauses lists them.
CLAUSES = {
    "qingdao-2021": "0 2 3 4.1a 4.1b 4.1c 4.1d 4.2 4.3 5 6.1 6.2 6.3 6.4 6.4b 6.5 7 7b 8",
    "qinghai-2022-41": "0 2a 2b 2c 3a 3b 3c 3d-weekly 3d-50 3d-zero 3e-monthly 3e-final A1 A2",
    "shandong-2023-18": "1 2.1a 2.1b 2.1c 2.1d 2.2a 2.2b 2.2c 2.2d 2.3a 2.3b 2.3c 2.3d 2.3e 2.3f 2.3g 2.4a 2.4b 2.4c 2.4d 2.4e 3.2 3.3 3.3b 3.4 3.4b R1 A",
    "yingkou-2018-2": "1.1 1.1b 1.2 1.3 2.1 2.2 2.3 2.4 2.5 3 3b",
    "qingpu-2023-1": "1.2 1.3 2.1 2.2 2.3 3.1 3.2 3.3 4.1 4.2 4.3",
}
PREFIX = {
    "qingdao-2021": "QD",
    "qinghai-2022-41": "QH",
    "shandong-2023-18": "SD",
    "yingkou-2018-2": "YK",
    "qingpu-2023-1": "QP",
}


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def quoted(book: Rulebook) -> Iterable[Clause | Campaign | Entry]:
    yield from book.clauses
    yield from book.campaigns
    yield from book.entries()


@pytest.mark.parametrize("key", NOTICES)
def test_every_quotation_stands_in_the_notice(key: str) -> None:
    text = bare((NOTICE_TEXTS / f"{key}.txt").read_text("utf-8"))
    for entry in quoted(delivered_rulebooks()[key]):
        assert len(entry.quotation) >= 6, entry
        assert bare(entry.quotation) in text, entry


@pytest.mark.parametrize("key", NOTICES)
def test_issuer_number_and_title_stand_in_the_notice(key: str) -> None:
    book = delivered_rulebooks()[key]
    text = bare((NOTICE_TEXTS / f"{key}.txt").read_text("utf-8"))
    assert book.issuer in text and bare(book.number) in text and bare(book.title) in text
    issued = rf"{book.issued.year}年{book.issued.month}月{book.issued.day}日"
    assert issued in text


@pytest.mark.parametrize("key", NOTICES)
def test_every_clause_of_the_notice_is_there(key: str) -> None:
    assert [clause.id for clause in delivered_rulebooks()[key].clauses] == [
        f"{PREFIX[key]}-{one}" for one in CLAUSES[key].split()
    ]


@pytest.mark.parametrize("key", NOTICES)
def test_a_number_the_notice_does_not_give_says_where_it_comes_from(key: str) -> None:
    """A term in days is in the quotation, or names the law behind it, or says that it is a local setting."""
    text = bare((NOTICE_TEXTS / f"{key}.txt").read_text("utf-8"))
    for rule in delivered_rulebooks()[key].deadlines:
        number = rule.workdays or rule.days or rule.months
        if number and not rule.basis and not rule.local:
            assert str(number) in rule.quotation and bare(rule.quotation) in text, rule.name


def test_the_law_names_the_law() -> None:
    law = delivered_rulebooks()["law-national"]
    assert all(entry.basis for entry in law.entries())
    assert not law.attached_to


def test_the_words_of_the_rulebooks_are_those_of_the_program() -> None:
    assert set(vocabulary.UNION_KINDS) == set(UnionKind.values)
    assert tuple(ground.key for ground, _ in GENERAL) == tuple(vocabulary.GROUNDS)
    assert set(vocabulary.NATURES) == set(Nature.values)
    assert set(vocabulary.CHANNELS) == set(Channel.values)


@pytest.mark.parametrize(
    ("code", "day", "keys"),
    [
        ("370202", "2023-12-01", {"qingdao-2021", "shandong-2023-18"}),
        ("370202", "2021-08-10", set()),
        ("370202", "2021-08-11", {"qingdao-2021"}),
        ("370202", "2024-03-01", {"qingdao-2021"}),
        ("630102", "2022-10-01", {"qinghai-2022-41"}),
        ("310118", "2023-12-31", {"qingpu-2023-1"}),
        ("310118", "2024-01-01", set()),
    ],
)
def test_a_rulebook_holds_for_its_union_and_all_below_while_in_force(
    world: World, code: str, day: str, keys: set[str]
) -> None:
    qinghai = tree.found("630000", "青海省总工会", UnionKind.PROVINCE, None, FOUNDED, None, AT, region_code="630000")
    tree.found("630102", "城东区总工会", UnionKind.DISTRICT, qinghai, FOUNDED, None, AT, region_code="630102")
    tree.found("310118", "青浦区总工会", UnionKind.DISTRICT, None, FOUNDED, None, AT, region_code="310118")
    held = RulebooksByUnit().at([Union.objects.get(code=code)], date.fromisoformat(day))
    assert {book.key for book in held} == {*keys, "law-national"}


# A bad file --------------------------------------------------------------------------------------------------------

SMALL = """key = "small"
title = "小通知"
issuer = "某市总工会"
issued = 2030-01-01
first = 2030-01-01
attached_to = "990000"

[[clause]]
id = "X-1"
heading = "一"
quotation = "五日内报告"
summary = "计时"

[[campaign]]
name = "spring"
clause = "X-1"
quotation = "春季行动"
title = "春季行动"
first = 2030-03-01
last = 2030-03-31

[[threshold]]
name = "many"
clause = "X-1"
title = "人数多"
quotation = "二十人以上"
effect = "上报"
any = [{ workers_from = 20 }]

[[ground]]
name = "many-people"
clause = "X-1"
title = "人数多"
quotation = "二十人以上"
when = "many"

[[deadline]]
name = "report"
clause = "X-1"
title = "报告"
quotation = "五日内报告"
subject = "case"
holder = "企业工会"
starts = "discovered_on"
met_by = "escalated_on"
workdays = 5

[[return]]
name = "monthly"
clause = "X-1"
title = "月报"
quotation = "每月报告"
form = "small-monthly"
every = "month"
due = { workday = 3 }
"""


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


SECOND = SMALL.split("[[deadline]]")[1].split("[[return]]")[0]
RETURN = SMALL.split("[[return]]")[1]

BAD = [
    ("unknown key at the top", "issuer", 'colour = "red"\nissuer', "不认识的键“colour”", 'colour = "red"'),
    ("unknown key in an entry", "workdays = 5", "workdays = 5\nworkdys = 6", "不认识的键“workdys”", "workdys"),
    ("a misspelt term", "workdays = 5", "workdys = 5", "不认识的键“workdys”", "workdys = 5"),
    (
        "unknown key inside a table",
        "workers_from = 20",
        "workers_form = 20",
        "不认识的键“workers_form”",
        "workers_form",
    ),
    ("unknown section", "[[campaign]]", "[[campain]]", "不认识的键“campain”", None),
    ("dangling clause", 'clause = "X-1"\ntitle = "月报"', 'clause = "X-9"\ntitle = "月报"', "条款 X-9 不在", "X-9"),
    ("no clause", 'clause = "X-1"\ntitle = "月报"', 'title = "月报"', "缺少“clause”", "[[return]]"),
    ("empty quotation", 'quotation = "每月报告"', 'quotation = ""', "“quotation”应是一段文字", 'quotation = ""'),
    ("no term", "workdays = 5\n", "", "只写一种", 'name = "report"'),
    ("two terms", "workdays = 5", "workdays = 5\ndays = 3", "只写一种", "days = 3"),
    ("a term of no days", "workdays = 5", "workdays = 0", "大于 0 的整数", "workdays = 0"),
    ("a term in words", "workdays = 5", 'workdays = "五"', "大于 0 的整数", "workdays"),
    ("unknown start", '"discovered_on"', '"discoverd_on"', "“discoverd_on”不认识", "starts"),
    ("unknown flag", "workers_from = 20", 'flags = "huge"', "“huge”不认识", "any ="),
    ("empty alternative", "{ workers_from = 20 }", "{}", "没有任何条件", "any ="),
    ("no alternative", "[{ workers_from = 20 }]", "[]", "至少要有一种", "any ="),
    ("unknown campaign", "workdays = 5", 'workdays = 5\ncampaign = "summer"', "summer 不在", 'campaign = "summer"'),
    ("unknown threshold", "workdays = 5", 'workdays = 5\nwhen = "few"', "few 不在", 'when = "few"'),
    ("a ground upon an unknown threshold", 'when = "many"', 'when = "few"', "few 不在", 'when = "few"'),
    ("a ground that says not when", 'when = "many"\n', "", "要写 when", 'name = "many-people"'),
    ("a general ground with a condition", 'name = "many-people"', 'name = "discovered"', "条件已定", 'when = "many"'),
    ("stock without campaign", "workdays = 5", "workdays = 5\nstock = true", "stock", "stock"),
    ("campaign reversed", "last = 2030-03-31", "last = 2030-02-01", "止日早于起日", "last = 2030-02-01"),
    ("validity reversed", "first = 2030-01-01", "first = 2030-01-01\nlast = 2029-01-01", "早于起", "last = 2029"),
    (
        "clause twice",
        "[[campaign]]",
        '[[clause]]\nid = "X-1"\nheading = "一"\nquotation = "甲"\nsummary = "乙"\n\n[[campaign]]',
        "写了两次",
        None,
    ),
    ("same name twice", "[[return]]", f"[[deadline]]{SECOND}[[return]]", "重名", None),
    (
        "the same thing twice",
        "[[return]]",
        f"[[deadline]]{SECOND}[[return]]".replace('"report"', '"again"', 1),
        "重复",
        None,
    ),
    (
        "a contradiction",
        "[[return]]",
        f"[[deadline]]{SECOND}[[return]]".replace('"report"', '"again"', 1).replace("= 5", "= 7"),
        "矛盾",
        'name = "again"',
    ),
    (
        "a contradiction for some",
        "[[return]]",
        f"[[deadline]]{SECOND}[[return]]".replace('"report"', '"again"', 1).replace(
            "= 5", '= 7\nonly = { natures = "soe" }'
        ),
        "矛盾",
        'name = "again"',
    ),
    (
        "a return with two days",
        'form = "small-monthly"',
        f'form = "small-monthly"\nevery = "month"\ndue = {{ workday = 4 }}\n\n[[return]]{RETURN}'.split(
            'every = "month"\ndue = { workday = 3 }'
        )[0].replace('[[return]]\nname = "monthly"', '[[return]]\nname = "other"'),
        "矛盾",
        'name = "other"',
    ),
    ("weekday in a monthly return", "{ workday = 3 }", '{ weekday = "monday" }', "every 应是 week", 'every = "month"'),
    ("unknown weekday", "{ workday = 3 }", '{ weekday = "someday" }', "“someday”不认识", "due ="),
    (
        "once without period",
        'every = "month"\ndue = { workday = 3 }',
        'every = "once"\ndue = { on = 2030-05-01 }',
        "所报期间",
        None,
    ),
    ("after without count", "{ workday = 3 }", "{ workday = 3, after = 2030-01-01 }", "一起写", "due ="),
    ("no due", "due = { workday = 3 }", "", "缺少“due”", None),
    ("a date in words", "issued = 2030-01-01", 'issued = "元旦"', "应是日期", "issued"),
    ("not TOML", 'name = "monthly"', "name = monthly", "不是合格的 TOML", "name = monthly"),
]


def test_the_small_notice_is_sound() -> None:
    book = parse_rulebook(SMALL, "small.toml")
    assert (book.deadlines[0].line, book.returns[0].due.workday) == (line_of(SMALL, "[[deadline]]"), 3)


@pytest.mark.parametrize(("good", "bad", "reason", "place"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_file_is_refused_with_line_and_reason(good: str, bad: str, reason: str, place: str | None) -> None:
    text = SMALL.replace(good, bad, 1)
    assert text != SMALL
    with pytest.raises(RulebookError, match=reason) as refusal:
        parse_rulebook(text, "small.toml")
    assert refusal.value.file == "small.toml"
    assert str(refusal.value).startswith(f"small.toml 第 {refusal.value.line} 行：")
    if place:
        assert refusal.value.line == line_of(text, place)


def test_two_terms_for_different_cases_do_not_contradict() -> None:
    soe = SMALL.replace("workdays = 5", 'workdays = 5\nonly = { natures = "soe" }')
    other = SECOND.replace('"report"', '"again"').replace("workdays = 5", 'workdays = 7\nonly = { natures = "other" }')
    assert len(parse_rulebook(f"{soe}\n[[deadline]]{other}", "small.toml").deadlines) == 2


def test_a_bad_rulebook_stops_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "rulebooks"
    folder.mkdir()
    (folder / "small.toml").write_text(SMALL.replace("workdays = 5", "workdys = 5"), "utf-8")
    monkeypatch.setattr(rules_check, "delivered_rulebooks", lambda: delivered_rulebooks(folder))
    (message,) = rules_check.rulebooks_are_sound(None)
    assert message.id == "reporting.E001"
    assert message.level == checks.ERROR
    assert "small.toml 第" in str(message.msg)


def test_the_check_is_registered_and_content() -> None:
    assert rules_check.rulebooks_are_sound in checks.registry.registry.get_checks()
    assert rules_check.rulebooks_are_sound(None) == []


def test_a_missing_notice_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_check, "delivered_rulebooks", lambda: delivered_rulebooks(tmp_path))
    assert [message.id for message in rules_check.rulebooks_are_sound(None)] == ["reporting.E002"] * 5


def test_two_files_of_one_key_are_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(SMALL, "utf-8")
    with pytest.raises(RulebookError, match="已有另一个文件"):
        delivered_rulebooks(tmp_path)


def test_reading_needs_no_django() -> None:
    """The pure package in a process without settings: it reads, counts and judges, and Django was never imported."""
    program = """
import sys
from datetime import date
from arrears.law.rules import deadlines, evaluator, facts, schedule
from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.rules.workdays import Calendar
book = delivered_rulebooks()["qinghai-2022-41"]
assert schedule.schedule(book, date(2022, 10, 1), date(2022, 10, 31), Calendar())
assert evaluator.evaluate(facts.read_facts({"workers": 50}), book).triggered
ours = ("arrears", "arrears.law")
assert not [name for name in sys.modules if name.split(".")[0] in ("django", "unions", "config", "reporting")]
assert not [name for name in sys.modules if name.startswith("arrears") and name not in ours and ".law.rules" not in name]
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, env={}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_files_are_read_by_their_name() -> None:
    path = reader.RULEBOOK_FOLDER / "qingdao-2021.toml"
    assert read_rulebook(path).key == path.stem
    assert {path.stem for path in reader.RULEBOOK_FOLDER.glob("*.toml")} == set(NOTICES)
