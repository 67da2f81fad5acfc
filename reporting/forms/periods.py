"""The period asked for, read by the rules of the form: a day, week, month …, or a window up to a cut-off."""

from __future__ import annotations

from datetime import date, timedelta

from arrears.law.scope import Period, days_of, month_period, previous_month, read_label, recurring_period, window_period
from reporting.forms.files import Form
from unions.common.refusals import Refused

RHYTHM_NAMES = {"day": "日", "week": "周", "month": "月", "quarter": "季度", "year": "年"}
EXAMPLES = {"day": "2022-10-03", "week": "2022-W40", "month": "2022-10", "quarter": "2022Q3", "year": "2022"}
# Reported after it is over, so a reader looks at the last one first; the others are reported before they end.
LOOKED_BACK_ON = ("week", "month")


def read(form: Form, month: str, since: str, as_of: str, today: date, label: str = "") -> Period:
    """Period of the words given (each may be empty). Refused, naming the field, when they do not hold together."""
    if month and since:
        raise Refused("月份和起始日期只能写一个。", {"month": "与起始日期只能写一个。"})
    if label and (month or since):
        raise Refused("期间与月份、起始日期只能写一个。", {"period": "只能写一个。"})
    if month and not form.monthly:
        raise Refused(_not_by_month(form), {"month": "本表不按月份。"})
    if since or (form.period == "campaign" and not label):
        return window_period(since, as_of, today, form.since, form.until)
    if form.by_acceptance:
        return month_period(month or label, as_of, today)
    if month or label:
        return _of_label(form, month or label, as_of, today)
    example = EXAMPLES[form.period]
    raise Refused(f"请写明《{form.title}》的{RHYTHM_NAMES[form.period]}，例如 {example}。", {"period": "请写明期间。"})


def usual(form: Form, today: date) -> Period:
    """What a reader wants to see first: last week or month, this day, quarter or year, or the campaign so far."""
    if form.since > today:
        return Period(today, today, today)
    if form.period == "campaign":
        return window_period("", "", today, form.since, form.until)
    day = min(today, form.until) if form.until else today
    if form.by_acceptance:
        return month_period(previous_month(day), "", today)
    before = days_of(form.period, day)[0] - timedelta(1)
    if form.period in LOOKED_BACK_ON and before >= form.since:
        day = before
    return recurring_period(form.period, day, "", today, window(form))


def window(form: Form) -> tuple[date, date] | None:
    """The days a form that recurs speaks of; None: always."""
    return (form.since, form.until) if form.until else None


def _of_label(form: Form, label: str, as_of: str, today: date) -> Period:
    rhythm, day = read_label(label)
    if rhythm != form.period:
        raise Refused(_of_another_rhythm(form, label), {"period": "期间不合本表。"})
    return recurring_period(rhythm, day, as_of, today, window(form))


def _of_another_rhythm(form: Form, label: str) -> str:
    if form.period == "campaign":
        return f"《{form.title}》是累计报表，请写起始日期和截至日期，不写期间“{label}”。"
    name, example = RHYTHM_NAMES[form.period], EXAMPLES[form.period]
    return f"《{form.title}》按{name}统计，期间“{label}”不是一{name}，格式应为 {example}。"


def _not_by_month(form: Form) -> str:
    if form.period == "campaign":
        return f"《{form.title}》是累计报表，请写起始日期和截至日期，不写月份。"
    return f"《{form.title}》按{RHYTHM_NAMES[form.period]}统计，请写期间，例如 {EXAMPLES[form.period]}，不写月份。"
