"""A form file that does not hold together stops the server at its start, not a worker at night."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from reporting import form_files


@register()
def forms_hold_together(app_configs: Any, **options: Any) -> list[CheckMessage]:
    try:
        form_files.known()
    except (form_files.FormError, OSError) as error:
        return [Error(str(error), hint="改正 reporting/forms/ 里的这个文件后再启动。", id="reporting.E010")]
    return []
