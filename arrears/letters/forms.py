"""Forms of letters: the draft, each step, the register's filters, a layout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django_filters import ChoiceFilter

from arrears.cases.models import Evidence
from arrears.letters.models import Delivery, Department, Letter, LetterKind, LetterQuerySet, LetterState, ReplyResult
from arrears.letters.rules import WITHOUT_INVESTIGATION
from unions.common.form_fields import DayField, PlainForm
from unions.filters import DayFilter, ListFilter, WithinUnit, Words
from unions.models import Supervisor, Union
from unions.people.forms import PicksSupervisors

LONGEST_NAME = 40
OVERDUE = "overdue"
STATES = [(OVERDUE, "逾期未答复"), *LetterState.choices]


class LetterForm(PicksSupervisors):
    names_in = "supervisors"
    issuer = forms.ChoiceField(label="制发单位")
    department = forms.ChoiceField(
        label="致送部门", choices=Department.choices, help_text="制发单位的同级部门；名称按协作部门名录填写。"
    )
    supervisors = forms.CharField(
        label="劳动法律监督员", max_length=200, required=False, help_text="参加调查的监督员，两人以上，用顿号分开。"
    )
    investigated_on = DayField(label="调查日期", required=False)
    facts = forms.CharField(
        label="查明的事实",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5000,
        required=False,
        help_text="每行一段。已按台账填好，请核对。",
    )
    breached = forms.CharField(
        label="违反的规定",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=3000,
        required=False,
        help_text="法律法规名称、条款和内容，每行一段。",
    )
    demand = forms.CharField(
        label="监督要求",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=3000,
        required=False,
        help_text="每行一段。",
    )
    contact = forms.CharField(label="联系人及电话", max_length=80, required=False)
    enclosures = forms.TypedMultipleChoiceField(
        label="随附材料",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="随建议书递交的材料，从本案证据中选择；签发后致送部门可以在其窗口查看。",
    )

    def __init__(
        self,
        *args: Any,
        kind: LetterKind,
        issuers: list[Union],
        evidence: Iterable[Evidence] = (),
        supervisors: Iterable[Supervisor] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer_supervisors(supervisors)
        if "picked" in self.fields:
            self.fields["supervisors"].label = "名册以外的监督员"
        self.fields["enclosures"].choices = [(row.pk, row.note or row.name) for row in evidence]  # type: ignore[attr-defined]
        if kind != LetterKind.SUGGESTION:
            del self.fields["enclosures"]
        self.units = {str(unit.pk): unit for unit in issuers}
        self.fields["issuer"].choices = [(pk, unit.name) for pk, unit in self.units.items()]  # type: ignore[attr-defined]
        if not issuers:
            del self.fields["issuer"]
        if kind != LetterKind.SUGGESTION:
            del self.fields["department"]
        if kind in WITHOUT_INVESTIGATION:
            self.fields["supervisors"].help_text = self.fields["investigated_on"].help_text = f"{kind.label}可以不填。"

    def clean_supervisors(self) -> list[str]:
        names = self.all_named(self.cleaned_data["supervisors"])
        if any(len(name) > LONGEST_NAME for name in names):
            raise forms.ValidationError("姓名过长，请用顿号把各人分开。")
        return names

    def draft_fields(self) -> dict[str, Any]:
        """The `facts` of issuing.draft and issuing.edit."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("issuer", "picked")}


def initial_of(letter: Letter) -> dict[str, Any]:
    """What the form shows of a draft."""
    plain = ("department", "investigated_on", "facts", "breached", "demand", "contact", "enclosures")
    return {name: getattr(letter, name) for name in plain} | {"supervisors": "、".join(letter.supervisors)}


class LetterStepForm(PlainForm):
    """The fields that a step of `steps.STEPS` asks for."""

    on = DayField(label="日期")
    delivery = forms.ChoiceField(label="送达方式", choices=Delivery.choices, initial=Delivery.BY_HAND)
    received_by = forms.CharField(label="签收人", max_length=60, required=False, help_text="直接送达必填。")
    witnesses = forms.CharField(
        label="见证人", max_length=120, required=False, help_text="留置送达、拒收必填：姓名和单位。"
    )
    answer = forms.ChoiceField(label="答复结果", choices=ReplyResult.choices, widget=forms.RadioSelect)
    note = forms.CharField(label="情况", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False)
    proof = forms.FileField(label="凭证", required=False, help_text="签收的送达回证、邮寄回单、书面答复的照片或 PDF。")
    reason = forms.CharField(label="意见", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False)

    def __init__(self, *args: Any, asks: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(asks):
            del self.fields[name]
        self.order_fields(asks)


class LetterFilter(ListFilter):
    sorts = {"受文单位": "addressee", "制发单位": "issuer__name", "状态": "state"}
    q = Words("number__reads", "addressee__reads")
    kind = ChoiceFilter("kind", label="类别", choices=LetterKind.choices)
    state = ChoiceFilter(label="状态", choices=STATES, method="in_state")
    unit = WithinUnit("issuer__path", "制发单位（编码或名称）")
    since = DayFilter("issued_on", "gte", label="成文日期从")
    until = DayFilter("issued_on", "lte", label="到")

    def in_state(self, letters: LetterQuerySet, name: str, value: str) -> LetterQuerySet:
        return letters.overdue(self.now) if value == OVERDUE else letters.filter(state=value)


class LayoutForm(PlainForm):
    union = forms.ChoiceField(label="适用单位", help_text="本单位及所辖单位制发的文书。")
    kind = forms.ChoiceField(label="类别", choices=LetterKind.choices)
    file = forms.FileField(label="版式文件（.docx）")

    def __init__(self, *args: Any, unions: list[Union], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in unions}
        self.fields["union"].choices = [(pk, unit.name) for pk, unit in self.units.items()]  # type: ignore[attr-defined]
