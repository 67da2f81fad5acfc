"""A fact of a case with 修改 beside it, where the reader may correct it."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from unions.common import formats

register = template.Library()


@register.simple_tag(takes_context=True)
def case_fact(context: Any, name: str, label: str, value: Any = "", wide: bool = False) -> SafeString:
    """One pair of `<dl class="facts">` of a case page (`case`, `may_edit`); an empty value reads 未填写. `name`: as the page of one fact calls it."""
    shown = value if value not in (None, "", formats.NOTHING) else mark_safe('<span class="text-muted">未填写</span>')
    return format_html(
        '<div id="fact-{}"{}><dt>{} {}</dt><dd>{}</dd></div>',
        name,
        mark_safe(' class="fact-wide"') if wide else "",
        label,
        correct_fact(context, name, label),
        shown,
    )


@register.simple_tag(takes_context=True)
def correct_fact(context: Any, name: str, label: str) -> SafeString:
    """The link 修改 of one fact: its small form in the place of the value; without JavaScript, the whole form at its field."""
    if not context.get("may_edit"):
        return mark_safe("")
    url = reverse("case-fact", args=[context["case"].pk, name])
    return format_html(
        '<a class="fact-correct" href="{}" hx-get="{}" hx-target="#fact-{} > dd" data-fact>修改<span class="visually-hidden">{}</span></a>',
        url,
        url,
        name,
        label,
    )
