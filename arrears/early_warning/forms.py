"""Forms around warnings: one signal, the visit that verifies it, a step, its answer; and the filters of the board."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import timezone
from django_filters import ChoiceFilter

from arrears.cases.forms.employer import PLEASE, RecordedByUnit
from arrears.cases.forms.filters import employer_named
from arrears.cases.forms.steps import FilesField
from arrears.cases.models import Case, Employer, Project
from arrears.early_warning.actions import SignalFacts
from arrears.early_warning.models import (
    Authority,
    CheckOutcome,
    Rhythm,
    StepKind,
    WarningSignal,
    WarningStandingQuerySet,
)
from arrears.early_warning.sources import kind_choices, mismatch, source_choices
from unions.common.form_fields import CountField, DayField, MoneyField, PlainForm, checked_size
from unions.common.limits import MOST_UNITS
from unions.filters import DayFilter, ListFilter, Ticked, WithinUnit, Words
from unions.models import Union, User
from unions.models.union import under
from unions.people.rights import Right


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
    own = Ticked(Q(own__gt=0), label="由本系统产生的")

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


# ---- lists ----------------------------------------------------------------------------------------------------------


LISTS = 3


class ForUnit(PlainForm):
    union = forms.ModelChoiceField(
        label="接收单位",
        queryset=Union.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": "您不能为这个单位登记预警信息，请重新选择。"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, today=timezone.localdate(), **kwargs)
        field = self.fields["union"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Union.objects.filter(under(user.paths(Right.INSPECT)), valid_until=None).order_by(
            "depth", "code"
        )
        field.widget.choices = [(unit.pk, f"{unit.name}（{unit.code}）") for unit in field.queryset[:MOST_UNITS]]


class SheetForm(ForUnit):
    file = forms.FileField(
        label="预警信息工作簿",
        allow_empty_file=True,
        help_text="Excel 或 WPS 的 .xlsx 文件，读取有模板表头的工作表，隐藏的工作表不读。",
        widget=forms.FileInput(attrs={"accept": ".xlsx", "data-preview": "chosen-file"}),
    )

    def clean_file(self) -> UploadedFile:
        return checked_size(self.cleaned_data["file"])


class ComparisonForm(ForUnit):
    """Fields `file_1`, `source_1`, `kind_1` … of up to three lists; the third may be left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, LISTS + 1):
            needed = n < LISTS
            self.fields[f"file_{n}"] = forms.FileField(
                label="名单",
                required=needed,
                allow_empty_file=True,
                widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
            )
            self.fields[f"source_{n}"] = forms.ChoiceField(
                label="来源", choices=[*PLEASE, *source_choices()], required=needed
            )
            self.fields[f"kind_{n}"] = forms.ChoiceField(
                label="类别", choices=[*PLEASE, *kind_choices()], required=needed
            )
            for part in ("file", "source", "kind"):
                self._speak_plainly(f"{part}_{n}", self.fields[f"{part}_{n}"])

    def groups(self) -> Iterable[tuple[int, Any, Any, Any]]:
        return [(n, self[f"file_{n}"], self[f"source_{n}"], self[f"kind_{n}"]) for n in range(1, LISTS + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(1, LISTS + 1):
            source, kind, file = (data.get(f"{part}_{n}") for part in ("source", "kind", "file"))
            if file:
                try:
                    checked_size(file)
                except forms.ValidationError as error:
                    self.add_error(f"file_{n}", error)
                for part, given in (("source", source), ("kind", kind)):
                    if not given and f"{part}_{n}" not in self.errors:
                        self.add_error(f"{part}_{n}", "请说明这份名单的来源和类别。")
            if source and kind and (fault := mismatch(source, kind)):
                self.add_error(f"kind_{n}", fault)
        return data

    def lists(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        return [
            {part: data[f"{part}_{n}"] for part in ("file", "source", "kind")}
            for n in range(1, LISTS + 1)
            if data.get(f"file_{n}")
        ]


class SourceRhythmForm(ForUnit):
    """How often a unit collects the list of a source (YK-1.1b)."""

    source = forms.ChoiceField(label="信息来源", choices=[PLEASE[0], *source_choices()])
    every = forms.ChoiceField(label="频次", choices=Rhythm.choices, initial=Rhythm.MONTH.value)
    days = CountField(label="期满后收齐时限（日）")
    contact = forms.CharField(label="提供部门、联系人", max_length=120)
    since = DayField(label="收集起始日期", past=False)


class SourceListForm(PlainForm):
    received_on = DayField(label="收到日期")
    rows = CountField(label="预警信息（条）", required=False, help_text="部门答复没有的，填 0。")
    note = forms.CharField(label="说明", max_length=200, required=False)
