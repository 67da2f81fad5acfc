"""The two things one does with a sheet: look at it, and take it over. Page, task and command all come here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from arrears.imports.checking import CheckedSheet, Checker, Progress
from arrears.imports.columns import SHEET
from arrears.imports.writing import Author, ImportResult, compare, take_over
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused
from unions.common.tables import open_table
from unions.models import Union, User
from unions.people.rights import Right


def check_rights(union: Union, by: User) -> None:
    if union.is_closed:
        raise Refused(f"“{union}”已于 {union.valid_until} 终止，请选择承接的工会。")
    if not by.may(Right.FILE, union):
        raise Forbidden(f"您没有在“{union}”登记案件的权限。")


def read(path: Path, union: Union, at: datetime, progress: Progress = lambda done: None) -> CheckedSheet:
    """The sheet as understood. Raises `Unreadable` when the file is no workbook."""
    return Checker(union, day_of(at), progress).check(open_table(path, SHEET, most_bytes=settings.IMPORT_MAX_BYTES))


def look(
    path: Path, union: Union, at: datetime, progress: Progress = lambda done: None
) -> tuple[CheckedSheet, ImportResult]:
    """The sheet, and what taking it over would do. Writes nothing."""
    sheet = read(path, union, at, progress)
    return sheet, compare(sheet)


def bring_in(
    path: Path, union: Union, by: User, at: datetime, *, file: str, progress: Progress = lambda done: None
) -> tuple[CheckedSheet, ImportResult]:
    """Check and take over in one go. With faults nothing is taken over."""
    sheet = read(path, union, at)
    return sheet, take_over(sheet, Author(by, at, file, union), progress)
