"""Forms whose words are kept while they are typed (static/autosave.js, arrears/cases/views/drafts.py)."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from unions.models import Stash, User

register = template.Library()


@register.simple_tag(takes_context=True)
def kept_form(context: template.Context, form: str, pk: int = 0) -> SafeString:
    """Attributes of a `<form>`: where it is kept and, on a page just opened, what was kept and not handed in. One query a page."""
    request = context["request"]
    said = format_html(' data-autosave="{}" data-autosave-url="{}"', form, reverse("stash", args=[form, pk]))
    row = _stashes(request).get(f"{form}:{pk}") if request.method == "GET" else None
    if row is None:
        return said
    kept = json.dumps(row.fields, ensure_ascii=False)
    at = int(row.at.timestamp() * 1000)
    return said + format_html(' data-kept="{}" data-kept-at="{}"', kept, at)


def _stashes(request: HttpRequest) -> dict[str, Any]:
    """Everything of the reader's that is kept, read once for the page: a handful."""
    found: dict[str, Any] | None = getattr(request, "stashes", None)
    if found is None:
        rows = Stash.objects.filter(user=request.user) if isinstance(request.user, User) else ()
        found = {row.form: row for row in rows}
        request.stashes = found  # type: ignore[attr-defined]
    return found
