"""Forms of merging: what duplicates are looked for by, reasons, opinions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from unions.common.form_fields import CountField, DayField, MoneyField, PlainForm
from unions.common.text import narrow


class LikenessForm(PlainForm):
    """Fields of the case form by which duplicates are found; any may still be missing or wrong."""

    employer_name = forms.CharField(max_length=120, required=False)
    uscc = forms.CharField(max_length=40, required=False)
    region_code = forms.CharField(max_length=9, required=False)
    owed_from = DayField(required=False, past=False)
    owed_until = DayField(required=False, past=False)
    stated_workers = CountField(required=False)
    stated_amount = MoneyField(required=False)
    project_name = forms.CharField(max_length=160, required=False)
    case = forms.IntegerField(required=False)

    def known(self) -> dict[str, Any]:
        """Return keyword arguments of duplicates.Probe."""
        data = self.cleaned_data
        code = narrow(data.get("uscc")).replace(" ", "").replace("-", "").upper()
        known = {"region_code": data.get("region_code") or "", "uscc": code}
        days = {name: data.get(name) for name in ("owed_from", "owed_until")}
        figures = {"workers": data.get("stated_workers") or 0, "amount": data.get("stated_amount") or Decimal(0)}
        names = {"name": data.get("employer_name") or "", "project": data.get("project_name") or ""}
        return known | days | figures | names


class ReasonForm(PlainForm):
    reason = forms.CharField(
        label="理由",
        max_length=2000,
        widget=forms.Textarea,
        help_text="如：同一批职工、同一段工期，分别经 12351 和来访反映。不要写姓名、电话。",
    )


class OpinionOnMerger(PlainForm):
    opinion = forms.CharField(label="意见", max_length=2000, required=False, widget=forms.Textarea)
