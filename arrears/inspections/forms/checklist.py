"""The checklist of an inspection (SD-2.1b) as part of its form, closing a finding, and key targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from arrears.cases.forms.employer import RecordedByUnit
from arrears.cases.forms.steps import FilesField
from arrears.cases.models import Cause
from arrears.inspections.actions.inspections import Shortcoming
from arrears.inspections.models import CheckPoint, PointAnswer, TargetReason
from arrears.law.obligations.risk_classes import RiskClass
from unions.common.form_fields import DayField, OneOfSeveralForm, PlainForm

OTHER = "other"


@dataclass(frozen=True)
class PointRow:
    """One line of the checklist on the page."""

    label: str
    answer: forms.BoundField | None
    detail: forms.BoundField
    due: forms.BoundField


class Checklist(PlainForm):
    """Fields `point_…`, `detail_…` and `due_…` of each point, `detail_other` and `due_other`, and `photos`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for point in CheckPoint:
            answer = forms.ChoiceField(
                label=point.label,
                choices=PointAnswer.choices,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            )
            self._add(f"point_{point.value}", answer)
            self._add_shortcoming(point.value)
        self._add_shortcoming(OTHER)
        self._add("photos", FilesField(label="现场照片", required=False))

    def _add_shortcoming(self, key: str) -> None:
        self._add(f"detail_{key}", forms.CharField(label="问题", max_length=500, required=False))
        self._add(f"due_{key}", DayField(label="整改期限", past=False, required=False))

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._speak_plainly(name, field)

    def point_rows(self) -> list[PointRow]:
        return [
            PointRow(
                str(point.label),
                self[f"point_{point.value}"],
                self[f"detail_{point.value}"],
                self[f"due_{point.value}"],
            )
            for point in CheckPoint
        ]

    def other_rows(self) -> list[PointRow]:
        return [PointRow("其他问题", None, self[f"detail_{OTHER}"], self[f"due_{OTHER}"])]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for point in CheckPoint:
            if data.get(f"point_{point.value}") == PointAnswer.NO:
                self._want_term(data, point.value)
        if data.get(f"detail_{OTHER}") or data.get(f"due_{OTHER}"):
            self._want_term(data, OTHER)
        return data

    def _want_term(self, data: dict[str, Any], key: str) -> None:
        """A shortcoming says what is wrong and by when it must be right."""
        if not data.get(f"detail_{key}") and f"detail_{key}" not in self.errors:
            self.add_error(f"detail_{key}", "请写明问题。")
        due = data.get(f"due_{key}")
        if due is None:
            if f"due_{key}" not in self.errors:
                self.add_error(f"due_{key}", "请填写整改期限。")
        elif data.get("on") and due < data["on"]:
            self.add_error(f"due_{key}", "整改期限不能早于检查日期。")

    def answers(self) -> dict[str, str]:
        data = self.cleaned_data
        return {point.value: data[f"point_{point.value}"] for point in CheckPoint}

    def shortcomings(self) -> Iterable[Shortcoming]:
        data = self.cleaned_data
        for point in CheckPoint:
            if data[f"point_{point.value}"] == PointAnswer.NO:
                yield Shortcoming(point.value, data[f"detail_{point.value}"], data[f"due_{point.value}"])
        if data[f"detail_{OTHER}"]:
            yield Shortcoming("", data[f"detail_{OTHER}"], data[f"due_{OTHER}"])


class RectifiedForm(PlainForm):
    closed_on = DayField(label="整改完成日期")
    closing = forms.CharField(label="整改情况", max_length=500)


class ResolutionForm(OneOfSeveralForm):
    """SD-2.1d."""

    causes = forms.MultipleChoiceField(label="欠薪原因", choices=Cause.choices, widget=forms.CheckboxSelectMultiple)
    analysis = forms.CharField(label="原因分析", widget=forms.Textarea, max_length=2000)
    measure = forms.CharField(label="针对性举措", widget=forms.Textarea, max_length=2000)
    responsible = forms.CharField(label="化解责任人", max_length=60)
    responsible_unit = forms.CharField(
        label="化解责任单位", max_length=80, help_text="工会、主管部门或建设、施工单位。"
    )
    due_on = DayField(label="化解期限", past=False)


class ResolutionStepForm(PlainForm):
    on = DayField(label="日期")
    words = forms.CharField(label="进展或结果", max_length=500)


class KeyTargetForm(RecordedByUnit):
    project_name = forms.CharField(label="工程项目", max_length=160, required=False, help_text="只盯一个工地时填写。")
    reasons = forms.MultipleChoiceField(
        label="列入原因", choices=TargetReason.choices, widget=forms.CheckboxSelectMultiple
    )
    responsible = forms.CharField(label="责任人", max_length=40)
    risk = forms.ChoiceField(label="风险类别", widget=forms.RadioSelect)
    note = forms.CharField(label="说明", max_length=500, required=False)

    def __init__(self, *args: Any, classes: list[RiskClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].label = "负责单位"
        choices = [(one.label, f"{one.label}，每 {one.every_days} 日至少检查一次") for one in classes]
        self.fields["risk"].choices = choices  # type: ignore[attr-defined]
