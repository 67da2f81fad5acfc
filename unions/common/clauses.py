"""How a clause of a notice is called before people. The rooms that know the notices declare `clause names`."""

from __future__ import annotations

from dataclasses import dataclass

from unions.common.features import provided


@dataclass(frozen=True)
class ClauseName:
    """`name`: “青岛通知第六条（四）”; `words`: number of the notice, article and what it says."""

    name: str
    words: str


def clause_name(clause: object, rulebook: object = "") -> ClauseName:
    """The name of a clause by its id; `rulebook`: the key of its rulebook, where it is known. An id no rulebook has stays as it is."""
    for ask in provided("clause names"):
        if found := ask(str(clause), str(rulebook)):
            return found  # type: ignore[no-any-return]
    return ClauseName(str(clause), "")


def in_brackets(clause: str, rulebook: str = "") -> str:
    """“（青岛通知第六条（四））” to stand behind what it is about; "" without a clause."""
    return f"（{clause_name(clause, rulebook).name}）" if clause else ""
