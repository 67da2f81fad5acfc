"""Words of the evaluation pages."""

from __future__ import annotations

from decimal import Decimal

from django import template

from arrears.law.editions.wording import plain

register = template.Library()


@register.filter
def points(weight: Decimal) -> str:
    """20, 7.5: without idle zeros."""
    return plain(weight)


@register.filter
def among(count: int) -> str:
    """Beside a place: how many were placed."""
    return f"同级参评单位共 {count} 个"
