"""The sheet held against what is already there: which rows are known, and which employers and projects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Q

from arrears.cases.models import Case, Employer, NoCode, Project
from arrears.cases.names import name_key
from arrears.imports.checking import CONTENT, CheckedSheet, ImportRow
from arrears.imports.columns import BY_FIELD, ImportColumn
from arrears.imports.copying import copy_in, facts_of, reserve
from unions.common.text import number_key
from unions.models import Event, Union
from unions.tree.regions import region_of

T = TypeVar("T")
_BATCH = 5000


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def new_rows(sheet: CheckedSheet) -> list[ImportRow]:
    """Rows that are not on the books yet. A number known with other content is a fault, column by column."""
    units = {row.union.pk for row in sheet.rows}
    known = _known_fingerprints(sheet.rows, units)
    fresh = [row for row in sheet.rows if (row.union.pk, row.fingerprint) not in known]
    holders = _holders_of_numbers(fresh, units)
    changed = [
        (row, pk) for row in fresh if row.original_number and (pk := holders.get((row.union.pk, row.original_number)))
    ]
    for row, column, reason in _differences(changed):
        sheet.fault(row.number, column, reason)
    return fresh


def _known_fingerprints(rows: Sequence[ImportRow], units: set[int]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for batch in batches(rows):
        prints = [row.fingerprint for row in batch]
        found.update(
            Case.objects.filter(union__in=units, fingerprint__in=prints).values_list("union_id", "fingerprint")
        )
    return found


def _holders_of_numbers(rows: Sequence[ImportRow], units: set[int]) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for batch in batches(row for row in rows if row.original_number):
        numbers = [row.original_number for row in batch]
        cases = Case.objects.filter(union__in=units, original_number__in=numbers)
        found.update(
            ((union, number), pk) for union, number, pk in cases.values_list("union_id", "original_number", "pk")
        )
    return found


def _differences(changed: list[tuple[ImportRow, int]]) -> Iterator[tuple[ImportRow, ImportColumn, str]]:
    """What differs between a row and what the case was imported from, by the event of its birth."""
    for batch in batches(changed):
        streams = {f"case:{pk}": row for row, pk in batch}
        births = dict(Event.objects.filter(stream__in=streams, seq=1, verb="import").values_list("stream", "data"))
        for stream, row in streams.items():
            said = births.get(stream, {}).get("says")
            if said is None:
                yield (
                    row,
                    BY_FIELD["original_number"],
                    (
                        f"原编号“{row.original_number}”已用于系统内登记的另一件案件，请核对；确为另一件的，请改用别的原编号。"
                    ),
                )
                continue
            says = row.says()
            differing = [name for name in CONTENT if said.get(name) != says.get(name)] or ["original_number"]
            for name in differing:
                yield (
                    row,
                    BY_FIELD[name],
                    (
                        f"与已导入的内容不同（已导入：{_spoken(said.get(name))}）。台账只导入一次，之后的变动请在案件页办理。"
                    ),
                )


def _spoken(value: Any) -> str:
    match value:
        case bool():
            return "是" if value else "否"
        case None | "":
            return "空"
    return str(value)


def place_of(union: Union, seen: dict[int, str]) -> str:
    """The region code of the unit, else of the nearest one above it that has one."""
    if union.pk not in seen:
        seen[union.pk] = region_of(union)
    return seen[union.pk]


class EmployerBook:
    """Employers by code, else by name and county: the rule of `filing.employer_for`, for many rows at once."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        self.places: dict[int, str] = {}
        self.by_code: dict[str, Employer] = {}
        self.by_name: dict[tuple[str, str], Employer] = {}
        self.made: list[Employer] = []
        self.completed: set[Employer] = set()
        regions = {place_of(row.union, self.places) for row in rows}
        for batch in batches(rows):
            keys = {name_key(row.employer) for row in batch}
            codes = {row.uscc for row in batch if row.uscc}
            same = Q(name_key__in=keys, region_code__in=regions) | Q(uscc__in=codes)
            for employer in Employer.objects.filter(same).order_by("pk"):
                self._enter(employer)

    def _enter(self, employer: Employer) -> None:
        if employer.uscc:
            self.by_code[employer.uscc] = employer
        key = (employer.name_key, employer.region_code)
        # Of one name, the one without a code comes first: its code may be the one still to be learnt.
        if key not in self.by_name or (self.by_name[key].uscc and not employer.uscc):
            self.by_name[key] = employer

    def employer_of(self, row: ImportRow) -> Employer:
        """Known or newly made; a new one has its key only after `save`."""
        key = (name_key(row.employer), place_of(row.union, self.places))
        named = self.by_name.get(key)
        known = self.by_code.get(row.uscc) or (named if named and not named.uscc else None) if row.uscc else named
        if known is None:
            known = self._make(row, key[1])
        elif self._complete(known, row) and known.pk:
            self.completed.add(known)
        return known

    def _make(self, row: ImportRow, region: str) -> Employer:
        employer = Employer(
            name=row.employer,
            uscc=row.uscc or None,
            region_code=region,
            address=row.address,
            industry=row.industry,
            no_code="" if row.uscc else NoCode.UNKNOWN,
        ).index_name()
        self.made.append(employer)
        self._enter(employer)
        return employer

    def _complete(self, employer: Employer, row: ImportRow) -> bool:
        """Fill what was blank; True when anything changed."""
        facts = {"uscc": row.uscc, "address": row.address, "industry": row.industry}
        missing = {name: value for name, value in facts.items() if value and not getattr(employer, name)}
        for name, value in missing.items():
            setattr(employer, name, value)
        if "uscc" in missing:
            employer.no_code = ""
            self.by_code[row.uscc] = employer
        return bool(missing)

    def save(self) -> None:
        for employer, pk in zip(self.made, reserve(Employer, len(self.made)), strict=True):
            employer.pk = pk
        copy_in(Employer, map(facts_of, self.made))
        Employer.objects.bulk_update(self.completed, ["uscc", "no_code", "address", "industry"], batch_size=1000)


class ProjectBook:
    """Projects by employer and name. Employers must have their keys."""

    def __init__(self, pairs: Sequence[tuple[ImportRow, Employer]]) -> None:
        named = [(row, employer) for row, employer in pairs if row.project]
        self.known: dict[tuple[int, str], Project] = {}
        for batch in batches(named):
            found = Project.objects.filter(employer__in={e.pk for _, e in batch}).order_by("-pk")
            self.known.update({(project.employer_id, number_key(project.name)): project for project in found})
        made = []
        for row, employer in named:
            if (employer.pk, number_key(row.project)) not in self.known:
                project = Project(employer=employer, name=row.project, nature=row.nature or "other")
                self.known[employer.pk, number_key(row.project)] = project
                made.append(project)
        for project, pk in zip(made, reserve(Project, len(made)), strict=True):
            project.pk = pk
        copy_in(Project, map(facts_of, made))

    def project_of(self, row: ImportRow, employer: Employer) -> Project | None:
        return self.known.get((employer.pk, number_key(row.project))) if row.project else None
