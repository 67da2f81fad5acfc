"""Rows whose employer has a case of about the same time already: taken over nevertheless, but said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from arrears.cases.models import Case, Employer, State
from arrears.cases.names import name_key
from arrears.imports.books import batches, place_of
from arrears.imports.checking import CheckedSheet, ImportRow
from arrears.law.obligations.local import local
from arrears.merging.duplicates import OVER

Key = str | tuple[str, str]  # a 统一社会信用代码, or name and county
_NAMED = 5


def warn(sheet: CheckedSheet, fresh: Sequence[ImportRow]) -> None:
    """Add one sentence to `sheet.warnings` for all such rows of `fresh`, the rows not on the books yet."""
    places: dict[int, str] = {}
    alike = [
        row.number
        for batch in batches(fresh)
        for row, days in _with_days(batch, places)
        if any(abs(row.accepted_on - day) < local().apart for day in days)
    ]
    if alike:
        named = "、".join(map(str, alike[:_NAMED]))
        sheet.warnings.append(
            f"有 {len(alike):,} 行的用人单位在系统中已有时间相近的案件（第 {named} 行{'等' if len(alike) > _NAMED else ''}），"
            "仍按另一件登记；导入后请在案件页“可能重复的案件”核对。"
        )


def _with_days(rows: Sequence[ImportRow], places: dict[int, str]) -> list[tuple[ImportRow, set[date]]]:
    """Each row with the days on which cases of its employer were accepted."""
    keys = {row.number: _keys(row, places) for row in rows}
    names = {key for row_keys in keys.values() for key in row_keys if isinstance(key, tuple)}
    codes = {row.uscc for row in rows if row.uscc}
    same = Q(uscc__in=codes) | Q(
        name_key__in={name for name, _ in names}, region_code__in={place for _, place in names}
    )
    found: dict[Key, set[int]] = {}
    for pk, uscc, name, region in Employer.objects.filter(same).values_list("pk", "uscc", "name_key", "region_code"):
        known: list[Key] = [uscc, (name, region)] if uscc else [(name, region)]
        for key in known:
            found.setdefault(key, set()).add(pk)
    days: dict[int, set[date]] = {}
    cases = Case.objects.filter(employer__in=set().union(*found.values()), accepted_on__isnull=False)
    for employer, day in cases.exclude(state__in=[State.DRAFT, *OVER]).values_list("employer_id", "accepted_on"):
        if day:
            days.setdefault(employer, set()).add(day)
    return [
        (row, {day for key in keys[row.number] for pk in found.get(key, ()) for day in days.get(pk, ())})
        for row in rows
    ]


def _keys(row: ImportRow, places: dict[int, str]) -> list[Key]:
    named = (name_key(row.employer), place_of(row.union, places))
    return [row.uscc, named] if row.uscc else [named]
