"""The words beside the figures on the page of a return: saved, typed before, or drafted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from reporting.forms import editions
from reporting.returns import actions
from reporting.returns.filling import FilledReturn, form_of
from reporting.returns.forms import RefusedInput, WordsForm
from reporting.returns.models import Return, ReturnVersion
from reporting.returns.versions import form_of_version, words_of
from reporting.returns.wording import drafts_of
from unions.common.clock import day_of
from unions.form_drafts import draft_of
from unions.models import Stash, User


def may_write(row: Return, user: User) -> bool:
    return row.in_hand and actions.may(row, actions.MOVES["sign"], user)


def words_form(row: Return, data: Any = None, initial: dict[str, Any] | None = None) -> WordsForm:
    headings = [(section.heading, section.hint) for section in form_of(row).sections]
    if initial is None:
        initial = {f"w{n}": row.texts.get(heading, "") for n, (heading, _) in enumerate(headings)}
    return WordsForm(data, headings=headings, initial=initial, today=timezone.localdate())


def words_in_this_layout(row: Return, typed: Mapping[str, str]) -> dict[str, str] | None:
    """Words typed in another layout (`layout`: its digest) in the boxes of the present one; None: typed in this one."""
    form, layout = form_of(row), typed.get("layout", "")
    if layout == form.digest or not re.fullmatch(r"[0-9a-f]{64}", layout):
        return None
    try:
        before = editions.by_digest(row.form, layout).sections
    except editions.NoSuchForm:
        return None
    said = row.texts | {one.heading: typed.get(f"w{n}", "") for n, one in enumerate(before)}
    return {f"w{n}": said.get(one.heading, "") for n, one in enumerate(form.sections)}


def form_draft_key(row: Return) -> str:
    return row.stream


def words_context(
    row: Return,
    version: ReturnVersion | None,
    filled: FilledReturn | None,
    user: User,
    now: datetime,
    typed: RefusedInput,
) -> dict[str, Any]:
    if version is not None:
        return {"said": words_of(version.texts, form_of_version(version))}
    if filled is None or not filled.form.sections:
        return {}
    if not may_write(row, user):
        return {"said": words_of(row.texts, filled.form)}
    if typed.words:
        return {"words": typed.words}
    stash = draft_of(user, form_draft_key(row))
    drafts = unwritten(row, day_of(now))
    return {
        "words": words_form(row, initial=_again(row, stash) if stash else _initial(row, filled, drafts)),
        "stash_at": stash.at if stash else None,
        "drafted": list(drafts),
    }


def _again(row: Return, stash: Stash) -> dict[str, str]:
    other = words_in_this_layout(row, stash.fields)
    return stash.fields if other is None else other


def unwritten(row: Return, day: date) -> dict[str, str]:
    """Heading → the words it begins with, for the headings under which the unit has saved nothing yet."""
    if all(one.heading in row.texts for one in form_of(row).sections if one.draft):
        return {}
    return {heading: text for heading, text in drafts_of(row, day).items() if heading not in row.texts}


def _initial(row: Return, filled: FilledReturn, drafts: dict[str, str]) -> dict[str, str]:
    texts = drafts | row.texts
    return {f"w{n}": texts.get(one.heading, "") for n, one in enumerate(filled.form.sections)}
