"""Trying what a form asks: done, or the same form again with what is wrong beside its fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.forms import Form

from unions.common.form_fields import PlainForm
from unions.common.refusals import Forbidden, Refused

T = TypeVar("T")


def attempt(form: PlainForm, do: Callable[[dict[str, Any]], T]) -> tuple[T | None, int]:
    """(what `do` made of the cleaned data, 0), or (None, status) with the refusal in the form. Forbidden goes through."""
    if not form.is_valid():
        return None, 422
    try:
        return do(form.cleaned_data), 0
    except Forbidden:
        raise
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return None, refusal.status


def refuse(form: Form, refusal: Refused) -> None:
    """Put the refusal's sentences beside their fields, the sentence itself above where no field of ours is named."""
    ours = {name: words for name, words in refusal.fields.items() if name in form.fields}
    for name in ours:
        form.add_error(name, refusal.message)
    if not ours:
        form.add_error(None, refusal.message)
