"""The one search of the top bar: pages, cases, employers, units, and workers by an exact number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.urls import reverse

from arrears.cases.models import Case
from arrears.workers.models import Worker
from unions.common import encryption as cipher
from unions.common.identity import IDENTITY, PHONE, identity_fault, identity_key, phone_fault, phone_key
from unions.common.text import search_key
from unions.log import audit
from unions.models import Union, User
from unions.navigation import addresses
from unions.people.rights import Right
from unions.sections import SectionPage

SHOWN = 8
KEPT, KEPT_SECONDS = 10, 30 * 24 * 3600  # cases a reader last opened, and for how long


@dataclass(frozen=True)
class Found:
    """One line of the answer."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class FoundGroup:
    label: str
    lines: list[Found]


def search(user: User, pages: Iterable[tuple[str, SectionPage]], text: str, now: datetime) -> list[FoundGroup]:
    """Return what `text` may mean, in groups; without text what the reader last opened, and every page she has."""
    groups = [FoundGroup("页面", _pages(pages, text))]
    if not text:
        return _with_some([FoundGroup("最近查看", [_line(case) for case in visited(user)]), *groups])
    cases = _cases(user, text)
    groups += [
        FoundGroup("职工", _by_number(user, text, now)),
        FoundGroup("案件", [_line(case) for case in cases]),
        FoundGroup("用人单位", _employers(cases)),
        FoundGroup("工会", _units(user, text)),
    ]
    return _with_some(groups)


def _with_some(groups: list[FoundGroup]) -> list[FoundGroup]:
    return [group for group in groups if group.lines]


def _pages(pages: Iterable[tuple[str, SectionPage]], text: str) -> list[Found]:
    return [Found(page.label, addresses()[page.name], section) for section, page in pages if text in page.label]


def _cases(user: User, text: str) -> list[Case]:
    found = Case.objects.visible_to(user).searched(text).select_related("employer", "handling_union")
    return list(found.order_by("-pk")[:SHOWN])


def _line(case: Case) -> Found:
    return Found(case.employer.name, case.get_absolute_url(), f"{case} · {case.get_state_display()}")


def _employers(cases: list[Case]) -> list[Found]:
    """Of the cases found, each once."""
    employers = {case.employer_id: case.employer for case in cases}
    return [Found(one.name, reverse("employer", args=[pk]), "案件历史") for pk, one in employers.items()][:SHOWN]


def _units(user: User, text: str) -> list[Found]:
    if len(search_key(text)) < 2:
        return []
    found = Union.objects.visible_to(user).searched(text).order_by("depth", "code")[:SHOWN]
    return [Found(one.name, one.get_absolute_url(), one.code) for one in found]


def _by_number(user: User, text: str, now: datetime) -> list[Found]:
    """Cases that list a worker with exactly this phone or identity number. That she was looked for is on record, her number is not."""
    phones, identities = _prints(text, now.date())
    if not (phones or identities) or not user.paths(Right.VIEW):
        return []
    cases = Case.objects.visible_to(user)
    rows = Worker.objects.like(phones, identities).filter(case__in=cases).select_related("case__employer")[:SHOWN]
    found = [
        Found(row.masked_name, row.case.section_url("workers"), f"{row.case.employer} · {row.case}") for row in rows
    ]
    what = "手机号" if phones else "身份证号"
    audit.record(f"user:{user.pk}", "look-for-worker", user, now, field=what, people=len(found))
    return found


def _prints(text: str, today: date) -> tuple[set[str], set[str]]:
    phone, identity = phone_key(text), identity_key(text)
    if phone and not phone_fault(phone):
        return cipher.prints_of(PHONE, phone), set()
    if identity and not identity_fault(identity, today):
        return set(), cipher.prints_of(IDENTITY, identity)
    return set(), set()


# ---- recently viewed ----------------------------------------------------------------------------------------------


def note_visit(user: User, case: Case) -> None:
    """Remember that the reader opened the case."""
    before = [pk for pk in cache.get(_key(user)) or [] if pk != case.pk]
    cache.set(_key(user), [case.pk, *before][:KEPT], KEPT_SECONDS)


def visited(user: User) -> list[Case]:
    """The cases the reader last opened and may still see, the last one first."""
    ids: list[int] = cache.get(_key(user)) or []
    rows = Case.objects.visible_to(user).select_related("employer").filter(pk__in=ids) if ids else ()
    found = {case.pk: case for case in rows}
    return [found[pk] for pk in ids if pk in found]


def _key(user: User) -> str:
    return f"visited:{user.pk}"
