"""Forms of prevention: the log, its filters and spans of days, a class set by hand, an opinion."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django_filters import ChoiceFilter

from arrears.cases.forms.filters import employer_named
from arrears.cases.forms.steps import FilesField
from arrears.cases.models import Case, Employer
from arrears.cases.names import name_key
from arrears.inspections.models import Inspection
from arrears.law.obligations.applicable import concerning
from arrears.law.obligations.risk_classes import RiskClass
from arrears.prevention.actions.log import FACTS, Work, asked_by
from arrears.prevention.counts import own_of
from arrears.prevention.models import (
    PLANNED,
    EmployerRiskQuerySet,
    PreventionKind,
    PreventionTask,
    PreventionWork,
    PreventionWorkQuerySet,
)
from arrears.prevention.quarters import before, latest, quarter_of, spans, spoken
from unions.common.form_fields import CountField, DayField, PlainForm
from unions.common.industries import FocusSector
from unions.common.text import narrow, number_key, split_names
from unions.filters import DayFilter, FilterForm, ListFilter, Ticked, WithinUnit, Words
from unions.models import Union, User
from unions.people.rights import Right

MOST_NAME = 120  # characters of an employer's name
MOST_CASES = 30  # of one joint supervision


class WorkForm(PlainForm):
    union = forms.CharField(label="开展单位", max_length=20, help_text="输入编码或名称，从提示中选择。")
    kind = forms.ChoiceField(label="类别")
    on = DayField(label="日期", past=False)
    title = forms.CharField(label="事项", max_length=120, help_text="一句话，如：到海尔工业园走访新开工企业。")
    named = forms.CharField(
        label="涉及的用人单位名称",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=6200,
        required=False,
        help_text="每行一个全称；不知道名称的，只填户数。",
    )
    cases = forms.CharField(
        label="案件编号",
        max_length=1200,
        required=False,
        help_text="联合督导填写，一件或几件，用顿号分开；案件的用人单位自动列入。",
    )
    firms = CountField(label="用人单位（户）", required=False)
    projects = CountField(label="工程项目（个）", required=False)
    people = CountField(label="覆盖人数（人）", required=False)
    place = forms.CharField(label="地点", max_length=120, required=False, help_text="公益法律服务行动必填。")
    helpers = CountField(
        label="服务人员（人）", required=False, help_text="律师、志愿者、工会干部；公益法律服务行动必填。"
    )
    partners = forms.CharField(label="参加单位", max_length=300, required=False)
    agenda = forms.CharField(
        label="议题、方案", widget=forms.Textarea(attrs={"rows": 4}), max_length=5000, required=False
    )
    done = forms.CharField(
        label="做了什么、有什么结果", widget=forms.Textarea(attrs={"rows": 5}), max_length=5000, required=False
    )
    photos = FilesField(label="照片、材料", required=False)

    def __init__(self, *args: Any, user: User, work: PreventionWork | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.only_unit: Union | None = None
        choices, self.plans = kinds_offered(user, self.today, work)
        self.fields["kind"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]
        self.joint = PreventionKind.JOINT in dict(choices)
        if not self.joint:
            del self.fields["cases"]
        if self.plans:
            labels = "、".join(label for kind, label in choices if kind in PLANNED)
            self.fields["partners"].help_text = f"{labels}填写。"
            self.fields["agenda"].help_text = f"{labels}填写议题、方案或督导内容；其他类别不填。"
            self.fields["done"].help_text = "会议填写纪要；尚未召开、尚未开展的先不填，列为计划，到期提醒。"
        else:
            del self.fields["partners"], self.fields["agenda"]
        if work is not None:
            del self.fields["union"]

    def offer_units(self, url: str, only: Union | None) -> None:
        """Suggest units from `url` while the code is typed; whoever records for one unit alone is not asked."""
        self.only_unit = only
        self.fields["union"].widget = (
            forms.HiddenInput()
            if only
            else forms.TextInput(
                attrs={
                    "list": "unit-options",
                    "autocomplete": "off",
                    "hx-get": url,
                    "hx-target": "#unit-options",
                    "hx-trigger": "focus once, input changed delay:300ms",
                }
            )
        )

    def clean_union(self) -> Union:
        found = Union.objects.filter(code=narrow(self.cleaned_data["union"])).first()
        if found is None or not self.user.may(Right.INSPECT, found):
            raise forms.ValidationError("没有找到您可以登记的这个单位，请从提示中选择编码。")
        return found

    def clean_named(self) -> tuple[str, ...]:
        lines = [line.strip() for line in self.cleaned_data["named"].splitlines() if line.strip()]
        for line in lines:
            if len(line) > MOST_NAME or not name_key(line):
                raise forms.ValidationError(f"“{line[:20]}”不像单位名称，请每行写一个单位的全称。")
        return tuple(dict.fromkeys(lines))

    def clean_cases(self) -> tuple[Case, ...]:
        """Cases she sees, by their numbers."""
        said = {number_key(text): text for text in split_names(self.cleaned_data["cases"])}
        if len(said) > MOST_CASES:
            raise forms.ValidationError(f"一次联合督导最多写明 {MOST_CASES} 件案件。")
        found = {case.number: case for case in Case.objects.visible_to(self.user).filed().filter(number__in=said)}
        if unknown := [text for number, text in said.items() if number not in found]:
            raise forms.ValidationError(f"没有找到您可以查看的案件“{unknown[0][:30]}”，请照抄案件编号。")
        return tuple(found[number] for number in said)

    def clean(self) -> dict[str, Any]:
        """Only what is planned has a day to come."""
        data = super().clean() or {}
        day, today = data.get("on"), self.today
        if day and day > today and data.get("kind") not in PLANNED:
            self.add_error("on", "日期不能晚于今天。")
        return data

    def work(self) -> Work:
        data = self.cleaned_data
        said: dict[str, Any] = {name: data[name] for name in ("kind", "on", "title", "done", "named", "place")}
        said |= {name: data[name] for name in ("agenda", "partners", "cases") if name in data}
        counts = {name: data[name] or 0 for name in ("firms", "projects", "people", "helpers")}
        return Work(**(said | counts))


def kinds_offered(user: User, today: date, work: PreventionWork | None) -> tuple[list[tuple[str, str]], bool]:
    """Kinds to choose from, and whether there are some among them that are planned: where a notice asks for these, or of `work`."""
    asked = set(asked_by(concerning(user, today))) | ({work.kind} & PLANNED.keys() if work else set())
    return [one for one in PreventionKind.choices if one[0] not in PLANNED or one[0] in asked], bool(asked)


class TaskForm(PlainForm):
    what = forms.CharField(label="议定事项", widget=forms.Textarea(attrs={"rows": 2}), max_length=300)
    responsible = forms.CharField(label="落实单位、责任人", max_length=120)
    due_on = DayField(label="落实期限", past=False)


class TaskDoneForm(PlainForm):
    on = DayField(label="落实日期")
    result = forms.CharField(label="落实情况", max_length=500)


def initial_of(work: PreventionWork, user: User) -> dict[str, Any]:
    """What the form shows; employers that come with a case are not named once more."""
    shown = {name: getattr(work, name) for name in FACTS}
    cases = work.cases.all()
    numbers = Case.objects.visible_to(user).filter(pk__in=cases).order_by("pk").values_list("number", flat=True)
    named = work.employers.exclude(pk__in=cases.values("employer")).order_by("pk").values_list("name", flat=True)
    return shown | {"named": "\n".join(named), "cases": "、".join(number for number in numbers if number)}


UNFINISHED = PreventionTask.objects.filter(done_on=None).order_by()


class LogFilterForm(FilterForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("own") and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "请先填写单位。")
        return data


class LogFilter(ListFilter):
    sorts = {
        "类别": "kind",
        "日期": "on",
        "开展单位": "union__name",
        "用人单位（户）": "firms",
        "项目（个）": "projects",
        "覆盖（人）": "people",
    }
    q = Words("title__reads", lambda text: Q(pk__in=_naming(text)))
    kind = ChoiceFilter("kind", label="类别")
    unit = WithinUnit()
    own = Ticked(label="只看本单位自己的", method="of_unit_alone")
    open = Ticked(Q(done="") | Q(pk__in=UNFINISHED.values("work")), label="只看计划中、有事项未落实的")
    since = DayFilter("on", "gte", label="日期从")
    until = DayFilter("on", "lte", label="到")

    class Meta:
        form = LogFilterForm

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.filters["kind"].extra["choices"] = kinds_offered(self.user, self.today, None)[0]

    def of_unit_alone(self, rows: PreventionWorkQuerySet, name: str, value: bool) -> PreventionWorkQuerySet:
        return rows.filter(own_of(self.form.cleaned_data["unit"]))


def _naming(text: str) -> Any:
    """Keys of the rows that name an employer like that."""
    firms = Employer.objects.named(text).values("pk")
    return PreventionWork.employers.through.objects.filter(employer__in=firms).values("preventionwork")


class SpanForm(PlainForm):
    """A month, a quarter or a year; this quarter unless said otherwise."""

    period = forms.ChoiceField(label="期间", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = spans(self.today)  # type: ignore[attr-defined]

    def label(self) -> str:
        return (self.cleaned_data["period"] if self.is_valid() else "") or quarter_of(self.today)


class QuarterForm(PlainForm):
    quarter = forms.ChoiceField(label="季度", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = [(one, spoken(one)) for one in latest(self.today)]  # type: ignore[attr-defined]

    def label(self) -> str:
        """The one chosen, else the last that is over."""
        return (self.cleaned_data["quarter"] if self.is_valid() else "") or before(self.today)


class RiskFilter(ListFilter):
    sorts = {"用人单位": "employer__name"}
    asked_by = {"sector": "focus-sectors"}

    q = Words(employer_named())
    label = ChoiceFilter("label", label="风险类别")
    sector = ChoiceFilter("employer__focus_sector", label="重点行业", choices=FocusSector.choices)
    unit = WithinUnit()
    hand = Ticked(Q(change__isnull=False), label="只看人工调整的")
    due = Ticked(label="只看逾期未查的", method="not_inspected")

    def __init__(self, *args: Any, labels: list[str]) -> None:
        super().__init__(*args)
        self.filters["label"].extra["choices"] = [(one, one) for one in labels]

    def not_inspected(self, rows: EmployerRiskQuerySet, name: str, value: bool) -> EmployerRiskQuerySet:
        return rows.filter(overdue(self.today))


def overdue(today: date) -> Q:
    """Rows of EmployerRisk whose interval is over without an inspection in it."""
    begin: Any = ExpressionWrapper(Value(today) - F("every_days"), output_field=DateField())
    term: Any = ExpressionWrapper(Value(today) - OuterRef("every_days"), output_field=DateField())
    inside = Inspection.objects.filter(employer=OuterRef("employer"), path__startswith=OuterRef("path"), on__gte=term)
    return Q(every_days__isnull=False, since__lt=begin) & ~Q(Exists(inside))


class RiskChangeForm(PlainForm):
    label = forms.ChoiceField(label="调整为")
    until = DayField(label="有效期至", past=False, help_text="到期后恢复按规则分类，最长一年。")
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 4}), max_length=500)

    def __init__(self, *args: Any, classes: list[RiskClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].choices = [("", "请选择"), *((one.label, one.label) for one in classes)]  # type: ignore[attr-defined]


class SubsidyOpinionForm(PlainForm):
    opinion = forms.CharField(
        label="意见",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
        help_text="不同意时必填。",
    )


class WithdrawForm(PlainForm):
    reason = forms.CharField(label="撤销原因", max_length=200)
