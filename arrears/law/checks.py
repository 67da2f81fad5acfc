"""A bad rulebook stops the server at its start, with file, line and reason; not a worker at night."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error

from arrears.law.rules.reader import NOTICES, SHELF, shelf
from arrears.law.rules.rulebook import Rulebook
from arrears.law.rules.table import RulebookError
from reporting.forms.faults import FormError
from reporting.forms.files import known


def rulebooks_are_sound(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Reads every rulebook. E002: one of the five notices has no file; E003: a return wants a form that is not there."""
    try:
        books = shelf()
    except RulebookError as error:
        return [Error(str(error), hint="改正该文件后重新启动。", id="reporting.E001")]
    missing = [key for key in NOTICES if key not in books]
    lost = [Error(f"缺少规则文件：{SHELF.name}/{key}.toml。", id="reporting.E002") for key in missing]
    return [*lost, *_without_form(books.values())]


def _without_form(books: Iterable[Rulebook]) -> list[CheckMessage]:
    try:
        known()
    except (FormError, OSError):
        return []  # said by forms_check
    rules = [(book, rule) for book in books for rule in (*book.returns, *book.routines)]
    return [
        Error(
            f"{book.key}.toml 第 {rule.line} 行：「{rule.title}」的表式 {rule.form} 不在 reporting/forms/ 里。",
            id="reporting.E003",
        )
        for book, rule in rules
        if rule.form and rule.form not in known()
    ]
