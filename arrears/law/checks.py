"""A bad rulebook stops the server at its start, with file, line and reason; not a worker at night."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning

from arrears.law.editions import wording
from arrears.law.rules.consistency import premature
from arrears.law.rules.reader import NOTICES, RULEBOOK_FOLDER, RulebookError, delivered_rulebooks


def rulebooks_are_sound(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Reads every rulebook. E002: one of the five notices has no file."""
    try:
        books = delivered_rulebooks()
    except RulebookError as error:
        return [Error(str(error), hint="改正该文件后重新启动。", id="reporting.E001")]
    missing = [key for key in NOTICES if key not in books]
    early: list[CheckMessage] = [
        Warning(f"{book.key}.toml 第 {rule.line} 行：{wording.too_early(rule)}", id="reporting.W001")
        for book in books.values()
        for rule in premature(book)
    ]
    return early + [Error(f"缺少规则文件：{RULEBOOK_FOLDER.name}/{key}.toml。", id="reporting.E002") for key in missing]
