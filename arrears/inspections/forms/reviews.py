"""Forms of looks of one unit at another: the plan, the visit, a finding, its answer and its closing; the filter of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django_filters import ChoiceFilter

from arrears.cases.forms.employer import PLEASE
from arrears.inspections.actions.reviews import ReviewFacts
from arrears.inspections.models import ReviewFinding, ReviewKind, WeakSpot
from arrears.inspections.models.review import ReviewQuerySet
from unions.common.form_fields import DayField, PlainForm
from unions.filters import ListFilter, Words
from unions.models import Union, User, under
from unions.people.forms import UnitField
from unions.people.rights import Right

STAGES = [("waiting", "待检查"), ("visited", "已检查"), ("open", "有问题未销号"), ("late", "有问题逾期")]


class ReviewForm(PlainForm):
    planner = UnitField(label="组织单位")
    kind = forms.ChoiceField(label="方式", choices=ReviewKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=120, help_text="如：冬季专项行动市际互查第一组。")
    inspector = UnitField(label="检查单位", required=False, help_text="互查、专项检查填写；编码或全称。")
    outsider = forms.CharField(label="第三方机构", max_length=120, required=False)
    inspected = UnitField(label="被检查单位", help_text="编码或全称。")
    leader = forms.CharField(label="带队人", max_length=60)
    since = DayField(label="起", past=False)
    until = DayField(label="止", past=False)
    scope = forms.CharField(label="检查内容", widget=forms.Textarea, max_length=2000, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = Union.objects.filter(under(user.paths(Right.VIEW)), valid_until=None)
        own = Union.objects.filter(path__in=user.paths(Right.HANDLE), valid_until=None)
        for name, units in (("planner", own), ("inspector", below), ("inspected", below)):
            self.fields[name].units = units  # type: ignore[attr-defined]

    def facts(self) -> ReviewFacts:
        return ReviewFacts(**{name: value for name, value in self.cleaned_data.items() if name != "planner"})


class VisitForm(PlainForm):
    on = DayField(label="到场日期")
    people = forms.CharField(label="参加人员", max_length=300)
    summary = forms.CharField(label="检查情况", widget=forms.Textarea, max_length=5000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "visit_%s"} | kwargs))


class ReviewFindingForm(PlainForm):
    spot = forms.ChoiceField(label="薄弱环节", choices=[*PLEASE, *WeakSpot.choices])
    detail = forms.CharField(label="问题", widget=forms.Textarea, max_length=500)
    due_on = DayField(label="整改期限", past=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "finding_%s"} | kwargs))


class ReviewFilter(ListFilter):
    sorts = {"名称": "name", "被检查单位": "inspected__name", "起止": "since"}
    unit_path = "inspected__path"  # a row is of the unit that is looked at
    q = Words("name__reads", "inspected__name__reads", "inspector__name__reads")
    kind = ChoiceFilter("kind", label="方式", choices=ReviewKind.choices)
    stage = ChoiceFilter(label="进度", choices=STAGES, method="at_stage")

    def at_stage(self, rows: ReviewQuerySet, name: str, value: str) -> ReviewQuerySet:
        if value == "waiting":
            return rows.standing().filter(visited_on=None)
        if value == "visited":
            return rows.exclude(visited_on=None)
        asked = ReviewFinding.objects.unsettled()
        if value == "late":
            asked = asked.filter(answered_at=None, due_on__lt=self.today)
        return rows.filter(pk__in=asked.values("review"))
