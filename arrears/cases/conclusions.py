"""The closed list of conclusions a case can end with, each with a model answer to the worker."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from arrears.cases import ledger
from arrears.cases.models import ActKind, Case, EntryKind
from arrears.law.scope import chinese_day

_FILE = Path(__file__).with_name("conclusions.toml")
# A fact a conclusion can demand → what is missing when it is not there.
FACTS = {
    "paid": "台账中没有清偿记录",
    "advanced": "台账中没有垫付记录",
    "untrue": "台账中没有“不属实”记录",
    "mediation": "办理记录中没有调解",
    "arbitration": "办理记录中没有劳动仲裁",
    "litigation": "办理记录中没有诉讼",
    "explanation": "办理记录中没有解释说明",
}


def _paid_until(case: Case) -> str:
    """The day of the last payment that stands, 2026年11月18日; "" when there is none."""
    days = [entry.on for entry in ledger.standing(case) if entry.kind == EntryKind.PAID]
    return chinese_day(max(days)) if days else ""


# A word in braces of a model answer → what the case says for it; "" when it says nothing.
FILLED_IN: dict[str, Callable[[Case], str]] = {"paid_until": _paid_until}


@dataclass(frozen=True)
class Conclusion:
    key: str
    label: str
    answer: str  # may name words of FILLED_IN in braces: shown by `model_answer` alone
    needs: tuple[str, ...]

    @property
    def words(self) -> set[str]:
        """The words in braces of the answer."""
        return {name for _, name, _, _ in Formatter().parse(self.answer) if name is not None}


@cache
def conclusions() -> dict[str, Conclusion]:
    """Key → conclusion. ValueError: the file names a fact or a word that nothing gives."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    read = {key: Conclusion(key, row["label"], row["answer"], tuple(row["needs"])) for key, row in rows.items()}
    unknown = {need for row in read.values() for need in row.needs} - FACTS.keys()
    if unknown:
        raise ValueError(f"{_FILE.name}: unknown facts {sorted(unknown)}")
    if nameless := {word for row in read.values() for word in row.words} - FILLED_IN.keys():
        raise ValueError(f"{_FILE.name}: nothing fills in {sorted(nameless)}")
    return read


def model_answer(case: Case, key: str) -> str:
    """The answer to the worker with the facts of the case; "" where the case lacks one of them, or for an unknown key."""
    if (row := conclusions().get(key)) is None:
        return ""
    facts = {word: FILLED_IN[word](case) for word in row.words}
    return row.answer.format_map(facts) if all(facts.values()) else ""


def label(key: str) -> str:
    found = conclusions().get(key)
    return found.label if found else ""


def present_facts(case: Case) -> set[str]:
    """Keys of FACTS that the case shows. Two queries."""
    kinds = set(ledger.standing_kinds(case))
    acts = set(case.acts.values_list("kind", flat=True))
    present = {
        "paid": EntryKind.PAID in kinds,
        "advanced": EntryKind.ADVANCED in kinds,
        "untrue": EntryKind.UNTRUE in kinds,
        "mediation": ActKind.MEDIATION in acts,
        "arbitration": ActKind.ARBITRATION in acts,
        "litigation": ActKind.LITIGATION in acts,
        "explanation": ActKind.EXPLANATION in acts,
    }
    return {fact for fact, there in present.items() if there}


def missing_among(present: set[str], key: str) -> list[str]:
    """What the conclusion demands beyond `present`, as sentences."""
    return [FACTS[need] for need in conclusions()[key].needs if need not in present]


def missing_facts(case: Case, key: str) -> list[str]:
    """What the conclusion demands and the case does not show, as sentences; empty when all is there."""
    return missing_among(present_facts(case), key)
