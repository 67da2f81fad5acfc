"""docs/notices-walk.md leaves nothing of the five notices out."""

import re
from pathlib import Path

import pytest

from tests.config.test_clauses import IDS

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "arrears/law/editions/texts"
NOTICES = {
    "QD": "qingdao-2021.txt",
    "QH": "qinghai-2022-41.txt",
    "SD": "shandong-2023-18.txt",
    "YK": "yingkou-2018-2.txt",
    "QP": "qingpu-2023-1.txt",
}
NO_PART = "no part: "


def walk() -> dict[str, list[tuple[str, str]]]:
    """Notice → (what it says, what is answered), row by row."""
    text = (ROOT / "docs/notices-walk.md").read_text(encoding="utf-8")
    found = {}
    for part in text.split("\n## ")[1:]:
        rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")][2:]
        found[part[:2]] = [(said, answer) for said, answer in rows]
    return found


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def clauses_of(answer: str) -> list[str]:
    return re.findall(r"(?:QD|QH|SD|YK|QP)-[0-9A-Z][0-9a-z.]*(?:-[a-z0-9]+)?", answer)


@pytest.mark.parametrize("key", NOTICES)
def test_every_sentence_of_the_notice_stands_in_the_walk_in_its_order(key: str) -> None:
    notice = bare((TEXTS / NOTICES[key]).read_text(encoding="utf-8"))
    assert bare("".join(said for said, _ in walk()[key])) == notice


@pytest.mark.parametrize("key", NOTICES)
def test_every_sentence_is_answered_by_a_clause_or_a_reason(key: str) -> None:
    left = [said for said, answer in walk()[key] if not clauses_of(answer) and len(answer) <= len(NO_PART)]
    assert not left
    assert all(answer.startswith(NO_PART) or clauses_of(answer) for _, answer in walk()[key])


def test_every_clause_is_asked_for_by_its_notice() -> None:
    asked = {(key, clause) for key, rows in walk().items() for _, answer in rows for clause in clauses_of(answer)}
    assert [clause for clause in IDS if (clause[:2], clause) not in asked] == []
