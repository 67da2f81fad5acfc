"""Chooses the edition of a form and the period that the words of a request mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from arrears.law.editions.pipeline import Edition
from arrears.law.scope import Period, days_of, label_of, read_day, read_label, read_month
from reporting.forms import periods
from reporting.forms.editions.form_editions import FormEditions
from reporting.forms.files import Form
from unions.common.refusals import Refused

WORDS = ("month", "period", "from", "as_of")


class Choice(NamedTuple):
    """`period` is None when the words cannot be read: the form's own fields then say why."""

    form: Form
    period: Period | None


def choose(key: str, words: Mapping[str, str], today: date) -> Choice:
    """The edition of `key` and the period for what is asked (WORDS; each may be missing).

    With no words, the usual period. Raises NoSuchForm. One query.
    """
    here = FormEditions.load()
    given = {name: words.get(name, "") for name in WORDS}
    for edition in reversed(here.rows.get(key, [])):
        period = _read(edition, given, today)
        if period and here.speaking(key, period.until) is edition:
            return Choice(edition.content, period)
    return Choice(here.form_for(key, _day(given) or today), None)


def usual(here: FormEditions, key: str, today: date) -> Choice | None:
    """The edition a reader sees first, with its period; None when none is in force."""
    for edition in reversed(here.rows.get(key, [])):
        period = _usual(edition, today)
        if here.speaking(key, period.until) is edition:
            return Choice(edition.content, period)
    return None


def _read(edition: Edition[Form], given: Mapping[str, str], today: date) -> Period | None:
    if not any(given.values()):
        return _usual(edition, today)
    try:
        return periods.read(edition.content, given["month"], given["from"], given["as_of"], today, given["period"])
    except Refused:
        return None


def _usual(edition: Edition[Form], today: date) -> Period:
    """A form by the month that is new this month begins with this month, not with the last."""
    form, period = edition.content, periods.usual(edition.content, today)
    if period.until < edition.first <= today and form.period != "campaign":
        return periods.read(form, "", "", "", today, label_of(form.period, today))
    return period


def _day(given: Mapping[str, str]) -> date | None:
    """The last day of the period as far as the words alone tell it."""
    try:
        if given["period"]:
            return days_of(*read_label(given["period"]))[1]
        days = read_month(given["month"])
        return days[1] if days else read_day(given["as_of"], "as_of", "截至日期")
    except Refused:
        return None
