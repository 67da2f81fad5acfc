"""Keeping what someone typed and has not handed in, exactly as typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.http import QueryDict

from unions.models import Stash, User

MOST_CHARACTERS = 20_000  # of one field
MOST_FIELDS, MOST_NAME = 300, 60


def keep(user: User, form: str, typed: QueryDict, names: Iterable[str], at: datetime) -> None:
    """Replace the stash of `form` with the fields `names` as typed; a field left out of `typed` is left out here."""
    fields = {name: str(typed[name]).replace("\x00", "")[:MOST_CHARACTERS] for name in names if name in typed}
    Stash.objects.update_or_create(user=user, form=form, defaults={"fields": fields, "at": at})


def keep_all(user: User, form: str, typed: QueryDict, at: datetime) -> None:
    """The same for a form whose fields are not known beforehand (rows of a plan): every value of every field as typed."""
    names = [name for name in typed if name not in ("csrfmiddlewaretoken", "once")][:MOST_FIELDS]
    fields = {
        name[:MOST_NAME]: [value.replace("\x00", "")[:MOST_CHARACTERS] for value in typed.getlist(name)[:MOST_FIELDS]]
        for name in names
    }
    Stash.objects.update_or_create(user=user, form=form, defaults={"fields": fields, "at": at})


def draft_of(user: User, form: str) -> Stash | None:
    return Stash.objects.filter(user=user, form=form).first()


def forget(user: User, form: str) -> None:
    Stash.objects.filter(user=user, form=form).delete()
