"""Forms of emergencies, oversights, public opinion and receptions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django_filters import ChoiceFilter

from arrears.cases.forms.employer import PLEASE, NamesEmployer
from arrears.cases.views.drafts import MayKeep, may_begin, sees_case
from arrears.serious.actions.oversights import ACTS_FROM_ABOVE
from arrears.serious.models import (
    IN_EFFECT,
    CallGround,
    CallKind,
    Emergency,
    NoteKind,
    Opinion,
    OpinionSource,
    Oversight,
    OversightKind,
    OversightQuerySet,
    OversightStage,
    Reception,
    Season,
    StandingPlan,
    StandingPlanQuerySet,
    Verdict,
    WatchShift,
)
from unions.common.form_fields import CountField, DayField, MoneyField, OfficePhoneField, OneOfSeveralForm
from unions.common.limits import EARLIEST
from unions.filters import DayFilter, ListFilter, Ticked, WithinUnit, Words
from unions.models import Union, User, under
from unions.people.forms import UnitField
from unions.people.rights import Right


class MomentField(forms.DateTimeField):
    """A day and an hour in Shanghai, as the browser's picker sends them."""

    default_error_messages = {"invalid": "时间格式应为 2026-06-01 09:30，且须为真实时间。"}

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment is not None and timezone.localdate(moment) < EARLIEST:
            raise forms.ValidationError("时间过早，请核对年份。")
        return moment


class OnBehalfForm(OneOfSeveralForm):
    """A form filled in on behalf of one of a few `units`: the field `unit`."""

    unit = forms.ChoiceField(label="单位")

    def __init__(self, *args: Any, units: list[Union], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [(pk, unit.name) for pk, unit in self.units.items()]  # type: ignore[attr-defined]

    def clean_unit(self) -> Union:
        return self.units[self.cleaned_data["unit"]]


class ForAUnitForm(OneOfSeveralForm):
    """A form for any unit for which the user files cases: the field `union`."""

    union = UnitField(label="登记单位")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Union.objects.filter(under(user.paths(Right.FILE)), valid_until=None)
        self.fields["union"].units = units  # type: ignore[attr-defined]


# ---- emergencies ------------------------------------------------------------------------------------------------


class EmergencyForm(OneOfSeveralForm):
    incident_at = MomentField(label="事发时间")
    place = forms.CharField(label="事发地点", max_length=120)
    people = CountField(label="现场人数（人）", required=False)
    standing_plan = forms.ModelChoiceField(
        label="所依预案", queryset=StandingPlan.objects.none(), required=False, empty_label="未按既有预案"
    )
    plan = forms.CharField(
        label="处置预案",
        widget=forms.Textarea,
        max_length=5000,
        required=False,
        help_text="选了所依预案的可不填。谁负责劝导、谁联系企业和有关部门、如何听取诉求、防止事态扩大。",
    )

    def __init__(self, *args: Any, plans: list[StandingPlan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["standing_plan"], StandingPlan.objects.filter(pk__in=[row.pk for row in plans]))


class StandingPlanForm(ForAUnitForm):
    title = forms.CharField(label="预案名称", max_length=120, help_text="同一单位再登记同名预案，即为新版。")
    since = DayField(label="施行日期", past=False)
    text = forms.CharField(
        label="预案内容",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20_000,
        help_text="组织分工、信息报告、到场处置、安抚疏导、联动部门、善后。",
    )

    field_order = ["union", "title", "since", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].label = "制定单位"


class DrillForm(OneOfSeveralForm):
    plan = forms.ModelChoiceField(label="预案", queryset=StandingPlan.objects.none(), empty_label="请选择")
    on = DayField(label="演练日期")
    people = CountField(label="参加人数（人）", required=False)
    summary = forms.CharField(label="演练情况和发现的问题", widget=forms.Textarea(attrs={"rows": 3}), max_length=5000)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = StandingPlan.objects.filter(under(user.paths(Right.FILE)), union__valid_until=None)
        _offer(self.fields["plan"], own)


def _offer(field: Any, plans: StandingPlanQuerySet) -> None:
    """Plans to choose from, each with its unit."""
    field.queryset = plans.select_related("union").order_by("union__depth", "path", "-pk")
    field.label_from_instance = lambda row: f"{row.union}{row}"


class ArrivalForm(ForAUnitForm):
    people = forms.CharField(label="到场人员", max_length=200, help_text="姓名、职务。")
    arrived_at = MomentField(label="到场时间")

    field_order = ["union", "people", "arrived_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].label = "到场单位"


class EmergencyNoteForm(OnBehalfForm):
    kind = forms.ChoiceField(label="类别", choices=NoteKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label="内容", widget=forms.Textarea, max_length=2000)

    field_order = ["kind", "text", "unit"]


class EmergencyOutcomeForm(OneOfSeveralForm):
    outcome = forms.CharField(
        label="处置结果",
        widget=forms.Textarea,
        max_length=5000,
        help_text="人员是否散去、作出哪些承诺、下一步如何办理。",
    )


# ---- oversight --------------------------------------------------------------------------------------------------


class OversightForm(OnBehalfForm):
    kind = forms.ChoiceField(label="方式", choices=OversightKind.choices, widget=forms.RadioSelect)
    responsible = forms.CharField(
        label="责任领导、责任人", max_length=200, help_text="姓名、职务；专班写明牵头人和成员。"
    )
    demand = forms.CharField(label="督办要求", widget=forms.Textarea, max_length=5000)
    due_on = DayField(label="办结期限", past=False)

    field_order = ["unit", "kind", "responsible", "due_on", "demand"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = "督办单位"


class OversightReportForm(OneOfSeveralForm):
    report = forms.CharField(label="办理结果", widget=forms.Textarea, max_length=5000)


class FallbackForm(OneOfSeveralForm):
    name = forms.CharField(label="兜底责任单位", max_length=120, help_text="如财政部门、建设单位、国有企业集团。")
    person = forms.CharField(label="责任人", max_length=60)
    phone = OfficePhoneField(label="联系电话", required=False)
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text="承诺书、会议纪要的文号。")


class ActFromAboveForm(OnBehalfForm):
    kind = forms.ChoiceField(label="事项", choices=[(kind.value, kind.label) for kind in ACTS_FROM_ABOVE])
    on = DayField(label="日期")
    detail = forms.CharField(
        label="对象和经过", widget=forms.Textarea, max_length=5000, help_text="约谈了谁、蹲点到哪里、提了什么要求。"
    )


class OversightFilter(ListFilter):
    sorts = {"用人单位": "case__employer__name", "方式": "kind", "期限": "due_on", "状态": "stage"}
    q = Words("case__employer__name__reads", "case__number__reads")
    kind = ChoiceFilter("kind", label="方式", choices=OversightKind.choices)
    stage = ChoiceFilter("stage", label="状态", choices=OversightStage.choices)
    unit = WithinUnit("setter__path", "督办单位（编码或名称）")
    late = Ticked(label="只看逾期的", method="overdue")

    def overdue(self, found: OversightQuerySet, name: str, value: bool) -> OversightQuerySet:
        return found.filter(stage__in=IN_EFFECT, reported_at=None, due_on__lt=self.today)


def is_late(row: Oversight, today: Any) -> bool:
    return row.stage == OversightStage.IN_FORCE and row.due_on < today


# ---- public opinion ---------------------------------------------------------------------------------------------


class OpinionEventForm(ForAUnitForm):
    title = forms.CharField(label="舆情事项", max_length=120)
    source = forms.ChoiceField(label="来源", choices=[*PLEASE, *OpinionSource.choices])
    where = forms.CharField(label="出处", max_length=300, required=False, help_text="账号、栏目或网址，照抄即可。")
    seen_at = MomentField(label="发现时间")
    heavy = forms.BooleanField(label="重大舆情", required=False)

    field_order = ["union", "title", "source", "where", "seen_at", "heavy"]


class OpinionStepForm(OneOfSeveralForm):
    when = MomentField(label="时间")
    text = forms.CharField(label="经过和结果", widget=forms.Textarea, max_length=5000)


class OpinionHandleForm(OpinionStepForm):
    verdict = forms.ChoiceField(
        label="处置结论", choices=Verdict.choices, widget=forms.RadioSelect, initial=Verdict.TRUE.value
    )
    statement = forms.CharField(
        label="澄清声明",
        widget=forms.Textarea,
        max_length=5000,
        required=False,
        help_text="不实的必填：声明全文，何时在何处发布。",
    )


class OpinionWatchForm(ForAUnitForm):
    """Who watches, from a day until a day."""

    first = DayField(label="起日", past=False)
    last = DayField(label="止日", past=False)
    shift = forms.ChoiceField(label="班次", choices=WatchShift.choices)
    person = forms.CharField(label="值班人员", max_length=60)
    phone = OfficePhoneField(label="值班电话")

    field_order = ["union", "first", "last", "shift", "person", "phone"]


class UnitCallForm(OnBehalfForm):
    """A unit below one of `units` is called to account; `unit` is who calls."""

    kind = forms.ChoiceField(label="方式", choices=CallKind.choices)
    called = UnitField(label="对象单位")
    number = forms.CharField(label="案件编号", max_length=30, required=False, help_text="针对某一案件的填写。")
    ground = forms.ChoiceField(label="事由", choices=[("", "请选择"), *CallGround.choices])
    detail = forms.CharField(label="具体情况", widget=forms.Textarea, max_length=2000)
    on = DayField(label="日期")
    persons = forms.CharField(label="责任人", max_length=200, help_text="姓名、职务。")
    demands = forms.CharField(label="整改要求", widget=forms.Textarea, max_length=2000)
    due_on = DayField(label="整改期限", past=False)

    field_order = ["unit", "kind", "called", "number", "ground", "detail", "on", "persons", "demands", "due_on"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = "作出单位"
        below = Union.objects.filter(under(user.paths(Right.RECEIVE)), valid_until=None)
        self.fields["called"].units = below  # type: ignore[attr-defined]


class CallAnswerForm(OneOfSeveralForm):
    on = DayField(label="完成日期")
    result = forms.CharField(label="整改结果", widget=forms.Textarea, max_length=2000)


class CaseNumberForm(OneOfSeveralForm):
    number = forms.CharField(label="案件编号", max_length=30)


# ---- reception --------------------------------------------------------------------------------------------------


class ReceptionForm(ForAUnitForm):
    on = DayField(label="接访日期")
    season = forms.ChoiceField(label="时段", choices=Season.choices)
    place = forms.CharField(label="地点", max_length=120)
    leader = forms.CharField(label="接访领导", max_length=60)
    post = forms.CharField(label="职务", max_length=60, required=False)
    visitors = CountField(label="来访人数（人）", required=False)
    summary = forms.CharField(label="接访情况", widget=forms.Textarea, max_length=5000, required=False)

    field_order = ["union", "on", "season", "place", "leader", "post", "visitors", "summary"]

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        plain = ("season", "place", "leader", "post", "summary")
        return {name: data[name] for name in plain} | {"visitors": data["visitors"] or 0}


class ReceptionDraftForm(OneOfSeveralForm, NamesEmployer):
    """What a visitor says, enough for a draft of a case."""

    employer_name = forms.CharField(label="单位名称", max_length=120)
    uscc = forms.CharField(label="统一社会信用代码", max_length=40, required=False)
    region_code = forms.ChoiceField(label="所在区县", required=False)
    workers = CountField(label="欠薪人数（人）", required=False)
    amount = MoneyField(label="欠薪金额（元）", required=False)
    remark = forms.CharField(label="反映的情况", widget=forms.Textarea, max_length=2000, required=False)
    result = forms.CharField(label="现场答复", max_length=300, required=False)

    def __init__(self, *args: Any, regions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_code"].choices = [*PLEASE, *regions]  # type: ignore[attr-defined]


class ReceptionKnownCaseForm(CaseNumberForm):
    result = forms.CharField(label="现场答复", max_length=300, required=False)


class OpinionFilter(ListFilter):
    sorts = {"来源": "source", "发现单位": "union__name", "发现": "seen_at"}
    q = Words("title__reads")
    verdict = ChoiceFilter("verdict", label="处置结论", choices=Verdict.choices)
    since = DayFilter("seen_at__date", "gte", label="日期从")
    until = DayFilter("seen_at__date", "lte", label="到")


class ReceptionFilter(ListFilter):
    sorts = {"地点": "place", "日期": "on", "接访领导": "leader", "接访单位": "union__name", "来访（人）": "visitors"}
    q = Words("place__reads", "leader__reads")
    since = DayFilter("on", "gte", label="日期从")
    until = DayFilter("on", "lte", label="到")


# ---- form → who may keep a draft of it --------------------------------------------------------------------------


def _sees_row(model: type[Model]) -> MayKeep:
    def sees(user: User, pk: int) -> bool:
        rows: Any = model._default_manager
        return bool(rows.visible_to(user).filter(pk=pk).exists())

    return sees


FORM_DRAFTS: dict[str, MayKeep] = {
    "emergency": sees_case,
    "standing-plan": may_begin,
    "emergency-arrive": _sees_row(Emergency),
    "emergency-note": _sees_row(Emergency),
    "emergency-end": _sees_row(Emergency),
    "oversight": sees_case,
    "oversight-report": _sees_row(Oversight),
    "from-above": sees_case,
    "fallback": sees_case,
    "opinion": may_begin,
    "opinion-answer": _sees_row(Opinion),
    "opinion-handle": _sees_row(Opinion),
    "reception": may_begin,
    "reception-take": _sees_row(Reception),
    "reception-known": _sees_row(Reception),
}
