"""The inspection form and the filters of the list of inspections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django_filters import ChoiceFilter

from arrears.cases.forms.employer import PLEASE, RecordedByUnit
from arrears.cases.forms.filters import employer_named
from arrears.cases.models import NoCode
from arrears.inspections.forms.checklist import Checklist
from arrears.inspections.models import Inspection
from unions.common.form_fields import CountField, DayField
from unions.common.industries import Industry, Nature
from unions.filters import DayFilter, ListFilter, Ticked, WithinUnit, Words
from unions.people.forms import PicksSupervisors

LONGEST_NAME = 40


class InspectionForm(Checklist, PicksSupervisors, RecordedByUnit):
    names_in = "supervisors"
    asks_why_no_code = True

    on = DayField(label="检查日期")
    no_code = forms.ChoiceField(
        label="无统一社会信用代码的原因", choices=[("", "已填代码则不选"), *NoCode.choices], required=False
    )
    address = forms.CharField(label="单位地址", max_length=200, required=False)
    industry = forms.ChoiceField(label="所属行业", choices=[*PLEASE, *Industry.choices])
    on_project = forms.BooleanField(label="检查的是工程建设项目", required=False)
    project_name = forms.CharField(label="项目名称", max_length=160, required=False)
    nature = forms.ChoiceField(
        label="项目性质",
        choices=[*PLEASE, *Nature.choices],
        required=False,
        help_text="多种性质并存的，按选项顺序从前选填。",
    )
    workers = CountField(label="涉及职工人数")
    migrants = CountField(label="其中农民工", required=False)
    supervisors = forms.CharField(
        label="劳动法律监督员", max_length=200, required=False, help_text="参加检查的监督员，用顿号分开。"
    )
    findings = forms.CharField(
        label="检查情况",
        widget=forms.Textarea,
        max_length=5000,
        required=False,
        help_text="如有无拖欠、工资发放到哪个月、职工反映的问题等。",
    )

    def __init__(self, *args: Any, inspection: Inspection | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].label = "检查单位"
        self.offer_register(self.user)
        if "picked" in self.fields:
            self.fields["supervisors"].label = "名册以外的监督员"
        if inspection is not None:
            del self.fields["union"]

    def clean_supervisors(self) -> list[str]:
        names = self.all_named(self.cleaned_data["supervisors"])
        if any(len(name) > LONGEST_NAME for name in names):
            raise forms.ValidationError("姓名过长，请用顿号把各人分开。")
        return names

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("project_name") and not data.get("on_project"):
            self.add_error("on_project", "填写了项目名称，请勾选“检查的是工程建设项目”。")
        if data.get("on_project") and not data.get("nature"):
            self.add_error("nature", "工程建设项目请选择项目性质。")
        if (data.get("migrants") or 0) > (data.get("workers") or 0) and "workers" not in self.errors:
            self.add_error("migrants", "其中农民工人数不能多于职工人数。")
        return data

    def facts(self) -> dict[str, Any]:
        """Fields of Inspection besides union, employer and project."""
        data = self.cleaned_data
        plain = ("industry", "on_project", "nature", "on", "workers", "findings", "supervisors")
        return {name: data[name] for name in plain} | {"migrants": data["migrants"] or 0}


def initial_of(inspection: Inspection) -> dict[str, Any]:
    """What the form shows of a recorded visit."""
    employer = inspection.employer
    shown = {name: getattr(employer, name) for name in ("uscc", "no_code", "address")}
    shown |= {
        name: getattr(inspection, name)
        for name in ("on", "industry", "on_project", "nature", "workers", "migrants", "findings")
    }
    shown |= {f"point_{one.point}": one.answer for one in inspection.points.all()}
    for one in inspection.found.all():
        if one.closed_on is None and one.point:
            shown |= {f"detail_{one.point}": one.detail, f"due_{one.point}": one.due_on}
    return shown | {
        "supervisors": "、".join(inspection.supervisors),
        "employer_name": employer.name,
        "region_code": employer.region_code[:6],
        "project_name": inspection.project.name if inspection.project else "",
    }


class InspectionFilter(ListFilter):
    sorts = {
        "用人单位": "employer__name",
        "检查日期": "on",
        "所属行业": "industry",
        "涉及职工（人）": "workers",
        "其中农民工（人）": "migrants",
        "检查单位": "union__name",
    }
    q = Words(employer_named())
    industry = ChoiceFilter("industry", label="所属行业", choices=Industry.choices)
    unit = WithinUnit(label="检查单位（编码或名称）")
    since = DayFilter("on", "gte", label="检查日期从")
    until = DayFilter("on", "lte", label="到")
    projects = Ticked(Q(on_project=True), label="只看工程项目")
