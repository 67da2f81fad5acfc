"""Writing the draft of a return: figures corrected by hand, words under its headings. Nothing here changes its stage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from reporting.returns import actions
from reporting.returns.filling import fill, form_of, may_correct, read_figure
from reporting.returns.models import Correction, Return
from unions.common.clock import day_of
from unions.common.refusals import Refused
from unions.log import audit
from unions.models import User


@transaction.atomic
def correct(
    report: Return, row: int, column: int, given: str, reason: str, by: User, at: datetime, *, seen: int
) -> Return:
    """Correct one figure by hand (raw: 人, 件, 元), where the form allows it; the books' own figure takes it back."""
    held = _in_hand(report, by, seen)
    form = form_of(held)
    if held.compiles:
        raise Refused("汇总报表由下级报表相加得出，不能手工修改；请退回下级更正。")
    if not may_correct(form, row, column):
        raise Refused("这一格由台账汇总得出，不能手工修改；请在相应案件的台账中更正。")
    value = read_figure(given, form.figure_columns[column])
    computed = fill(held, day_of(at)).computed[row][column]
    held.corrections.filter(version=None, row=row, column=column).delete()
    if value != computed:
        if not reason.strip():
            raise Refused("手工改动须写明理由。", {"reason": "请写明理由。"})
        Correction.objects.create(
            report=held,
            row=row,
            column=column,
            computed=computed,
            given=value,
            reason=reason.strip()[:300],
            by=by,
            at=at,
        )
    told = {"row": form.rows[row].text, "column": form.figure_columns[column].text, "before": computed, "after": value}
    return _written(held, "correct", by, at, reason=reason.strip()[:300], **told)


@transaction.atomic
def write_text(report: Return, heading: str, text: str, by: User, at: datetime, *, seen: int) -> Return:
    """Keep what the unit writes under one heading of the form."""
    held = _in_hand(report, by, seen)
    if heading not in section_headings(held):
        raise Refused(f"本表没有“{heading}”一栏。")
    held.texts[heading] = text.strip()
    Return.objects.filter(pk=held.pk).update(texts=held.texts)
    return _written(held, "write", by, at, heading=heading, sha256=audit.digest(text.strip()))


def section_headings(report: Return) -> list[str]:
    """The headings under which this return wants words beside its figures."""
    return [section.heading for section in form_of(report).sections]


def _in_hand(report: Return, by: User, seen: int) -> Return:
    return actions.lock(report, "sign", actions.MOVES["sign"], by, seen)


def _written(report: Return, verb: str, by: User, at: datetime, **told: Any) -> Return:
    Return.objects.filter(pk=report.pk).update(version=F("version") + 1, changed_at=at)
    audit.record(report.stream, verb, by, at, union=report.union, **told)
    return actions.reread(report)
