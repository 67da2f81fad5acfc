"""Forms of referrals: asking for one, and the department's reception and answers."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from arrears.cases.forms.steps import FilesField
from arrears.cases.models import Evidence
from arrears.cases.views.drafts import MayKeep, sees_case
from arrears.referrals.actions import ReferralRequest
from arrears.referrals.kinds import ReferralKindRule
from arrears.referrals.models import ReferralKind
from unions.common.form_fields import DayField, PlainForm
from unions.models import Agency

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
