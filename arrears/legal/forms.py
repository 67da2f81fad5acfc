"""Forms of legal steps: applying for one, and each thing that happens in it."""

from __future__ import annotations

from typing import Any

from django import forms

from arrears.law.legal_numbers import with_terms_later
from arrears.legal.actions import AWARDED, RESULTS
from arrears.legal.models import ProceedingKind
from unions.common.form_fields import CountField, DayField, MoneyField, PlainForm

# What happens in a proceeding → the fields it asks for, and what its button says.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "accept": (("on", "number"), "登记受理"),
    "refuse": (("on", "detail"), "登记不予受理"),
    "extend": (("detail",), "登记延期"),
    "review": (("on", "detail"), "登记审查通过"),
    "assign": (("on", "assigned_to"), "登记指派"),
    "serve": (("on",), "登记送达"),
    "receive": (("on", "workers", "migrants", "amount"), "登记到账"),
    "finish": (("on", "result", "detail"), "登记结果"),
}
# What only some kinds are asked besides.
ALSO: dict[tuple[str, str], tuple[str, ...]] = {("finish", kind.value): ("served_on",) for kind in AWARDED}


class ProceedingForm(PlainForm):
    kind = forms.ChoiceField(label="程序", choices=[("", "请选择"), *ProceedingKind.choices])
    applied_on = DayField(label="申请日期")
    body = forms.CharField(label="受理机构", max_length=80, help_text="如：市南区劳动人事争议仲裁委员会。")
    request = forms.CharField(
        label="请求事项",
        widget=forms.Textarea,
        max_length=2000,
        required=False,
        help_text="请求支付的人数、金额，申请人或代表人。",
    )
    priority = forms.BooleanField(label="法律援助申请优先受理、优先审查、优先指派", required=False)

    def __init__(self, *args: Any, priority: str = "", **kwargs: Any) -> None:
        """`priority`: the words of the notice in force that grants it; nothing is offered where there is none."""
        super().__init__(*args, **kwargs)
        if priority:
            self.fields["priority"].help_text = priority
        else:
            del self.fields["priority"]


class ProceedingStepForm(PlainForm):
    """The fields of one step of `STEPS`; results are those of the kind."""

    on = DayField(label="日期")
    number = forms.CharField(label="案号", max_length=60, required=False)
    result = forms.ChoiceField(label="结果")
    assigned_to = forms.CharField(label="承办机构、承办人", max_length=120)
    served_on = DayField(
        label="职工收到裁决书的日期",
        required=False,
        help_text=with_terms_later("不服裁决的，从这一天起 {sue-after-award}内起诉；不填按结果日期计算。"),
    )
    workers = CountField(label="由此结清人数", required=False)
    migrants = CountField(label="其中农民工", required=False)
    amount = MoneyField(label="到账金额", help_text="自动记入台账“清偿”，无需另记。")
    detail = forms.CharField(label="说明", widget=forms.Textarea, max_length=2000, required=False)

    def __init__(self, *args: Any, step: str, kind: str, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{step}_%s")
        super().__init__(*args, **kwargs)
        asked, self.button = STEPS[step]
        self.step = step
        self.also = ALSO.get((step, kind), ())
        for name in set(self.fields) - {*asked, *self.also}:
            del self.fields[name]
        if "result" in self.fields:
            results = [(key, row.label) for key, row in RESULTS[ProceedingKind(kind)].items()]
            self.fields["result"].choices = [("", "请选择"), *results]  # type: ignore[attr-defined]
