"""No text of a place's notice stands in code or templates: what one place's notice asks is data of its rulebook."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from arrears.law.obligations.requirements import cited
from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.rules.vocabulary import REQUIREMENTS

ROOT = Path(settings.BASE_DIR)
NOTICES = {key: book for key, book in delivered_rulebooks().items() if book.kind == "notice"}
# Written by each of the five: the beginnings of their clause ids, of their numbers, their places.
PREFIXES = sorted({clause.id.split("-")[0] for book in NOTICES.values() for clause in book.clauses})
CLAUSE = re.compile(rf"\b(?:{'|'.join(PREFIXES)})-[A-Z]?\d")
NUMBERS = [book.number.split("〔")[0] for book in NOTICES.values() if book.number]
NAMES = [*NUMBERS, "青岛", "山东", "青海", "西宁", "营口", "辽宁", "青浦", "上海", "齐鲁"]
NOTES = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


def foreign(text: str) -> list[str]:
    return [*CLAUSE.findall(text), *(name for name in NAMES if name in text)]


def strings(path: Path) -> Iterator[str]:
    """The strings of a module that are not its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_the_five_are_known() -> None:
    assert PREFIXES == ["QD", "QH", "QP", "SD", "YK"] and len(NUMBERS) == 4


@pytest.mark.parametrize("package", ["unions", "arrears", "reporting", "config"])
def test_no_code_says_what_one_places_notice_says(package: str) -> None:
    """The demo alone tells of places: they are its story."""
    modules = [path for path in (ROOT / package).rglob("*.py") if (ROOT / "reporting/demo") not in path.parents]
    found = {f"{path.relative_to(ROOT)}: {text[:60]}" for path in modules for text in strings(path) if foreign(text)}
    assert modules and found == set()


def test_no_template_says_what_one_places_notice_says() -> None:
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]
    found = {
        f"{path.relative_to(ROOT)}: {hits}"
        for path in pages
        if (hits := foreign(NOTES.sub("", path.read_text("utf-8"))))
    }
    assert len(pages) > 100 and found == set()


def test_every_step_a_notice_may_speak_of_is_asked_somewhere() -> None:
    """A requirement nobody asks for would be a promise of the rulebook that the program does not keep."""
    composed = ("refer-", "round-")
    assert {step for step in REQUIREMENTS if not step.startswith(composed) and not _asked(step)} == set()


def _asked(step: str) -> bool:
    paths = [*(ROOT / "arrears").rglob("*.py"), *(ROOT / "reporting").rglob("*.py")]
    return any(step in strings(path) for path in paths if path.name != "vocabulary.py")


def test_a_clause_is_quoted_by_notice_and_article() -> None:
    assert cited(NOTICES["qinghai-2022-41"], "QH-3b") == "青总办〔2022〕41号 三 通报人社"
    assert cited(NOTICES["qingdao-2021"], "QD-2").endswith("的通知》 二 目标任务"), "it has no number"
