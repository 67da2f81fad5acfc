"""Filters of the lists that show cases or employers, and of the list of cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from arrears.cases.models import Channel, State
from arrears.cases.models.case import CaseQuerySet
from unions.common.form_fields import DayField
from unions.common.industries import FocusSector, Industry
from unions.people.forms import UnitFilter

UNFINISHED_KEY = "unfinished"
NO_SECTOR = "none"
SECTORS = [("", "全部"), *FocusSector.choices, (NO_SECTOR, "不属重点行业")]
HAS_UNION = [("", "全部"), ("yes", "已建"), ("no", "未建"), ("unknown", "未填写")]
UNION_SAID = {"yes": True, "no": False, "unknown": None}
STATES = [("", "全部"), (UNFINISHED_KEY, "全部未结"), *State.choices]


class ListFilter(UnitFilter):
    """Search, industry, unit and a span of days."""

    q = forms.CharField(label="搜索", max_length=60, required=False)
    industry = forms.ChoiceField(label="所属行业", choices=[("", "全部"), *Industry.choices], required=False)
    since = DayField(required=False, past=False)
    until = DayField(label="到", required=False, past=False)

    field_order = ["q", "industry", "unit", "since", "until"]


class CaseFilter(ListFilter):
    unit_label = "立案单位（编码或名称）"

    state = forms.ChoiceField(label="状态", choices=STATES, required=False)
    channel = forms.ChoiceField(label="受理渠道", choices=[("", "全部"), *Channel.choices], required=False)
    sector = forms.ChoiceField(label="重点行业", choices=SECTORS, required=False)
    has_union = forms.ChoiceField(label="已建工会", choices=HAS_UNION, required=False)
    mine = forms.BooleanField(label="只看我经办的", required=False)
    immediate = forms.BooleanField(label="极端或群体性", required=False)

    field_order = [
        "q",
        "state",
        "industry",
        "sector",
        "has_union",
        "channel",
        "unit",
        "since",
        "until",
        "mine",
        "immediate",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].label = "受理日期从"

    def narrow(self, cases: CaseQuerySet) -> CaseQuerySet:
        """The cases that match; nothing when a filter could not be read (its error stands beside it)."""
        if not self.is_valid():
            return cases.none()
        data = self.cleaned_data
        if data["state"] == UNFINISHED_KEY:
            cases = cases.unfinished()
        exact = {name: data[name] for name in ("state", "industry", "channel") if data[name]}
        exact = {name: value for name, value in exact.items() if value != UNFINISHED_KEY}
        days = {"accepted_on__gte": data["since"], "accepted_on__lte": data["until"]}
        cases = cases.filter(**exact, **{name: day for name, day in days.items() if day})
        cases = self._of_employers(cases)
        if data["unit"]:
            cases = cases.under(data["unit"])
        if data["mine"]:
            cases = cases.filter(officer=self.user)
        if data["immediate"]:
            cases = cases.filter(Q(extreme=True) | Q(mass=True))
        return cases.searched(data["q"]) if data["q"].strip() else cases

    def _of_employers(self, cases: CaseQuerySet) -> CaseQuerySet:
        """QD-2: by focus sector, and by whether the employer has a union."""
        sector, has_union = self.cleaned_data["sector"], self.cleaned_data["has_union"]
        if sector:
            cases = cases.filter(employer__focus_sector="" if sector == NO_SECTOR else sector)
        if has_union:
            cases = cases.filter(employer__has_union=UNION_SAID[has_union])
        return cases
