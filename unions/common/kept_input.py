"""What somebody wrote into a form that was turned away: the page that says no gives her words back."""

from __future__ import annotations

from django.http import HttpRequest

FEWEST, MOST, LONGEST = 6, 12, 10_000  # characters of what is worth keeping; texts; characters of each


def words_sent(request: HttpRequest | None) -> list[str]:
    """Sentences of the form that was sent, in its order. Codes, figures, choices and passwords are not among them.

    None of a form that may not have come from our pages: what a stranger put there is not shown as her own.
    """
    if request is None or request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return []
    said = [
        value.strip()[:LONGEST]
        for name, values in request.POST.lists()
        for value in values
        if isinstance(value, str) and "password" not in name and _is_said(value.strip())
    ]
    return list(dict.fromkeys(said))[:MOST]


def _is_said(text: str) -> bool:
    return len(text) >= FEWEST and not text.isascii()
