"""Keeping what someone typed and has not handed in, and giving back what a page turned away."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from unions.models import Stash, User

MOST_CHARACTERS = 20_000  # of one field
MOST_FIELDS, MOST_NAME = 300, 60
# Fields the page itself sends along; nobody typed them.
OF_THE_PAGE = ("csrfmiddlewaretoken", "once", "asks_first", "kept_file")
FEWEST, MOST, LONGEST = 6, 12, 10_000  # characters of what is worth keeping; texts; characters of each


def keep(
    user: User, form: str, typed: QueryDict, names: Iterable[str], at: datetime, *, several: Collection[str] = ()
) -> None:
    """Replace the stash of `form` with the fields `names` as typed; a field left out of `typed` is left out here.

    `several`: fields that may be ticked more than once.
    """
    fields: dict[str, Any] = {
        name: str(typed[name]).replace("\x00", "")[:MOST_CHARACTERS] for name in names if name in typed
    }
    fields |= {
        name: [one.replace("\x00", "")[:MOST_NAME] for one in typed.getlist(name)[:MOST_FIELDS]]
        for name in several
        if name in typed
    }
    Stash.objects.update_or_create(user=user, form=form, defaults={"fields": fields, "at": at})


def keep_all(user: User, form: str, typed: QueryDict, at: datetime) -> None:
    """The same for a form whose fields are not known beforehand (rows of a plan): every value of every field as typed."""
    names = [name for name in typed if name not in OF_THE_PAGE][:MOST_FIELDS]
    fields = {
        name[:MOST_NAME]: [value.replace("\x00", "")[:MOST_CHARACTERS] for value in typed.getlist(name)[:MOST_FIELDS]]
        for name in names
    }
    Stash.objects.update_or_create(user=user, form=form, defaults={"fields": fields, "at": at})


def draft_of(user: User, form: str) -> Stash | None:
    return Stash.objects.filter(user=user, form=form).first()


def forget(user: User, form: str) -> None:
    Stash.objects.filter(user=user, form=form).delete()


def begin_again(request: HttpRequest, otherwise: str) -> HttpResponse:
    """After a kept text was thrown away: back to the form with what its address says of it (`back`)."""
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else otherwise)


def words_sent(request: HttpRequest | None) -> list[str]:
    """Sentences of the form that was sent, in its order. Codes, figures, choices and passwords are not among them.

    None of a form that may not have come from our pages: what a stranger put there is not shown as her own.
    """
    if request is None or request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return []
    words = [
        value.strip()[:LONGEST]
        for name, values in request.POST.lists()
        for value in values
        if isinstance(value, str)
        and "password" not in name
        and name not in OF_THE_PAGE
        and _is_worth_keeping(value.strip())
    ]
    return list(dict.fromkeys(words))[:MOST]


def _is_worth_keeping(text: str) -> bool:
    return len(text) >= FEWEST and not text.isascii()
