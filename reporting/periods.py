"""The period asked for, read by the rules of the form: a month of acceptance, or a window up to a cut-off."""

from __future__ import annotations

from datetime import date

from reporting.form_files import Form
from reporting.scope import Period, month_period, previous_month, window_period
from unions.refusals import Refused


def read(form: Form, month: str, since: str, as_of: str, today: date) -> Period:
    """Period of the words given (each may be empty). Refused, naming the field, when they do not hold together."""
    if month and since:
        raise Refused("月份和起始日期只能写一个。", {"month": "与起始日期只能写一个。"})
    if month and not form.monthly:
        raise Refused(
            f"《{form.title}》是累计报表，请写起始日期和截至日期，不写月份。", {"month": "本表不按月份。"}
        )
    if month or (form.monthly and not since):
        return month_period(month, as_of, today)
    return window_period(since, as_of, today, form.since, form.until)


def usual(form: Form, today: date) -> Period:
    """What a reader wants to see first: last month, or the campaign so far."""
    if form.monthly:
        return month_period(previous_month(today), "", today)
    if form.since > today:
        return Period(today, today, today)
    return window_period("", "", today, form.since, form.until)
