"""Forms of plans of inspections: a plan with its filters, one employer more, and the filter of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django_filters import ChoiceFilter

from arrears.cases.forms.employer import RecordedByUnit
from arrears.cases.forms.filters import employer_named
from arrears.early_warning.models import LEVEL_TONES
from arrears.inspections.actions.rounds import RoundFacts
from arrears.inspections.models import RoundKind, RoundTarget
from arrears.inspections.models.round import ASKED_FOR, RoundQuerySet
from arrears.inspections.picking import PickingFilters
from arrears.law.obligations.applicable import concerning
from arrears.law.rules.rulebook import Rulebook
from unions.common.form_fields import DayField, PlainForm
from unions.common.industries import Industry, Nature
from unions.common.text import split_names
from unions.filters import ListFilter, Ticked, Words
from unions.models import Union, User, under
from unions.people.forms import PicksSupervisors, UnitField
from unions.people.rights import Right

LEVELS = [(label, f"{label}色预警") for label in LEVEL_TONES]


def _several(label: str, choices: list[Any], **kwargs: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs
    )


MOST_MEMBERS = 300  # characters


def kinds_asked_by(books: Sequence[Rulebook]) -> list[tuple[str, str]]:
    """Kinds to choose from; what a notice alone asks for, where one of these does."""
    asked = {kind for kind, step in ASKED_FOR.items() if any(book.asks(step) for book in books)}
    return [one for one in RoundKind.choices if one[0] not in ASKED_FOR or one[0] in asked]


class RoundForm(PicksSupervisors):
    names_in = "members"
    union = UnitField(label="组织单位")
    name = forms.CharField(label="计划名称", max_length=120)
    kind = forms.ChoiceField(label="类别", choices=RoundKind.choices, widget=forms.RadioSelect)
    since = DayField(label="起", past=False)
    until = DayField(label="止", past=False)
    places = forms.CharField(
        label="范围、地点", max_length=200, required=False, help_text="如：中山路街道、香港中路沿线在建工地。"
    )
    members = forms.CharField(
        label="参加人员", max_length=300, required=False, help_text="姓名、单位；与哪些部门联合。"
    )
    due = forms.BooleanField(label="到期该查的重点对象", required=False)
    watched = forms.BooleanField(label="全部重点对象", required=False)
    levels = _several("预警等级", LEVELS)
    natures = _several("工程项目", [(one.value, f"{one.label}项目") for one in Nature])
    industries = _several("整个行业", list(Industry.choices))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Union.objects.filter(under(user.paths(Right.INSPECT)), valid_until=None)
        self.fields["union"].units = units  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds_asked_by(  # type: ignore[attr-defined]
            [book for book in concerning(user, self.today) if book.in_force(self.today)]
        )
        self.offer_register(user)

    def clean_members(self) -> str:
        """Supervisors chosen stand before what is typed."""
        text = str(self.cleaned_data["members"])
        typed = split_names(text)
        named = [name for name in self.cleaned_data.get("picked", ()) if name not in typed]
        members = "、".join([*named, *([text] if text else [])])
        if len(members) > MOST_MEMBERS:
            raise forms.ValidationError(f"参加人员最多 {MOST_MEMBERS} 字，请精简。")
        return members

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "止日早于起日。")
        if not any(data.get(name) for name in ("due", "watched", "levels", "natures", "industries")):
            self.add_error(None, "请至少选择一项检查谁的条件。")
        return data

    def facts(self) -> RoundFacts:
        data = self.cleaned_data
        return RoundFacts(**{name: data[name] for name in ("name", "kind", "since", "until", "places", "members")})

    def wanted(self) -> PickingFilters:
        data = self.cleaned_data
        several = {name: tuple(data[name]) for name in ("levels", "natures", "industries")}
        return PickingFilters(due=data["due"], watched=data["watched"], **several)


class TargetForm(RecordedByUnit):
    """One employer more, for the unit that goes there."""

    project_name = forms.CharField(label="工程项目", max_length=160, required=False)
    why = forms.CharField(label="列入原因", max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].label = "检查单位"


class RoundFilter(ListFilter):
    sorts = {"计划": "name", "类别": "kind", "起止": "since", "组织单位": "union__name"}
    q = Words("name__reads", lambda text: Q(pk__in=_naming(text)))
    kind = ChoiceFilter("kind", label="类别", choices=RoundKind.choices)
    running = Ticked(label="只看进行中的", method="under_way")

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.filters["kind"].extra["choices"] = kinds_asked_by(concerning(self.user, self.today))

    def under_way(self, rounds: RoundQuerySet, name: str, value: bool) -> RoundQuerySet:
        return rounds.standing().filter(since__lte=self.today, until__gte=self.today)


def _naming(text: str) -> Any:
    """Keys of the plans that have an employer like that on their list."""
    return RoundTarget.objects.filter(employer_named()(text)).values("round")


class SecondmentForm(PlainForm):
    """Who is sent to which task force."""

    union = UnitField(label="派出单位")
    person = forms.CharField(label="抽调人员", max_length=40)
    post = forms.CharField(label="职务", max_length=60, required=False)
    task_force = forms.CharField(label="工作专班", max_length=120, help_text="专班全称和所在单位。")
    task = forms.CharField(label="承担的工作", max_length=200, help_text="如：参加集中排查、接待来访。")
    since = DayField(label="抽调起日", past=False)
    until = DayField(label="抽调止日", past=False, required=False, help_text="未定的不填，返岗时登记。")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = under(user.paths(Right.INSPECT))
        self.fields["union"].units = Union.objects.filter(reach, valid_until=None)  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "union"}


class RoundReportForm(PlainForm):
    report = forms.CharField(
        label="督查报告",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=5000,
        help_text="督查情况、发现的问题、处理和推动解决的情况。户数、问题数由系统列出，无需填写。",
    )


class CallBackForm(PlainForm):
    on = DayField(label="结束日期", past=False)
