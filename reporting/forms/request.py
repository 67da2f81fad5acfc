"""What a reader asks of a form: which unit, which period. One reading for the pages and the export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.db.models import Q

from arrears.law.scope import Period, Scope, days_of, label_of
from reporting.forms import periods
from reporting.forms.editions.choice import WORDS
from reporting.forms.files import Form
from unions.common.refusals import Refused
from unions.models import Union, User
from unions.people.rights import Right

OFFERED = 300


def units_offered(user: User) -> list[Union]:
    """The units whose tables the reader may see at one click: her own, and the next level below each."""
    own = user.paths(Right.VIEW)
    found = Union.objects.filter(Q(path__in=own) | Q(parent__path__in=own)).order_by("depth", "code")
    return list(found[:OFFERED])


class Ask(forms.Form):
    """Unit and period of one form. `period` after a valid reading; errors stand at their fields."""

    union = forms.ChoiceField(label="统计单位")

    def __init__(self, form: Form, data: Mapping[str, str], unit: Union, offered: list[Union], today: date) -> None:
        self.form, self.unit, self.today = form, unit, today
        self.period: Period | None = None
        words = {name: data.get(name, "") for name in WORDS if data.get(name)}
        super().__init__({"union": unit.code, **words})
        if unit not in offered:
            offered = [unit, *offered]
        choice = self.fields["union"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(row.code, row.name) for row in offered]
        self.fields |= _period_fields(form, self.data, today)

    def clean(self) -> None:
        month, since, as_of, label = (str(self.data.get(name, "")) for name in ("month", "from", "as_of", "period"))
        try:
            self.period = periods.read(self.form, month, since, as_of, self.today, label)
        except Refused as refusal:
            for name in refusal.fields or {"": ""}:
                self.add_error(name if name in self.fields else None, refusal.message)

    def scope(self) -> Scope | None:
        return Scope(self.unit, self.period) if self.is_valid() and self.period else None


# What a browser has an input for, and the first such day, week or month.
_INPUTS = {
    "day": ("日期", "date", "1949-10-01"),
    "week": ("周", "week", "1949-W40"),
    "month": ("月份", "month", "1949-10"),
}
OFFERED_BACK = {"quarter": 12, "year": 6}


def _period_fields(form: Form, data: Mapping[str, object], today: date) -> dict[str, forms.Field]:
    """A form that recurs may also be asked for as a window (`from`)."""
    fields = {"as_of": _input("数据截至", *_INPUTS["day"][1:])}
    if form.period == "campaign" or data.get("from"):
        return {"from": _input("起始日期", *_INPUTS["day"][1:])} | fields
    if form.by_acceptance:
        return {"month": _input("受理月份", *_INPUTS["month"][1:])} | fields
    name = "month" if form.monthly else "period"
    if form.period in _INPUTS:
        return {name: _input(*_INPUTS[form.period])} | fields
    return {name: _choice(form, str(data.get(name, "")), today)} | fields


def _input(label: str, kind: str, first: str) -> forms.Field:
    widget = forms.TextInput(attrs={"type": kind, "min": first})
    return forms.CharField(label=label, required=False, widget=widget)


def _choice(form: Form, given: str, today: date) -> forms.Field:
    """Quarters or years back from today, and the one asked for; its spelling is judged by `periods.read`."""
    day, labels = min(today, form.until) if form.until else today, []
    for _ in range(OFFERED_BACK[form.period]):
        labels.append(label_of(form.period, day))
        day = days_of(form.period, day)[0] - timedelta(1)
    if given and given not in labels:
        labels.append(given)
    return _Offer(label=periods.RHYTHM_NAMES[form.period], required=False, choices=[(one, one) for one in labels])


class _Offer(forms.ChoiceField):
    """Offers some values and takes any."""

    def valid_value(self, value: object) -> bool:
        return True


def query_of(scope: Scope, form: Form) -> str:
    """The same question as a query string, without `?`."""
    return urlencode({"union": scope.union.code} | words_of(scope.period, form))


def words_of(period: Period, form: Form) -> dict[str, str]:
    """The period as the fields of the form say it."""
    words = {"from": f"{period.since}"}
    if form.monthly and period.month:
        words = {"month": period.month}
    elif form.period != "campaign" and period.rhythm and label_of(form.period, period.since) == period.label:
        words = {"period": period.label}
    return words | {"as_of": f"{period.as_of}"}
