"""A form file that does not hold together stops the server at its start, not a worker at night."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from arrears.law.rules.reader import RulebookError, delivered_rulebooks
from reporting.forms import files as form_files
from reporting.forms.shapes import DRAFT_NAMES
from reporting.returns.wording import DRAFTS


def forms_hold_together(app_configs: Any, **options: Any) -> list[CheckMessage]:
    try:
        form_files.known()
    except (form_files.FormError, OSError) as error:
        return [Error(str(error), hint="改正 reporting/forms/ 里的这个文件后再启动。", id="reporting.E010")]
    return []


def drafts_are_written(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Every name a form may write as a draft has words, and the other way round."""
    wrong = sorted(DRAFTS.keys() ^ DRAFT_NAMES.keys())
    hint = "核对 reporting/forms/shapes.py 和 reporting/returns/wording.py。"
    return [Error(f"起草文字 {name} 两处不一致。", hint=hint, id="reporting.E011") for name in wrong]


def rulebooks_name_known_forms(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """E003: a return of a rulebook wants a form that is not there."""
    try:
        books, known = delivered_rulebooks().values(), form_files.known()
    except (RulebookError, form_files.FormError, OSError):
        return []  # said by the checks of rulebooks and of forms
    rules = [(book, rule) for book in books for rule in (*book.returns, *book.routines)]
    return [
        Error(
            f"{book.key}.toml 第 {rule.line} 行：“{rule.title}”的表式 {rule.form} 不在 reporting/forms/ 里。",
            id="reporting.E003",
        )
        for book, rule in rules
        if rule.form and rule.form not in known
    ]
