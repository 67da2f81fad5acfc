"""The result of a trial as rows to read: what the new rulebook gives beside what the one in force gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from arrears.cases.models import Case
from arrears.law.models import RulebookUpload
from unions.models import Union


@dataclass(frozen=True)
class Compared:
    """One entry: figures under the new rulebook and the old one (empty: it has no such entry)."""

    clause: str
    title: str
    new: dict[str, Any]
    old: dict[str, Any]
    cases: list[Case] = field(default_factory=list)
    unions: int = 0

    @property
    def change(self) -> str:
        if not self.old:
            return "新增"
        if not self.new:
            return "取消"
        same = all(
            self.new.get(key) == self.old.get(key)
            for key in ("triggered", "unclear", "count", "on_time", "late", "untimed", "running", "ended")
        )
        return "" if same else "有变化"


def compared(upload: RulebookUpload, visible: QuerySet[Case]) -> dict[str, Any]:
    """Sections of the result page. Cases are only those the reader may see. Three queries."""
    new, old = upload.result["new"], upload.result["old"]
    ids = {pk for part in ("thresholds", "deadlines") for row in new[part].values() for pk in row["cases"]}
    cases = {case.pk: case for case in visible.filter(pk__in=ids).select_related("employer")}
    obliged = _obliged(upload, new["returns"].values())
    return {
        "cases": upload.result["cases"],
        "years": new["years"],
        "replaces": old is not None,
        "thresholds": _rows(new, old, "thresholds", cases, {}),
        "deadlines": _rows(new, old, "deadlines", cases, {}),
        "returns": _rows(new, old, "returns", {}, obliged),
    }


def _rows(
    new: dict[str, Any], old: dict[str, Any] | None, part: str, cases: dict[int, Case], obliged: dict[str, int]
) -> list[Compared]:
    before = old[part] if old else {}
    names = [*new[part], *(name for name in before if name not in new[part])]
    return [_row(new[part].get(name, {}), before.get(name, {}), cases, obliged) for name in names]


def _row(new: dict[str, Any], old: dict[str, Any], cases: dict[int, Case], obliged: dict[str, int]) -> Compared:
    said = new or old
    found = [cases[pk] for pk in new.get("cases", []) if pk in cases]
    unions = sum(obliged.get(kind, 0) for kind in new.get("senders", []))
    return Compared(said["clause"], said["title"], new, old, found, unions)


def _obliged(upload: RulebookUpload, returns: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Kind of union → how many there are where the rulebook holds: each owes its return by itself."""
    kinds = {kind for row in returns for kind in row["senders"]}
    if not kinds:
        return {}
    held = Union.objects.below(upload.attached_to).filter(kind__in=kinds, valid_until=None)
    return dict(held.values_list("kind").annotate(count=Count("pk")).order_by())
