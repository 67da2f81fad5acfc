"""What a reader asks of a form: which unit, which period. One reading for the pages and the export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.db.models import Q

from reporting import periods
from reporting.editions.choosing import WORDS
from reporting.form_files import Form
from reporting.scope import Period, Scope
from unions.models import Union, User
from unions.refusals import Forbidden, Refused
from unions.rights import Right

OFFERED = 300


def units_offered(user: User) -> list[Union]:
    """The units whose tables the reader may see at one click: her own, and the next level below each."""
    own = user.paths(Right.VIEW)
    found = Union.objects.filter(Q(path__in=own) | Q(parent__path__in=own)).order_by("depth", "code")
    return list(found[:OFFERED])


def own_unit(user: User) -> Union:
    """The highest unit the reader sees cases of."""
    unit = Union.objects.filter(path__in=user.paths(Right.VIEW)).order_by("depth", "code").first()
    if unit is None:
        raise Forbidden("您没有查看案件的任职，不能查看报表；如有需要，请联系本单位管理员。")
    return unit


class Ask(forms.Form):
    """Unit and period of one form. `period` after a valid reading; errors stand at their fields."""

    union = forms.ChoiceField(label="统计单位")

    def __init__(
        self, form: Form, data: Mapping[str, str], unit: Union, offered: list[Union], today: date
    ) -> None:
        self.form, self.unit, self.today = form, unit, today
        self.period: Period | None = None
        words = {name: data.get(name, "") for name in WORDS if data.get(name)}
        super().__init__({"union": unit.code, **words})
        if unit not in offered:
            offered = [unit, *offered]
        choice = self.fields["union"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(row.code, row.name) for row in offered]
        for name, label, kind in _period_fields(form, self.data):
            widget = forms.TextInput(
                attrs={"type": kind, "min": "1949-10-01"[: 7 if kind == "month" else 10]}
            )
            self.fields[name] = forms.CharField(label=label, required=False, widget=widget)

    def clean(self) -> None:
        month, since, as_of = (str(self.data.get(name, "")) for name in ("month", "from", "as_of"))
        try:
            self.period = periods.read(self.form, month, since, as_of, self.today)
        except Refused as refusal:
            for name in refusal.fields or {"": ""}:
                self.add_error(name if name in self.fields else None, refusal.message)

    def scope(self) -> Scope | None:
        return Scope(self.unit, self.period) if self.is_valid() and self.period else None


def _period_fields(form: Form, data: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Name, label and kind of input. A list by month may also be asked for as a window (`from`)."""
    cut = ("as_of", "数据截至", "date")
    if form.monthly and not data.get("from"):
        return [("month", "受理月份", "month"), cut]
    return [("from", "起始日期", "date"), cut]


def query_of(scope: Scope, form: Form) -> str:
    """The same question as a query string, without `?`."""
    return urlencode({"union": scope.union.code} | words_of(scope.period, form))


def words_of(period: Period, form: Form) -> dict[str, str]:
    """The period as the fields of the form say it."""
    words = {"month": period.month} if form.monthly and period.month else {"from": f"{period.since}"}
    return words | {"as_of": f"{period.as_of}"}
