"""Forms of plans: the terms with a table of instalments or steps, and a step done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django import forms

from arrears.cases import ledger
from arrears.cases.views.drafts import MayKeep, sees_case
from arrears.plans.actions import MAX_STEPS, PlanTerms, Promise
from arrears.plans.models import PlanBasis, PlanKind
from unions.common.form_fields import CountField, DayField, MoneyField, PlainForm

ROWS = 4  # empty rows of a new plan
MORE = 4  # rows added by the button
INSTALMENT, STEP = ("due", "workers", "amount"), ("due", "what", "owner")

# Form → who may keep what is typed into it.
FORM_DRAFTS: dict[str, MayKeep] = {f"plan-{kind}": sees_case for kind in PlanKind.values}


@dataclass(frozen=True)
class InstalmentLine:
    """The fields of one row of the table."""

    number: int
    fields: list[forms.BoundField]


class PlanForm(PlainForm):
    """A plan in `rows` lines; wholly empty ones are left out, half-filled ones complained of."""

    agreed_on = DayField(label="签订日期")
    basis = forms.ChoiceField(label="依据", choices=[("", "请选择"), *PlanBasis.choices], required=False)
    guarantee = forms.CharField(
        label="保证措施",
        widget=forms.Textarea,
        max_length=2000,
        required=False,
        help_text="如：以设备抵押、由股东担保、逾期一次性付清。",
    )
    gap = forms.CharField(
        label="合计与台账不一致的原因", max_length=200, required=False, help_text="合计等于未解决数时无需填写。"
    )
    reason = forms.CharField(label="修订原因", max_length=200, required=False)

    def __init__(self, *args: Any, kind: PlanKind, rows: int, revises: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.rows = kind, min(max(rows, 1), MAX_STEPS)
        self.columns = INSTALMENT if kind == PlanKind.REPAYMENT else STEP
        if kind != PlanKind.REPAYMENT:
            del self.fields["basis"], self.fields["gap"]
            self.fields["agreed_on"].label = "制定日期"
        else:
            self.fields["basis"].required = True
        if not revises:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
        for number in range(1, self.rows + 1):
            self._add_line(number)

    def _add_line(self, number: int) -> None:
        made: dict[str, forms.Field] = {
            "due": DayField(label=f"第 {number} 行期限", past=False, required=False),
            "workers": CountField(label=f"第 {number} 行结清人数", required=False),
            "amount": MoneyField(label=f"第 {number} 行金额", required=False),
            "what": forms.CharField(label=f"第 {number} 行措施", max_length=200, required=False),
            "owner": forms.CharField(label=f"第 {number} 行责任人", max_length=60, required=False),
        }
        for name in self.columns:
            self._speak_plainly(name, made[name])
            self.fields[f"{name}_{number}"] = made[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, self.rows + 1):
            self._check_line(number, {name: data.get(f"{name}_{number}") for name in self.columns})
        return data

    def _check_line(self, number: int, given: dict[str, Any]) -> None:
        if not any(given.values()) or any(f"{name}_{number}" in self.errors for name in self.columns):
            return
        needed = ("due", "amount") if self.kind == PlanKind.REPAYMENT else STEP
        labels = {"due": "期限", "amount": "金额", "what": "措施", "owner": "责任人"}
        for name in needed:
            if not given[name]:
                self.add_error(f"{name}_{number}", f"第 {number} 行还缺{labels[name]}。")

    def lines(self) -> Iterator[InstalmentLine]:
        for number in range(1, self.rows + 1):
            yield InstalmentLine(number, [self[f"{name}_{number}"] for name in self.columns])

    def terms_fields(self) -> list[forms.BoundField]:
        """List the fields beside the table."""
        return [self[name] for name in ("agreed_on", "basis", "guarantee", "gap", "reason") if name in self.fields]

    def promises(self) -> list[Promise]:
        data = self.cleaned_data
        found = []
        for number in range(1, self.rows + 1):
            given = {name: data.get(f"{name}_{number}") for name in self.columns}
            if given["due"]:
                found.append(
                    Promise(
                        given["due"],
                        given.get("amount") or Decimal(0),
                        given.get("workers") or 0,
                        given.get("what") or "",
                        given.get("owner") or "",
                    )
                )
        return found

    def terms(self, **given: Any) -> PlanTerms:
        data = self.cleaned_data
        basis = PlanBasis(data["basis"]) if data.get("basis") else None
        return PlanTerms(
            data["agreed_on"], basis, data["guarantee"], data.get("gap", ""), data.get("reason", ""), **given
        )


class StepDoneForm(PlainForm):
    """Records that a step of 一企一策 was done."""

    on = DayField(label="完成日期")
    note = forms.CharField(label="完成情况", max_length=200)


class ReceivableForm(PlainForm):
    """Records what somebody owes to the employer (SD-2.4e)."""

    debtor = forms.CharField(label="欠款单位", max_length=120)
    amount = MoneyField(label="欠款金额（元）")
    since = DayField(label="拖欠起始日期")
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text="如：合同、结算单、判决书编号。")


class RecoveryForm(PlainForm):
    """Records what came in of it; wages are paid out of it first."""

    on = DayField(label="收回日期")
    amount = MoneyField(label="收回金额（元）")
    workers = CountField(label="结清工资人数（人）", required=False)
    migrants = CountField(label="其中农民工（人）", required=False)


def equal_instalments(left: ledger.Sums, parts: int, first: date) -> dict[str, Any]:
    """Return initial values: what is outstanding in `parts` monthly instalments.

    The odd fen and all people fall to the last one.
    """
    share = (left.amount / parts).quantize(Decimal("0.01"), ROUND_DOWN)
    values: dict[str, Any] = {}
    for number in range(1, parts + 1):
        last = number == parts
        values[f"due_{number}"] = months_later(first, number)
        values[f"amount_{number}"] = left.amount - share * (parts - 1) if last else share
        values[f"workers_{number}"] = left.workers if last else None
    return values


def months_later(day: date, months: int) -> date:
    """Return the same day `months` later, or the last of that month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, day.day)


def open_rows(promises: Iterable[Any]) -> dict[str, Any]:
    """Return initial values: the open steps of the version that is revised."""
    values: dict[str, Any] = {}
    for number, step in enumerate(promises, start=1):
        values |= {
            f"due_{number}": step.due_on,
            f"workers_{number}": step.workers or None,
            f"amount_{number}": step.amount - step.paid,
            f"what_{number}": step.what,
            f"owner_{number}": step.owner,
        }
    return values
