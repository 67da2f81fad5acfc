"""The sections of the page of a case, each drawn with names of its own."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString

from arrears.desk.case_page import ShownSection

register = template.Library()


@register.simple_tag(takes_context=True)
def case_section(context: RequestContext, section: ShownSection) -> SafeString:
    """What stands in the section: its template with the page's names and, above them, its own."""
    engine: Any = context.template
    with context.push(**section.context):
        drawn: SafeString = engine.engine.get_template(section.of.template).render(context)
    return drawn
