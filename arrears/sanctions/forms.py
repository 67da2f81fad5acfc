"""Forms of sanctions: decisions of departments, the joint-punishment list, who is put forward, lists received as copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django_filters import ChoiceFilter

from arrears.cases.evidence import KINDS_FOR_PEOPLE
from arrears.cases.forms.employer import NamesEmployer
from arrears.cases.forms.filters import employer_named
from arrears.cases.models import Evidence
from arrears.sanctions.actions.publications import PublicationPeriod
from arrears.sanctions.models import CreditGrade, Grounds, ListingStage, PublicationKind, SanctionKind, SanctionOutcome
from arrears.sanctions.models.listing import ListingQuerySet
from arrears.sanctions.models.publication import period_words
from arrears.sanctions.models.sanction import SanctionQuerySet
from unions.common.form_fields import DayField, MoneyField, OneOfSeveralForm, PlainForm, checked_size
from unions.filters import FilterForm, ListFilter, Ticked, WithinUnit, Words
from unions.models import Union

MOST_TEXT = 2000
UNIT = "承办单位（编码或名称）"


class SanctionForm(OneOfSeveralForm):
    kind = forms.ChoiceField(label="种类", choices=SanctionKind.choices, widget=forms.RadioSelect)
    department = forms.CharField(label="作出决定的部门、法院", max_length=120)
    number = forms.CharField(label="文号", max_length=80, help_text="照抄文书上的文号。")
    decided_on = DayField(label="决定日期")
    pay_by = DayField(
        label="支付、整改期限",
        past=False,
        required=False,
        help_text="责令支付、整改指令的必填，到期未登记履行情况会提醒。",
    )
    held_from = DayField(label="保全起日", past=False, required=False)
    held_until = DayField(label="保全止日", past=False, required=False, help_text="财产保全的必填，到期提醒续行。")
    amount = MoneyField(label="金额（元）", required=False)
    grade = forms.ChoiceField(
        label="信用等级",
        choices=[("", "不适用"), *CreditGrade.choices],
        required=False,
        help_text="只有信用等级评价才选择。",
    )
    detail = forms.CharField(label="决定内容", widget=forms.Textarea, max_length=MOST_TEXT, required=False)
    paper = forms.FileField(
        label="决定文书", required=False, allow_empty_file=True, help_text=f"{KINDS_FOR_PEOPLE}；存入案件证据。"
    )


class SanctionOutcomeForm(OneOfSeveralForm):
    """`outcomes`: what may become of a decision of this kind."""

    outcome = forms.ChoiceField(label="履行情况", widget=forms.RadioSelect)
    on = DayField(label="日期")
    note = forms.CharField(label="说明", widget=forms.Textarea, max_length=MOST_TEXT, required=False)

    def __init__(self, *args: Any, outcomes: Iterable[SanctionOutcome], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(one.value, one.label) for one in outcomes]  # type: ignore[attr-defined]


class SanctionVoidForm(OneOfSeveralForm):
    on = DayField(label="撤销日期")
    reason = forms.CharField(
        label="撤销原因",
        widget=forms.Textarea,
        max_length=MOST_TEXT,
        help_text="部门撤销的写明文号；登记有误的写明错在哪里。",
    )


class ListingProposalForm(OneOfSeveralForm):
    department = forms.CharField(label="提请的部门", max_length=120)
    reason = forms.CharField(label="提请理由", widget=forms.Textarea, max_length=MOST_TEXT)


class PutForwardForm(OneOfSeveralForm):
    body = forms.CharField(label="提请的成员单位", max_length=120)
    grounds = forms.MultipleChoiceField(label="情形", choices=Grounds.choices, widget=forms.CheckboxSelectMultiple)
    on = DayField(label="提请日期")
    reason = forms.CharField(label="提请理由", widget=forms.Textarea, max_length=MOST_TEXT)


class SanctionReasonForm(OneOfSeveralForm):
    reason = forms.CharField(label="原因", widget=forms.Textarea, max_length=300)


class ListingStepForm(PlainForm):
    """What a step of the table asks for; other fields are left out. `opinion` may stay empty unless the core wants it."""

    on = DayField(label="日期")
    number = forms.CharField(label="决定文号", max_length=80)
    promise = forms.ModelChoiceField(
        label="书面信用承诺",
        queryset=Evidence.objects.none(),
        empty_label="请从案件证据中选择",
        error_messages={"invalid_choice": "请从案件证据中选择。"},
    )
    note = forms.CharField(label="内容、理由", widget=forms.Textarea, max_length=MOST_TEXT)
    opinion = forms.CharField(label="意见、原因", widget=forms.Textarea, max_length=MOST_TEXT, required=False)

    def __init__(self, *args: Any, asks: Iterable[str], case: int, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": f"{name}_%s"} | kwargs))
        for field in set(self.fields) - set(asks):
            del self.fields[field]
        if promise := self.fields.get("promise"):
            promise.queryset = Evidence.objects.filter(case=case)  # type: ignore[attr-defined]


class CopiedListForm(PlainForm):
    union = forms.ChoiceField(label="接收单位")
    source = forms.CharField(label="来文部门", max_length=120, help_text="如某市住房和城乡建设局。")
    reference = forms.CharField(label="来文文号", max_length=80, required=False)
    received_on = DayField(label="收到日期")
    file = forms.FileField(
        label="名单文件",
        allow_empty_file=True,
        help_text="Excel（.xlsx）或 CSV，第一行是列名。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "data-preview": "chosen-file"}),
    )

    def __init__(self, *args: Any, units: list[Union], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["union"].choices = [(pk, unit.name) for pk, unit in self.units.items()]  # type: ignore[attr-defined]

    def clean_union(self) -> Union:
        return self.units[self.cleaned_data["union"]]

    def clean_file(self) -> UploadedFile:
        return checked_size(self.cleaned_data["file"])


# ---- filters ------------------------------------------------------------------------------------------------------


class PlaceForm(FilterForm):
    """Which unit, and a word: asked of lists that are no rows of a table."""

    q = Words().field
    unit = WithinUnit(label=UNIT).field


class SanctionFilter(ListFilter):
    sorts = {"用人单位": "case__employer__name", "种类": "kind", "决定日期": "decided_on", "履行情况": "outcome"}
    q = Words(employer_named("case__employer"), "case__number__reads", "number__reads")
    unit = WithinUnit("case__path", UNIT)
    kind = ChoiceFilter("kind", label="种类", choices=SanctionKind.choices)
    outcome = ChoiceFilter("outcome", label="履行情况", choices=SanctionOutcome.choices)
    late = Ticked(label="只看期满未支付的", method="unpaid")

    def unpaid(self, found: SanctionQuerySet, name: str, value: bool) -> SanctionQuerySet:
        return found.unpaid_on(self.today)


class ListingFilter(ListFilter):
    sorts = {"用人单位": "employer__name", "提请": "requested_at", "状态": "stage"}
    q = Words("employer__name__reads", "case__number__reads")
    unit = WithinUnit("case__path", UNIT)
    stage = ChoiceFilter("stage", label="状态", choices=ListingStage.choices)
    standing = Ticked(label="只看现在名单上的", method="on_the_list")
    soon = Ticked(label="只看三个月内期满的", method="ending")

    def on_the_list(self, found: ListingQuerySet, name: str, value: bool) -> ListingQuerySet:
        return found.standing(self.today)

    def ending(self, found: ListingQuerySet, name: str, value: bool) -> ListingQuerySet:
        return found.ending_soon(self.today)


# ---- publication --------------------------------------------------------------------------------------------------

# A local setting: no notice says how long a publication stands; the drafter may choose otherwise.
USUAL_TERM = timedelta(days=365)


class PublicationDraftForm(PlainForm):
    """`period` cleans to a day of the period: quarters of a city or county, half-years of a province."""

    union = forms.ChoiceField(label="公布单位")
    kind = forms.ChoiceField(label="名单", choices=PublicationKind.choices, required=False)
    period = forms.ChoiceField(label="期间")
    until = DayField(label="公布至", past=False, help_text="到这一天为止公开显示；默认一年，属本地设置，可以更改。")

    def __init__(
        self,
        *args: Any,
        units: list[Union],
        spans: list[PublicationPeriod],
        today: date,
        honest: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, today=today, **({"initial": {"until": today + USUAL_TERM}} | kwargs))
        if not honest:
            del self.fields["kind"]
        self.units = {str(unit.pk): unit for unit in units}
        choices: Mapping[str, list[tuple[str, str]]] = {
            "union": [(pk, unit.name) for pk, unit in self.units.items()],
            "period": [(str(span.last), period_words(span.label)) for span in spans],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean_union(self) -> Union:
        return self.units[self.cleaned_data["union"]]

    def clean_period(self) -> date:
        return date.fromisoformat(self.cleaned_data["period"])


class HonestEmployerForm(NamesEmployer):
    """An employer proposed as an honest one (YK-3b)."""

    employer_name = forms.CharField(label="单位名称", max_length=120, help_text="按营业执照填写全称。")
    uscc = forms.CharField(label="统一社会信用代码", max_length=40, required=False)
    why = forms.CharField(
        label="推荐理由",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text="公开显示：如按月足额支付、工资专户、签订合同的情况；不写职工姓名、证件号和电话。",
    )
    checked = forms.CharField(
        label="核对情况",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="公开显示：推荐和核对的单位、办法，如：区人社局推荐，核对本期工资支付表和台账，无欠薪。",
    )

    def take(self, fields: Any, message: str) -> None:
        """What the action calls by the names of the row."""
        names = {"violation": "why", "decision": "checked"}
        super().take({names.get(name, name): text for name, text in fields.items()}, message)


class PublicationRowForm(PlainForm):
    representative = forms.CharField(label="法定代表人（负责人）", max_length=40, required=False)
    address = forms.CharField(label="单位地址", max_length=200, required=False)
    violation = forms.CharField(
        label="主要违法事实",
        widget=forms.Textarea,
        max_length=1000,
        help_text="只写人数和金额，不写职工姓名、证件号和电话。",
    )
    decision = forms.CharField(label="处理情况", widget=forms.Textarea, max_length=2000)

    def __init__(self, *args: Any, honest: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if honest:
            self.fields["violation"].label, self.fields["decision"].label = "推荐理由", "核对情况"
            self.fields["violation"].help_text = "不写职工姓名、证件号和电话。"


class PublicationOpinionForm(PlainForm):
    opinion = forms.CharField(label="意见、原因", widget=forms.Textarea, max_length=300, required=False)
