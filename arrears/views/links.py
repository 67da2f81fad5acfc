"""Addresses of pages within a case."""

from __future__ import annotations

from arrears.models import Case


def tab_of(case: Case, tab: str) -> str:
    return f"{case.get_absolute_url()}?tab={tab}"
