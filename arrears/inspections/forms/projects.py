"""Forms of the register of projects: what is looked up in the platform, a new project with its first look, the filter, a sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import ChoiceFilter

from arrears.cases.forms.employer import RecordedByUnit
from arrears.cases.forms.filters import employer_named
from arrears.cases.models import Project
from arrears.cases.models.employer import CHAIN
from arrears.early_warning.forms import SheetForm
from arrears.inspections.actions.platform_checks import PlatformLook
from arrears.inspections.models import KeyTarget
from unions.common.form_fields import CountField, DayField, PlainForm
from unions.common.industries import Nature
from unions.filters import ListFilter, Ticked, Words
from unions.models import Union, User, under
from unions.people.forms import UnitField
from unions.people.rights import Right

YES, NO = "yes", "no"
PLATFORM = [(YES, "已纳入"), (NO, "未纳入"), ("unknown", "未核查"), ("open", "待整改"), ("late", "逾期未整改")]
LOOK = ("on", "checker", "listed", "listed_since", "warnings", "unhandled", "due_on", "note")


class LookFields(PlainForm):
    """What a look into the platform says."""

    on = DayField(label="核查日期")
    checker = forms.CharField(label="核查人", max_length=40)
    listed = forms.ChoiceField(
        label="是否纳入平台", choices=[(YES, "已纳入"), (NO, "未纳入")], widget=forms.RadioSelect
    )
    listed_since = DayField(label="纳入日期", required=False)
    warnings = CountField(label="平台预警（条）", required=False)
    unhandled = CountField(label="其中未处置（条）", required=False)
    due_on = DayField(label="整改期限", past=False, required=False, help_text="未纳入平台，或有预警未处置时填写。")
    note = forms.CharField(label="说明", max_length=500, required=False)

    def look(self) -> PlatformLook:
        data = self.cleaned_data
        said = {name: data[name] for name in ("on", "checker", "listed_since", "due_on", "note")}
        return PlatformLook(
            **said, listed=data["listed"] == YES, warnings=data["warnings"] or 0, unhandled=data["unhandled"] or 0
        )


class LookForm(LookFields):
    """On the page of a project."""

    union = UnitField(label="核查单位")
    authority = forms.CharField(label="行业主管部门", max_length=60, required=False)

    field_order = ["union", *LOOK, "authority"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Union.objects.filter(under(user.paths(Right.INSPECT)), valid_until=None)
        self.fields["union"].units = units  # type: ignore[attr-defined]


class NewProjectForm(LookFields, RecordedByUnit):
    """A project nobody knew yet, with the first look."""

    project_name = forms.CharField(label="项目名称", max_length=160)
    nature = forms.ChoiceField(
        label="项目性质",
        choices=Nature.choices,
        initial=Nature.OTHER,
        widget=forms.RadioSelect,
        help_text="多种性质并存的，按选项顺序从前选填。",
    )
    authority = forms.CharField(
        label="行业主管部门", max_length=60, required=False, help_text="如住建、交通、水利部门。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].label = "核查单位"
        self.fields["employer_name"].label = "施工单位"


class ChainForm(PlainForm):
    """Who stands where in a project: 建设单位–总承包–分包–班组 (SD-2.3f)."""

    developer = forms.CharField(label=CHAIN["developer"], max_length=120, required=False)
    contractor = forms.CharField(label=CHAIN["contractor"], max_length=120, required=False)
    subcontractor = forms.CharField(label=CHAIN["subcontractor"], max_length=200, required=False)
    crew = forms.CharField(label=CHAIN["crew"], max_length=200, required=False, help_text="几个的用顿号分开。")


class ProjectFilter(ListFilter):
    """Of projects `with_platform`."""

    q = Words("name__reads", employer_named(), *(f"{name}__reads" for name in CHAIN))
    nature = ChoiceFilter("nature", label="项目性质", choices=Nature.choices)
    platform = ChoiceFilter(label="监管平台", choices=PLATFORM, method="on_platform")
    watched = Ticked(label="只看重点对象", method="of_key_targets")

    def on_platform(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        asked = {
            YES: Q(on_platform=True),
            NO: Q(on_platform=False),
            "unknown": Q(looked_on=None),
            "open": Q(term__isnull=False),
            "late": Q(term__lt=self.today),
        }
        return rows.filter(asked[value])

    def of_key_targets(self, rows: QuerySet[Project], name: str, value: bool) -> QuerySet[Project]:
        return rows.filter(pk__in=KeyTarget.objects.current().exclude(project=None).values("project"))


class MendedForm(PlainForm):
    closed_on = DayField(label="整改完成日期")
    closing = forms.CharField(label="整改情况", max_length=500)


class PlatformSheetForm(SheetForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].label, self.fields["file"].label = "核查单位", "平台核查工作簿"
