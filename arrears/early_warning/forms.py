"""Forms around warnings: one signal, the visit that verifies it, a step, its answer; and the filters of the board."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django_filters import ChoiceFilter

from arrears.cases.forms.employer import PLEASE, RecordedByUnit
from arrears.cases.forms.filters import employer_named
from arrears.cases.forms.steps import FilesField
from arrears.cases.models import Case, Employer, Project
from arrears.early_warning.entering import SignalFacts
from arrears.early_warning.models import Authority, CheckOutcome, StepKind, WarningSignal, WarningStandingQuerySet
from arrears.early_warning.sources import kind_choices, mismatch, source_choices
from unions.common.form_fields import DayField, MoneyField, PlainForm
from unions.filters import DayFilter, ListFilter, Ticked, WithinUnit, Words
from unions.models import User


class WarningForm(RecordedByUnit):
    source = forms.ChoiceField(label="信息来源", choices=[])
    kind = forms.ChoiceField(label="信息类别", choices=[])
    on = DayField(label="发生日期", help_text="欠税、欠费的，填所属期的最后一天或来文日期。")
    received_on = DayField(label="收到日期", help_text="核实期限从这一天起算。")
    amount = MoneyField(label="金额", required=False)
    reference = forms.CharField(label="来文编号", max_length=60, required=False)
    detail = forms.CharField(label="情况说明", widget=forms.Textarea, max_length=5000, required=False)
    project_name = forms.CharField(label="工程项目", max_length=160, required=False)
    authority = forms.ChoiceField(
        label="行业主管部门",
        choices=[("", "不涉及"), *Authority.choices],
        required=False,
        help_text="工程建设、交通、水利领域的请填；适用通知要求推送的，据此推送。",
    )
    major = forms.BooleanField(label="重大预警，须报告本级政府和上一级", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].label = "接收单位"
        self.fields["source"].choices = [*PLEASE, *source_choices()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [*PLEASE, *kind_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("source") and data.get("kind") and (fault := mismatch(data["source"], data["kind"])):
            self.add_error("kind", fault)
        if data.get("on") and data.get("received_on") and data["received_on"] < data["on"]:
            self.add_error("received_on", "收到日期不能早于发生日期。")
        return data

    def said(self, project: Project | None) -> SignalFacts:
        plain = ("source", "kind", "on", "received_on", "amount", "detail", "reference", "major", "authority")
        return SignalFacts(project=project, **{name: self.cleaned_data[name] for name in plain})


class CheckForm(PlainForm):
    on = DayField(label="核实日期")
    outcome = forms.ChoiceField(label="核实结果", choices=CheckOutcome.choices, widget=forms.RadioSelect)
    case = forms.ModelChoiceField(
        label="案件",
        queryset=Case.objects.none(),
        required=False,
        empty_label="请选择",
        help_text="确有欠薪的必选；还没有登记的，请先登记案件。",
        error_messages={"invalid_choice": "请从列表中选择该单位的案件。"},
    )
    detail = forms.CharField(
        label="核实情况",
        widget=forms.Textarea,
        max_length=5000,
        help_text="到场人员、生产经营、工资发到哪个月、有无风险。",
    )
    papers = FilesField(label="现场材料", help_text="照片、笔录、回函等，至少一份，可多选。")

    def __init__(self, *args: Any, user: User, employer: Employer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["case"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Case.objects.visible_to(user).filed().filter(employer=employer)
        self.fields["papers"].error_messages["required"] = "请附上至少一份现场材料（照片、笔录、回函等）。"


class StepForm(PlainForm):
    kind = forms.ChoiceField(label="处置", choices=[*PLEASE, *StepKind.choices])
    on = DayField(label="日期")
    addressee = forms.CharField(
        label="送达部门", max_length=60, required=False, help_text="报告政府、推送主管部门时填写。"
    )
    detail = forms.CharField(label="内容", widget=forms.Textarea, max_length=5000)


class AnswerForm(PlainForm):
    answered_on = DayField(label="回执日期")
    answer = forms.CharField(label="回执、反馈", widget=forms.Textarea, max_length=5000, required=False)


class BoardFilter(ListFilter):
    """Filters of the warned employers of one unit. `path`: the unit's."""

    q = Words(employer_named())
    level = ChoiceFilter(label="预警等级", method="of_level")
    source = ChoiceFilter(label="信息来源", choices=source_choices, method="told_by")
    unverified = Ticked(Q(unverified__gt=0), label="有待核实的")
    major = Ticked(Q(major=True), label="重大预警")

    def __init__(self, *args: Any, levels: list[str], path: str) -> None:
        super().__init__(*args)
        self.path = path
        self.filters["level"].extra["choices"] = [*((one, f"{one}色") for one in levels), ("-", "未达预警")]

    def of_level(self, found: WarningStandingQuerySet, name: str, value: str) -> WarningStandingQuerySet:
        return found.filter(level="" if value == "-" else value)

    def told_by(self, found: WarningStandingQuerySet, name: str, value: str) -> WarningStandingQuerySet:
        told = WarningSignal.objects.standing().filter(source=value, path__startswith=self.path)
        return found.filter(employer__in=told.values("employer"))


class SignalFilter(ListFilter):
    unit = WithinUnit()
    source = ChoiceFilter("source", label="信息来源", choices=source_choices)
    since = DayFilter("received_on", "gte", label="收到日期从")
    until = DayFilter("received_on", "lte", label="收到日期到")
