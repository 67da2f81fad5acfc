"""What the sidebar counts for reporting: unread reminders, and returns that wait for the reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from arrears.reminders.inbox import unread_of
from reporting.returns.worklists import to_prepare, to_receive, waiting
from unions.models import User
from unions.pages import count_each

SECTIONS: dict[str, Callable[[User], QuerySet[Any]]] = {"inbox": unread_of, "returns": waiting}
# Of the desk; what is to be approved is counted there with all other approvals.
OF_THE_DESK: dict[str, Callable[[User], QuerySet[Any]]] = {"prepare": to_prepare, "receive": to_receive}


def waiting_for(user: User, section: str | None = None) -> dict[str, int]:
    """URL name of the section → how many (of one section, or of all). One query at most."""
    if section is not None:
        return count_each(user, {name: rows(user) for name, rows in SECTIONS.items() if name == section})
    counts = count_each(user, {name: rows(user) for name, rows in (SECTIONS | OF_THE_DESK).items()})
    return {name: counts[name] for name in SECTIONS} | {"desk": sum(counts[name] for name in OF_THE_DESK)}
