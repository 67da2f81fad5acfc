"""Small forms of the case page: an entry, its reversal, an act, evidence, a move."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms

from arrears.cases.models import ActKind, EntryKind, EvidenceKind, Means, Outcome
from unions.common.form_fields import CountField, DayField, MoneyField, OneOfSeveralForm, PlainForm
from unions.models import Union, User
from unions.people.forms import UnitField

# An advance is asked for and approved (safety_nets.drawings), a reversal stands beside its entry.
ENTRY_KINDS = [(kind.value, kind.label) for kind in EntryKind if kind not in (EntryKind.ADVANCED, EntryKind.REVERSED)]
# What each kind is for, shown beside the form.
ENTRY_HELP = {
    EntryKind.PAID: "用人单位（或执行）已把工资付到职工手中。",
    EntryKind.ADVANCED: "由工资保证金、应急周转金等先行支付：请用下面的“提出垫付”，批准后自动记入。",
    EntryKind.RECOGNISED: "新查实的欠薪人数和金额，加在原数之上。",
    EntryKind.ADJUSTED: "核对后增减欠薪数；减少填负数，并写明依据。",
    EntryKind.UNTRUE: "经核查不属实的部分，从未解决数中减去，并写明依据。",
}


class EntryForm(OneOfSeveralForm):
    kind = forms.ChoiceField(label="类别", choices=ENTRY_KINDS, initial=EntryKind.PAID)
    on = DayField(label="日期", help_text="实际付款或认定的日期，不是记账日期。")
    workers = CountField(label="人数", required=False, negative=True)
    migrants = CountField(label="其中农民工", required=False, negative=True)
    amount = MoneyField(label="金额", required=False, negative=True)
    source = forms.CharField(
        label="依据", max_length=200, required=False, help_text="如银行回单号、调解协议、核查说明；调整和不属实必填。"
    )

    def figures(self) -> dict[str, Any]:
        """Keyword arguments of ledger.post."""
        data = self.cleaned_data
        return {
            "workers": data["workers"] or 0,
            "migrants": data["migrants"] or 0,
            "source": data["source"],
            **({"amount": data["amount"]} if data["amount"] is not None else {}),
        }


class ReversalForm(PlainForm):
    on = DayField(label="冲正日期")
    source = forms.CharField(label="冲正原因", max_length=200, help_text="如：重复登记、记错案件、金额写错。")


class ActForm(OneOfSeveralForm):
    kind = forms.ChoiceField(label="事项")
    on = DayField(label="日期")
    outcome = forms.ChoiceField(label="结果", choices=Outcome.choices, initial=Outcome.DONE)
    detail = forms.CharField(
        label="经过和结果",
        widget=forms.Textarea,
        max_length=5000,
        required=False,
        help_text="参加人员、主要经过、达成的结果。",
    )

    def __init__(self, *args: Any, elsewhere: Collection[ActKind] = (), **kwargs: Any) -> None:
        """`elsewhere`: acts that are not recorded here, because a duty beside the clock waits for them or others do them."""
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in ActKind if kind not in elsewhere]
        self.fields["kind"].choices = [("", "请选择"), *kinds]  # type: ignore[attr-defined]


class MeetForm(PlainForm):
    """That somebody was told, which meets a duty."""

    on = DayField(label="日期")
    told = forms.CharField(
        label="告知对象",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "departments-of-duty", "autocomplete": "off"}),
    )
    means = forms.ChoiceField(label="方式", choices=Means.choices, initial=Means.PHONE)
    paper = forms.FileField(label="凭证", required=False, help_text="可不附：回执、通话记录等。")
    detail = forms.CharField(
        label="经过", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="可不填。"
    )


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files, as a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        rows = data if isinstance(data, list | tuple) else [data]
        # Empty files are told apart by name later; here only that something was chosen.
        chosen = [row for row in rows if row]
        if not chosen and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return chosen


# What a name says of the kind of paper, the first that is in it.
NAMED_KINDS = {
    EvidenceKind.PAYROLL: ("工资", "薪资", "薪酬"),
    EvidenceKind.CONTRACT: ("合同",),
    EvidenceKind.IOU: ("欠条", "欠薪证明", "借条"),
    EvidenceKind.ATTENDANCE: ("考勤", "打卡", "出勤", "工时"),
    EvidenceKind.BANK: ("流水", "回单", "转账", "银行"),
    EvidenceKind.AGREEMENT: ("协议", "承诺书", "调解书"),
}
PICTURED = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp3")


def kind_named(name: str) -> EvidenceKind:
    """The kind of a paper by the name of its file; a picture whose name says nothing is 照片录像."""
    for kind, words in NAMED_KINDS.items():
        if any(word in name for word in words):
            return kind
    return EvidenceKind.MEDIA if name.lower().endswith(PICTURED) else EvidenceKind.OTHER


class EvidenceForm(PlainForm):
    """Files and their kinds: one for all (`kind`), or one for each in their order (`kinds`, sent by the browser)."""

    papers = FilesField(label="文件")
    kind = forms.ChoiceField(label="材料类别", choices=[("", "按文件名识别"), *EvidenceKind.choices], required=False)
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="如：2026 年 6–10 月工资表。")

    def kept(self) -> list[tuple[Any, EvidenceKind]]:
        """Each file with its kind."""
        papers = self.cleaned_data["papers"]
        each = self.data.getlist("kinds") if hasattr(self.data, "getlist") else []
        if len(each) != len(papers):
            each = [self.cleaned_data["kind"]] * len(papers)
        return [(file, _kind(said, file.name or "")) for file, said in zip(papers, each, strict=True)]


def _kind(said: str, name: str) -> EvidenceKind:
    return EvidenceKind(said) if said in EvidenceKind.values else kind_named(name)


class NoteForm(PlainForm):
    """A note, and the colleague (of `colleagues`) who is told of it."""

    text = forms.CharField(
        label="备注",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="仅本案立案单位和承办单位可见，不写入卷宗、报告和导出文件。",
    )
    colleague = forms.ChoiceField(label="提醒同事", required=False)

    def __init__(self, *args: Any, colleagues: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in colleagues}
        choices = [("", "不提醒"), *((pk, f"@{one.name}") for pk, one in self.people.items())]
        self.fields["colleague"].choices = choices  # type: ignore[attr-defined]

    def told(self) -> User | None:
        return self.people.get(self.cleaned_data["colleague"])


HOW_VERIFIED = "写明由谁、何时、以何种方式核实，如：6月2日孙某到工地核对考勤和工资表。"


class CaseMoveForm(PlainForm):
    """What a move asks: a reason, a conclusion from the closed list, the unit a transfer goes to."""

    receiver = UnitField(
        label="接收单位",
        help_text="输入单位名称或编码。",
        widget=forms.TextInput(attrs={"list": "near-units", "autocomplete": "off"}),
    )
    reason = forms.CharField(label="原因", widget=forms.Textarea, max_length=5000, required=False)
    conclusion = forms.ChoiceField(label="办结结论", widget=forms.RadioSelect, required=False)
    verification = forms.CharField(
        label="核实情况",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        required=False,
        help_text=HOW_VERIFIED,
    )

    def __init__(self, *args: Any, asks: tuple[str, ...], conclusions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(asks):
            del self.fields[name]
        for name in asks:
            self.fields[name].required = name != "verification"  # wanted where a notice says so: the move refuses
        if "receiver" in self.fields:
            self.fields["receiver"].units = Union.objects.filter(valid_until=None)  # type: ignore[attr-defined]
        if "reason" in self.fields:
            self.fields["reason"].error_messages["required"] = "请写明原因。"
        if "conclusion" in self.fields:
            self.fields["conclusion"].choices = conclusions  # type: ignore[attr-defined]
            self.fields["conclusion"].error_messages["required"] = "请从清单中选择办结结论。"
