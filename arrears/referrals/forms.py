"""Forms of referrals: asking for one, and the department's reception and answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from arrears.cases.evidence import KINDS_FOR_PEOPLE
from arrears.cases.forms.employer import NamesEmployer
from arrears.cases.forms.steps import FilesField
from arrears.cases.models import Evidence
from arrears.cases.views.drafts import MayKeep, sees_case
from arrears.referrals.actions import ReferralRequest
from arrears.referrals.kinds import ReferralKindRule
from arrears.referrals.models import ReferralKind
from unions.common.form_fields import CountField, DayField, MoneyField, PlainForm
from unions.common.industries import Industry
from unions.models import Agency, Union, UnionKind, under

# Form → who may keep what is typed into it.
FORM_DRAFTS: dict[str, MayKeep] = {f"refer-{kind}": sees_case for kind in ReferralKind.values}


class ReferForm(PlainForm):
    agency = forms.ModelChoiceField(Agency.objects.none(), label="收件部门", empty_label="请选择")
    request = forms.CharField(label="事由和请求", widget=forms.Textarea, max_length=5000)
    materials = forms.MultipleChoiceField(label="材料清单", required=False, widget=forms.CheckboxSelectMultiple)
    attached = forms.ModelMultipleChoiceField(
        Evidence.objects.none(),
        label="随附的证据文件",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="对方只能看到勾选的文件。",
    )

    def __init__(
        self, *args: Any, kind: ReferralKindRule, agencies: QuerySet[Agency], files: QuerySet[Evidence], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        cast(Any, self.fields["agency"]).queryset = agencies
        cast(Any, self.fields["agency"]).error_messages["invalid_choice"] = "请从列表中选择收件部门。"
        cast(Any, self.fields["attached"]).queryset = files
        if not kind.materials:
            del self.fields["materials"]
        else:
            cast(Any, self.fields["materials"]).choices = [
                (one, f"{one}（必备）" if one in kind.must else one) for one in kind.materials
            ]
        if not files.exists():
            del self.fields["attached"]

    def wanted(self) -> ReferralRequest:
        said = self.cleaned_data
        return ReferralRequest(
            self.kind,
            said["agency"],
            said["request"],
            tuple(said.get("materials", ())),
            tuple(one.pk for one in said.get("attached", ())),
        )


class ReferralReceptionForm(PlainForm):
    """The department accepts or refuses, with an opinion. `told_by` only where a colleague notes it."""

    opinion = forms.CharField(label="意见", widget=forms.Textarea, max_length=2000, required=False)
    told_by = forms.CharField(
        label="对方告知人", max_length=80, required=False, help_text="代录时必填：姓名和职务，或来文文号。"
    )

    def __init__(self, *args: Any, noting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not noting:
            del self.fields["told_by"]


class ReferralAnswerForm(PlainForm):
    """An answer of the department, its result from the closed list of the kind."""

    result = forms.ChoiceField(label="结果")
    on = DayField(label="日期", help_text="作出决定或处理的日期。")
    text = forms.CharField(label="答复内容", widget=forms.Textarea, max_length=5000)
    told_by = forms.CharField(
        label="对方告知人", max_length=80, required=False, help_text="代录时必填：姓名和职务，或来文文号。"
    )

    def __init__(self, *args: Any, kind: ReferralKindRule, noting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["result"]).choices = [("", "请选择"), *kind.results.items()]
        if not noting:
            del self.fields["told_by"]


class AttachForm(PlainForm):
    """Files a department adds to what it accepted."""

    papers = FilesField(label="文件")
    note = forms.CharField(label="说明", max_length=120, required=False)


class AgencyClueForm(NamesEmployer):
    """What a department knows of arrears and sends to the union."""

    agency = forms.ChoiceField(label="移送部门")
    employer_name = forms.CharField(label="用人单位", max_length=120)
    uscc = forms.CharField(label="统一社会信用代码", max_length=40, required=False)
    region_code = forms.ChoiceField(label="所在区县")
    industry = forms.ChoiceField(label="所属行业", choices=[("", "请选择"), *Industry.choices])
    workers = CountField(label="涉及人数（人）")
    amount = MoneyField(label="欠薪金额（元）")
    facts = forms.CharField(label="线索内容", widget=forms.Textarea(attrs={"rows": 4}), max_length=3000)
    contact = forms.CharField(label="联系人及电话", max_length=80)
    papers = FilesField(label="附件", required=False, help_text=f"可不附，可多选：{KINDS_FOR_PEOPLE}。")

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(row.pk): row for row in agencies}
        cast(Any, self.fields["agency"]).choices = [(pk, row.name) for pk, row in self.agencies.items()]
        here = under([row.union.path for row in self.agencies.values()])
        places = Union.objects.filter(here, kind__in=[UnionKind.CITY, UnionKind.DISTRICT], valid_until=None)
        counties = places.exclude(region_code=None).order_by("-depth", "region_code")
        choices = [(row.region_code, row.name.removesuffix("总工会")) for row in counties]
        cast(Any, self.fields["region_code"]).choices = choices

    def clean_agency(self) -> Agency:
        return self.agencies[self.cleaned_data["agency"]]

    def clean_workers(self) -> int:
        if not self.cleaned_data["workers"]:
            raise forms.ValidationError("须大于 0。")
        return int(self.cleaned_data["workers"])

    def facts_of(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("agency", "papers")}


class DeclineClueForm(PlainForm):
    answer = forms.CharField(label="不予受理的原因", widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)
