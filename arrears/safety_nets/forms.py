"""Forms of wage deposits, emergency funds, and what is drawn from them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import F, Q
from django_filters import ChoiceFilter

from arrears.cases.forms.employer import PLEASE, RecordedByUnit
from arrears.cases.forms.filters import employer_named
from arrears.law.legal_numbers import deposit_ratio, with_terms_later
from arrears.law.obligations.local import local
from arrears.safety_nets.actions.deposits import DepositFacts
from arrears.safety_nets.actions.funds import FundFacts
from arrears.safety_nets.models import (
    Drawing,
    DrawingKind,
    Founder,
    NetEntry,
    NetEntryKind,
    NetKind,
    SafetyNet,
    StoredAs,
)
from arrears.safety_nets.rules import OUTGOES, AdvanceWish
from unions.common.form_fields import CountField, DayField, MoneyField, OneOfSeveralForm, PlainForm
from unions.common.formats import day, yuan
from unions.common.industries import Nature
from unions.common.text import narrow
from unions.filters import ListFilter, Ticked, Words
from unions.models import Union, User

OTHER = "other"
KINDS_IN = {
    NetKind.DEPOSIT: [(NetEntryKind.STORED, "存入"), (NetEntryKind.TOPPED_UP, "补足（动用之后）")],
    NetKind.EMERGENCY: [(NetEntryKind.GRANTED, "拨入"), (NetEntryKind.ADJUSTED, "调增")],
}


class PercentField(forms.Field):
    """Percent as Decimal with at most 2 places."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 8})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = narrow(value).removesuffix("%").strip()
        if not text:
            return None
        whole, _, part = text.partition(".")
        if not (whole.isascii() and whole.isdigit() and len(whole) <= 3 and (not part or part.isdigit())):
            raise forms.ValidationError("比例请填数字，如 2 或 1.5。")
        if len(part) > 2 or not (part or "0").isascii():
            raise forms.ValidationError("比例最多两位小数。")
        return Decimal(text)


def _choose(form: PlainForm, name: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]


class KeptAtForm(PlainForm):
    """A form for a unit at which the reader keeps nets: the field `union`."""

    def keep_at(self, units: list[Union]) -> None:
        self.units = {str(unit.pk): unit for unit in units}
        _choose(self, "union", [(pk, unit.name) for pk, unit in self.units.items()])

    @property
    def only(self) -> Union | None:
        return next(iter(self.units.values())) if len(self.units) == 1 else None

    def clean_union(self) -> Union:
        return self.units[self.cleaned_data["union"]]


class NewDepositForm(RecordedByUnit, KeptAtForm):
    union = forms.ChoiceField(label="管理单位")  # type: ignore[assignment]
    project_name = forms.CharField(label="工程项目", max_length=160, help_text="没有登记过的项目，保存时一并登记。")
    nature = forms.ChoiceField(label="项目性质", choices=Nature.choices, initial=Nature.OTHER)
    contract_amount = MoneyField(label="施工合同额")
    ratio = PercentField(label="存储比例", help_text=f"{deposit_ratio()}（{deposit_ratio().source}）。")
    stored_as = forms.ChoiceField(
        label="形式", choices=StoredAs.choices, initial=StoredAs.CASH, widget=forms.RadioSelect
    )
    bank = forms.CharField(label="经办银行", max_length=80)
    guarantee_number = forms.CharField(label="保函编号", max_length=60, required=False, help_text="银行保函必填。")
    guarantee_until = DayField(
        label="保函到期日",
        past=False,
        required=False,
        help_text=f"银行保函必填；到期前 {local().guarantee_soon_days} 日提醒（本地设置）。",
    )
    stored = MoneyField(label="已存金额", required=False, help_text="存款金额或保函金额；还没有存的留空。")
    stored_on = DayField(label="存入日期", required=False)
    source = forms.CharField(label="凭证", max_length=200, required=False, help_text="存款凭证、保函编号等。")

    def __init__(self, *args: Any, user: User, units: list[Union], **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.keep_at(units)

    def clean_union(self) -> Union:
        return KeptAtForm.clean_union(self)

    def clean_project_name(self) -> str:
        name = str(self.cleaned_data["project_name"]).strip()
        if not name:
            raise forms.ValidationError("请填写工程项目。")
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("stored") and not data.get("stored_on") and "stored_on" not in self.errors:
            self.add_error("stored_on", "请填写存入日期。")
        return data

    def facts(self) -> DepositFacts:
        names = ("contract_amount", "ratio", "stored_as", "bank", "guarantee_number", "guarantee_until")
        values = {name: self.cleaned_data[name] for name in names}
        if values["stored_as"] == StoredAs.CASH:
            values |= {"guarantee_number": "", "guarantee_until": None}
        return DepositFacts(**values)


class NewFundForm(KeptAtForm):
    union = forms.ChoiceField(label="管理单位")
    name = forms.CharField(label="名称", max_length=160, initial="欠薪应急周转金")
    founder = forms.ChoiceField(
        label="设立方", choices=Founder.choices, initial=Founder.UNION, widget=forms.RadioSelect
    )
    founder_name = forms.CharField(label="设立单位", max_length=120, help_text="如区人民政府、市总工会。")
    basis = forms.CharField(label="设立依据", max_length=200, help_text="批准文件的名称、文号和条款。")
    founded_on = DayField(label="设立日期")
    amount = MoneyField(label="设立金额")

    def __init__(self, *args: Any, units: list[Union], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep_at(units)

    def facts(self) -> FundFacts:
        names = ("name", "founder", "founder_name", "basis", "founded_on")
        return FundFacts(**{name: self.cleaned_data[name] for name in names})


class PutInForm(OneOfSeveralForm):
    kind = forms.ChoiceField(label="类别", widget=forms.RadioSelect)
    on = DayField(label="日期", help_text="实际到账的日期。")
    amount = MoneyField(label="金额（元）")
    source = forms.CharField(label="依据", max_length=200, help_text="银行回单号、拨款文件等。")

    def __init__(self, *args: Any, net: SafetyNet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "kind", [(str(kind), label) for kind, label in KINDS_IN[NetKind(net.kind)]])


class RecoverForm(OneOfSeveralForm):
    drawing = forms.ChoiceField(label="追偿哪一笔垫付")
    on = DayField(label="日期", help_text="用人单位归还到账的日期。")
    amount = MoneyField(label="金额（元）")
    source = forms.CharField(label="依据", max_length=200, help_text="如单位归还回单号、法院执行文书。")

    def __init__(self, *args: Any, rows: list[Drawing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in rows}
        _choose(
            self,
            "drawing",
            [
                *PLEASE,
                *(
                    (pk, f"{row.case} {row.case.employer.name}：还有 {yuan(row.left)} 元未追回")  # type: ignore[union-attr, attr-defined]
                    for pk, row in self.rows.items()
                ),
            ],
        )

    def clean_drawing(self) -> Drawing:
        return self.rows[self.cleaned_data["drawing"]]


class OutgoForm(OneOfSeveralForm):
    """返还 of a deposit (all that is left in it), 退回 and 调减 of a fund."""

    kind = forms.ChoiceField(label="事项", widget=forms.RadioSelect)
    on = DayField(label="日期")
    amount = MoneyField(label="金额（元）", required=False)
    reason = forms.CharField(label="原因和依据", max_length=200)

    def __init__(self, *args: Any, net: SafetyNet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = OUTGOES[NetKind(net.kind)]
        _choose(self, "kind", [(kind.value, str(kind.label)) for kind in kinds])
        if len(kinds) == 1:
            self.initial = {"kind": kinds[0].value} | dict(self.initial)
        if kinds == (DrawingKind.RETURN,):
            del self.fields["amount"]


class ReverseForm(OneOfSeveralForm):
    cancels = forms.ChoiceField(label="冲正哪一笔")
    on = DayField(label="冲正日期")
    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, *args: Any, rows: list[NetEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in rows}
        choices = (
            (pk, f"{day(row.on)} {row.get_kind_display()} {yuan(row.amount)} 元") for pk, row in self.rows.items()
        )
        _choose(self, "cancels", [*PLEASE, *choices])

    def clean_cancels(self) -> NetEntry:
        return self.rows[self.cleaned_data["cancels"]]


class NoticeForm(OneOfSeveralForm):
    on = DayField(label="公示开始日期")
    place = forms.CharField(label="公示地点", max_length=120, help_text="如项目部公告栏、主管部门网站。")


class NoticeBackForm(OneOfSeveralForm):
    reason = forms.CharField(label="撤销公示的原因", max_length=200)


class RenewForm(OneOfSeveralForm):
    number = forms.CharField(label="保函编号", max_length=60)
    guarantee_until = DayField(label="新的到期日", past=False)


def _net_choice(net: Any) -> str:
    """A net read with its balance, as it is offered; what a narrow list cuts off is not the balance."""
    return f"余额 {yuan(net.balance)} 元 · {net}（{net.union.name}）"


class AdvanceForm(OneOfSeveralForm):
    """垫付 as it is asked for on the page of the case."""

    net = forms.ChoiceField(label="资金来源")
    other_source = forms.CharField(
        label="其他资金的来源", max_length=120, required=False, help_text="选“其他渠道资金”时写明，如建设单位垫付。"
    )
    workers = CountField(label="人数", required=False)
    migrants = CountField(label="其中农民工", required=False)
    amount = MoneyField(label="金额")
    notice_on = DayField(
        label="支付通知书日期",
        required=False,
        help_text=with_terms_later("动用保证金时填写，银行 {deposit-pay}内支付。"),
    )
    paid_on = DayField(label="支付日期", required=False, help_text="工资付到职工手中的日期；银行还没有支付的留空。")
    reason = forms.CharField(label="依据", max_length=200, help_text="会议纪要、支付通知书文号等。")

    def __init__(self, *args: Any, nets: list[SafetyNet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nets = {str(net.pk): net for net in nets}
        choices = ((pk, _net_choice(net)) for pk, net in self.nets.items())
        _choose(self, "net", [*PLEASE, *choices, (OTHER, "其他渠道资金")])

    def wish(self) -> AdvanceWish:
        data = self.cleaned_data
        net = self.nets.get(data["net"])
        return AdvanceWish(
            net=net,
            workers=data["workers"] or 0,
            migrants=data["migrants"] or 0,
            amount=data["amount"],
            reason=data["reason"].strip(),
            paid_on=data["paid_on"],
            notice_on=data["notice_on"],
            other_source="" if net else data["other_source"].strip(),
        )


class PaidForm(OneOfSeveralForm):
    on = DayField(label="银行支付日期")


class _GivenBack(Ticked):
    """Ticked: only what was given back, else only what was not."""

    def filter(self, rows: Any, ticked: bool | None) -> Any:
        return rows.filter(closed_on__isnull=not ticked)


class DepositFilter(ListFilter):
    """Of deposits with their sums."""

    sorts = {"形式": "stored_as", "比例（%）": "ratio", "应存（元）": "amount_due"}
    q = Words("name__reads", "bank__reads", employer_named("project__employer"))
    stored_as = ChoiceFilter("stored_as", label="形式", choices=StoredAs.choices)
    short = Ticked(Q(used__gt=F("came_back")), label="只看待补足的")
    over = _GivenBack(label="只看已返还的")


class FundFilter(ListFilter):
    sorts = {"周转金": "name", "设立": "founded_on", "管理单位": "union__name"}
    q = Words("name__reads", "founder_name__reads")
    founder = ChoiceFilter("founder", label="设立方", choices=Founder.choices)
