"""Forms of the publication list and of what is shared of a period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from arrears.sanctions.publishing import PublicationPeriod
from unions.common.form_fields import DayField, PlainForm
from unions.models import Union

# A local setting: no notice says how long a publication stands; the drafter may choose otherwise.
STANDS = timedelta(days=365)


def said(span: PublicationPeriod) -> str:
    """2026Q3 → 2026年第3季度; 2026H1 → 2026年上半年."""
    part = f"第{span.label[5:]}季度" if span.label[4] == "Q" else "上半年" if span.label[5:] == "1" else "下半年"
    return f"{span.label[:4]}年{part}"


class DraftForm(PlainForm):
    """`period` cleans to a day of the period: quarters of a city or county, half-years of a province."""

    union = forms.ChoiceField(label="公布单位")
    period = forms.ChoiceField(label="期间")
    until = DayField(label="公布至", past=False, help_text="到这一天为止公开显示；默认一年，属本地设置，可以更改。")

    def __init__(
        self, *args: Any, units: list[Union], spans: list[PublicationPeriod], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, today=today, **({"initial": {"until": today + STANDS}} | kwargs))
        self.units = {str(unit.pk): unit for unit in units}
        choices: Mapping[str, list[tuple[str, str]]] = {
            "union": [(pk, unit.name) for pk, unit in self.units.items()],
            "period": [(str(span.last), said(span)) for span in spans],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean_union(self) -> Union:
        return self.units[self.cleaned_data["union"]]

    def clean_period(self) -> date:
        return date.fromisoformat(self.cleaned_data["period"])


class RowForm(PlainForm):
    representative = forms.CharField(label="法定代表人（负责人）", max_length=40, required=False)
    address = forms.CharField(label="单位地址", max_length=200, required=False)
    violation = forms.CharField(
        label="主要违法事实",
        widget=forms.Textarea,
        max_length=1000,
        help_text="只写人数和金额，不写职工姓名、证件号和电话。",
    )
    decision = forms.CharField(label="处理情况", widget=forms.Textarea, max_length=2000)


class PublicationOpinionForm(PlainForm):
    opinion = forms.CharField(label="意见、原因", widget=forms.Textarea, max_length=300, required=False)
