"""One return: what it says, to whom, until when, what was signed, and what the reader may do with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.law.editions.rulebook_editions import rulebook_for
from reporting.forms import editions
from reporting.forms.files import raw_unit
from reporting.forms.views.forms import page_number
from reporting.returns import actions as life
from reporting.returns import versions, waivers, zero_reports
from reporting.returns.filling import FilledReturn, draft_corrections, fill, form_of
from reporting.returns.forms import CorrectionForm, DecisionForm, ReturnMoveForm, WaiverForm, WordsForm
from reporting.returns.models import Return, ReturnStage, ReturnVersion, Waiver
from reporting.returns.status import insider, status_of
from reporting.returns.views.found import the_return
from reporting.returns.views.sheet import drafted, frozen, own_foot, written_by_hand
from reporting.returns.views.timeline import happenings
from reporting.returns.wording import drafts_of
from unions.common.clock import day_of
from unions.form_drafts import kept
from unions.http import Request, read_page
from unions.models import Stash, User
from unions.people.rights import Right

BOOK_MOVED_SHOWN = 12


@dataclass
class Typed:
    """What was typed and refused, shown again with its errors."""

    move: tuple[str, ReturnMoveForm] | None = None
    correction: tuple[CorrectionForm, int, int] | None = None
    words: WordsForm | None = None
    waiver: WaiverForm | None = None
    decision: DecisionForm | None = None
    stale: str = ""
    gone: list[tuple[str, str]] = field(default_factory=list)  # what the layout of the page has no place for any more


@read_page
def report(request: Request, pk: int) -> HttpResponse:
    return show(request, the_return(request, pk), Typed())


def show(request: Request, row: Return, typed: Typed, status: int = 200) -> HttpResponse:
    user, now = request.user, timezone.now()
    inside = insider(row, user)
    version = standing_version(row, inside)
    filled = fill(row, day_of(now)) if inside and row.in_hand else None
    context: dict[str, Any] = {
        "report": row,
        "one": status_of(row, now),
        "inside": inside,
        "signed": version,
        "typed": typed,
        "now": now,
        "versions": versions.versions_of(row, inside),
        "events": happenings(row, inside),
        "urges": row.urges.select_related("by")[:3],
        **_clause(row),
    }
    context |= _sheet(request, row, version, filled, now)
    context |= _moves(row, version, filled, user, now, typed)
    context |= _words(row, version, filled, user, now, typed)
    context |= _waiver(row, user, now, typed)
    context["unsaved"] = _unsaved(typed, context)
    if typed.correction:
        context["correction"] = figure(row, *typed.correction)
        context["correction_lost"] = not may_write(row, user)
    return render(request, "reporting/returns/return.html", context, status=status)


def standing_version(row: Return, inside: bool) -> ReturnVersion | None:
    """What is shown instead of a draft: signed and to be approved (to the unit itself), or approved."""
    if inside and row.stage == ReturnStage.SIGNED:
        return life.signed_version(row)
    if inside and row.in_hand:
        return None
    return row.current


def _clause(row: Return) -> dict[str, Any]:
    book = rulebook_for(row.rulebook, row.last)
    rule = next((one for one in book.returns if one.name == row.rule), None) if book else None
    return {"book": book, "rule": rule}


def may_write(row: Return, user: User) -> bool:
    return row.in_hand and life.may(row, life.MOVES["sign"], user)


def _sheet(
    request: Request, row: Return, version: ReturnVersion | None, filled: FilledReturn | None, now: datetime
) -> dict[str, Any]:
    user, page = request.user, page_number(request)
    if filled is not None:
        sheet = drafted(row, filled, user, page, writes=may_write(row, user), today=day_of(now))
        hand = draft_corrections(row, filled.form)
    elif version is not None:
        sheet = frozen(version, user, page)
        hand = list(version.corrections.select_related("by"))
    else:
        return {"form": None}
    form = sheet["form"]
    return sheet | {"by_hand": written_by_hand(form, hand), "foot": own_foot(form), "filled": filled}


# ---- what may be done ---------------------------------------------------------------------------------------------------


def _moves(
    row: Return, version: ReturnVersion | None, filled: FilledReturn | None, user: User, now: datetime, typed: Typed
) -> dict[str, Any]:
    today = day_of(now)
    offers = {offer.name: offer for offer in life.offers(row, user, today)}
    forms = {name: ReturnMoveForm(name=name, today=today) for name in offers}
    if typed.move:
        forms[typed.move[0]] = typed.move[1]
    cases = zero_reports.cases_against(row).count() if "sign_zero" in offers else 0
    listed = len(filled.rows) if filled else 0
    changed = "sign_zero" in offers and filled is not None and draft_corrections(row, filled.form)
    looked_at = version if row.stage in (ReturnStage.SIGNED, ReturnStage.SUBMITTED) else None
    above = row.receiver is not None and life.may(row, life.MOVES["receive"], user)
    compare = looked_at is not None and (above or insider(row, user))
    since = versions.moved(row, looked_at, today) if compare and looked_at else None
    return {
        "offers": offers,
        "forms": forms,
        "against": cases,
        "listed": listed,
        "zero_barred": cases or listed or changed,
        "moved": since[:BOOK_MOVED_SHOWN] if since else since,
        "moved_more": len(since or ()) - BOOK_MOVED_SHOWN,
        "seal": version.hash if version and row.stage == ReturnStage.SIGNED else "",
        "waits_for": _waits_for(row),
    }


def _waits_for(row: Return) -> str:
    """Whose turn it is, for readers who have nothing to do here."""
    unit = row.union.in_charge()
    if row.stage == ReturnStage.SIGNED:
        return f"由「{unit}」的审批人审批后报出。"
    if row.stage == ReturnStage.SUBMITTED:
        return f"已报出，由「{row.to}」接收。" if row.receiver_id else f"已报出，报送「{row.to}」。"
    if row.stage in (ReturnStage.OPEN, ReturnStage.RETURNED, ReturnStage.AMENDING):
        return f"由「{unit}」的统计员填报。"
    return ""


# ---- words beside the figures ---------------------------------------------------------------------------------------------


def words_form(row: Return, data: Any = None, initial: dict[str, Any] | None = None) -> WordsForm:
    headings = [(section.heading, section.hint) for section in form_of(row).sections]
    if initial is None:
        initial = {f"w{n}": row.texts.get(heading, "") for n, (heading, _) in enumerate(headings)}
    return WordsForm(data, headings=headings, initial=initial, today=timezone.localdate())


def relaid(row: Return, typed: Mapping[str, str]) -> dict[str, str] | None:
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


def stash_key(row: Return) -> str:
    return row.stream


def _words(
    row: Return, version: ReturnVersion | None, filled: FilledReturn | None, user: User, now: datetime, typed: Typed
) -> dict[str, Any]:
    if version is not None:
        said = [(heading, text) for heading, text in version.texts.items() if text]
        return {"said": said}
    if filled is None or not filled.form.sections:
        return {}
    if not may_write(row, user):
        return {"said": [(heading, text) for heading, text in row.texts.items() if text]}
    if typed.words:
        return {"words": typed.words}
    stash = kept(user, stash_key(row))
    drafts = unwritten(row, day_of(now))
    return {
        "words": words_form(row, initial=_again(row, stash) if stash else _begun(row, filled, drafts)),
        "stash_at": stash.at if stash else None,
        "drafted": list(drafts),
    }


def _again(row: Return, stash: Stash) -> dict[str, str]:
    other = relaid(row, stash.fields)
    return stash.fields if other is None else other


def unwritten(row: Return, day: date) -> dict[str, str]:
    """Heading → the words it begins with, for the headings under which the unit has saved nothing yet."""
    if all(one.heading in row.texts for one in form_of(row).sections if one.draft):
        return {}
    return {heading: text for heading, text in drafts_of(row, day).items() if heading not in row.texts}


def _begun(row: Return, filled: FilledReturn, drafts: dict[str, str]) -> dict[str, str]:
    texts = drafts | row.texts
    return {f"w{n}": texts.get(one.heading, "") for n, one in enumerate(filled.form.sections)}


def _unsaved(typed: Typed, page: dict[str, Any]) -> list[tuple[str, str]]:
    """What was typed and has no form on the page any more, to be copied."""
    forms = [
        typed.words if "words" not in page else None,
        typed.move[1] if typed.move and typed.move[0] not in page["offers"] else None,
        typed.waiver if page.get("waiver_form") is None else None,
        typed.decision if page.get("decision_form") is None else None,
    ]
    boxes = [box for form in forms if form for box in form]
    return [(str(box.label), str(box.value())) for box in boxes if box.value()] + typed.gone


# ---- 免报 -----------------------------------------------------------------------------------------------------------------


def _waiver(row: Return, user: User, now: datetime, typed: Typed) -> dict[str, Any]:
    if row.receiver is None or row.compiles:
        return {}
    asked: Waiver | None = waivers.pending(row).select_related("requested_by").first()
    ask = asked is None and row.stage == ReturnStage.OPEN and waivers.may_ask(row, user)
    today = day_of(now)
    decides = asked is not None and user.may(Right.APPROVE, row.receiver.in_charge())
    return {
        "waiver_asked": asked,
        "waiver_barred": waivers.approval.barred(asked, user, now) if asked else None,
        "waiver_seal": waivers.approval.seal(asked, now) if asked else "",
        "waiver_form": (typed.waiver or WaiverForm(last=row.last, today=today)) if ask else None,
        "decision_form": (typed.decision or DecisionForm(today=today)) if decides else None,
    }


# ---- one figure by hand -----------------------------------------------------------------------------------------------


def figure(row: Return, form: CorrectionForm, r: int, c: int) -> dict[str, Any]:
    """What the small form shows: the figure's place, its unit as it is typed, and what the books say."""
    layout = form_of(row)
    column = layout.figure_columns[c]
    computed = fill(row, day_of(timezone.now())).computed[r][c]
    return {
        "report": row,
        "form": form,
        "row": r,
        "column": c,
        "stub": layout.rows[r].text,
        "heading": layout.figure_headings[c],
        "computed": computed,
        "unit": raw_unit(column),
        "layout": layout.digest,
    }
