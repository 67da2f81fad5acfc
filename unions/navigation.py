"""What every page knows: where the reader stands and where she can go."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from unions.common.features import provided
from unions.help.manual import EACH_PAGE
from unions.models import UnionKind, User
from unions.people.rights import Right
from unions.sections import ACTIONS, BELONGS_TO, HELP, NOT_FOR_ENTERPRISES, SECTIONS, WINDOW, Section, SectionPage
from unions.waiting import waiting_numbers

# Addresses open to them; every other one answers 404 (middleware.DepartmentWindow).
OPEN_TO_DEPARTMENTS = frozenset(
    {
        "healthz",
        "manifest",
        "visits-worker",
        "offline",
        "sign-in",
        "sign-out",
        "password",
        "help",
        "help-chapter",
        "desk",
        "list-view",
        "inbox",
        "inbox-read",
        "reminder-preferences",
        "incoming",
        "incoming-matter",
        "incoming-accept",
        "incoming-refuse",
        "incoming-answer",
        "incoming-attach",
        "incoming-paper",
        "incoming-clue",
        "incoming-clue-paper",
        "incoming-letter",
        "incoming-enclosure",
        # what is open to everybody
        "window",
        "window-published",
        "window-write",
        "window-enter",
        "window-mine",
        "window-mine-step",
        "window-paid",
        "window-paid-link",
    }
)

# What the numbers count, where that is not 件待办.
COUNTED = {"inbox": "条未读"}
# Of the first section only what waits is counted: terms and reminders tell of the same matters.
COUNTED_ALONE = "desk"

LEFT_OUT = "left_out"  # key of the session
NOT_ASKED = "not-asked:"  # before the name of a step of the work no notice of the reader speaks of


def keep_left_out(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """At sign-in: which pages are of no use to her, for her units have no part in them. Apps declare "sections left out"."""
    gone = {name for of in provided("sections left out") for name in of(user)}
    request.session[LEFT_OUT] = sorted(gone | (NOT_FOR_ENTERPRISES if _of_enterprises_only(user) else set()))


def left_out(request: HttpRequest) -> frozenset[str]:
    """URL names of pages and tabs that are not offered to the reader."""
    return frozenset(request.session.get(LEFT_OUT, ())) if hasattr(request, "session") else frozenset()


def is_asked_for(request: HttpRequest, step: str) -> bool:
    """Whether a notice of the reader's units speaks of this step of the work, as far as it was known when she signed in."""
    return f"{NOT_ASKED}{step}" not in left_out(request)


def place(request: HttpRequest) -> dict[str, Any]:
    user = request.user if hasattr(request, "user") else None
    if not isinstance(user, User):
        return {}
    gone = left_out(request)
    sections = {section: pages for section in SECTIONS if (pages := _offered(section, user, gone))}
    help_pages, begins = _offered(HELP, user, gone), _offered(ACTIONS, user, gone)
    here = page_of(request.path, {page.name for pages in (*sections.values(), help_pages) for page in pages})
    waits = cache(partial(waiting_numbers, user, here))  # a fragment, which shows no sidebar, asks for none
    rows = user.appointments.in_force(timezone.localdate()).select_related("union", "acting_for", "agency")
    return {
        "navigation": [_entry(section, pages, here, waits) for section, pages in sections.items()],
        "help_here": _help_here(here),
        "help_pages": [_item(page, here, waits) for page in help_pages],
        "new_case_url": next((addresses()[page.name] for page in begins if page.name == "case-new"), ""),
        "may_search": not user.is_outsider(),
        "signed_in_as": user.name,
        "inbox_unread": partial(_waiting_at, waits, "inbox"),
        "what_waits": waits,
        "my_places": [f"{row.union.name} · {row}" for row in rows],
    }


def offered_pages(request: HttpRequest, user: User) -> list[tuple[str, SectionPage]]:
    """(section's label, page) of everything the reader can choose by name, and what she can begin."""
    gone = left_out(request)
    return [(section.label, page) for section in (*SECTIONS, HELP, ACTIONS) for page in _offered(section, user, gone)]


def _entry(
    section: Section, pages: list[SectionPage], here: str, waits: Callable[[], dict[str, int]]
) -> dict[str, Any]:
    """A section as the sidebar shows it: it opens its first page, and its number is what waits on its pages together."""
    names = [page.name for page in pages]
    counted = [COUNTED_ALONE] if COUNTED_ALONE in names else [name for name in names if name not in COUNTED]
    return {
        "label": section.label,
        "icon": section.icon,
        "key": section.key,
        "url": addresses()[names[0]],
        "active": here in names,
        "count": lambda: sum(waits().get(name, 0) for name in counted),
        "items": [_item(page, here, waits) for page in pages],
    }


def _help_here(here: str) -> str:
    """Where the manual speaks of the page the reader is on: its headings are the labels of pages."""
    label = next((page.label for section in (*SECTIONS, HELP) for page in section.pages if page.name == here), "")
    return f"{reverse('help-chapter', args=[EACH_PAGE])}#{label}" if label else reverse("help")


def _item(page: SectionPage, here: str, waits: Callable[[], dict[str, int]]) -> dict[str, Any]:
    return {
        "label": page.label,
        "url": addresses()[page.name],
        "active": page.name == here,
        "count": partial(_waiting_at, waits, page.name),
        "counted": COUNTED.get(page.name, "件待办"),
    }


def _offered(section: Section, user: User, gone: frozenset[str]) -> list[SectionPage]:
    held = {Right(name) for name in user.grants() if name in Right.values}
    outside = user.is_outsider()
    return [
        page
        for page in section.pages
        if page.name in addresses()
        and page.name not in gone
        and (page.name in WINDOW if outside else page.name != "incoming" and (not page.needs or page.needs & held))
    ]


def _of_enterprises_only(user: User) -> bool:
    kinds = set(user.appointments.in_force(timezone.localdate()).values_list("union__kind", flat=True))
    return kinds == {UnionKind.ENTERPRISE}


def _waiting_at(waits: Callable[[], dict[str, int]], name: str) -> int:
    return waits().get(name, 0)


def page_of(path: str, offered: set[str]) -> str:
    """URL name of the page another belongs to: of those offered, the longest address that its own begins with."""
    first = path.split("/")[1]
    path = f"/{BELONGS_TO.get(first, first)}{path[len(first) + 1 :]}"
    there = {name: url for name, url in addresses().items() if name in offered}
    above = [name for name, url in there.items() if path.startswith(url) and (url != "/" or path == "/")]
    return max(above, key=lambda name: len(there[name]), default="")


@cache
def addresses() -> dict[str, str]:
    """URL name of a page that can be chosen → its address."""
    found = {}
    for section in (*SECTIONS, HELP, ACTIONS):
        for page in section.pages:
            with suppress(NoReverseMatch):
                found[page.name] = reverse(page.name)
    return found
