"""One worker of the list; the day and proof of a payment; where a pasted or imported list goes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from arrears.cases.models import LedgerEntry
from arrears.workers import sheet as worker_rows
from arrears.workers.actions import PRIVATE, WorkerFacts
from arrears.workers.models import ArrivalAnswer, ArrivalFinding, Worker
from unions.common.encrypted_fields import Private
from unions.common.form_fields import DayField, MoneyField, PlainForm
from unions.common.formats import day, yuan
from unions.common.xlsx_cells import Bad


class ReadAsInSheets(forms.CharField):
    """A field of one worker, read exactly as a cell of an imported list is."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name = name
        self.today: date | None = None
        kwargs.setdefault("label", worker_rows.COLUMNS[name].removesuffix("(元)"))
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(required=kwargs.pop("required", False), max_length=60, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return worker_rows.readers(self.today or date.max)[self.name](text)
        except Bad as bad:
            raise forms.ValidationError(str(bad)) from None


class WorkerForm(PlainForm):
    """Enter one worker; with `worker`, correct one: a private field left empty stays as it is."""

    name = ReadAsInSheets("name", required=True)
    phone = ReadAsInSheets("phone")
    identity = ReadAsInSheets("identity", help_text="确有需要才填，如申请支付令、移送。")
    job = ReadAsInSheets("job")
    owed_from = ReadAsInSheets("owed_from", help_text="如 2026-06。")
    owed_until = ReadAsInSheets("owed_until", help_text="如 2026-10。")
    owed = ReadAsInSheets("owed", required=True)
    migrant = forms.BooleanField(label="农民工", required=False)
    agrees = forms.BooleanField(
        label="职工同意接收短信", required=False, help_text="须本人当面、书面或电话同意；随时可以取消。"
    )

    def __init__(self, *args: Any, worker: Worker | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.worker = worker
        for field in self.fields.values():
            if isinstance(field, ReadAsInSheets):
                field.today = self.today
        if worker is not None:
            self._leave_private_words_out(worker)

    def _leave_private_words_out(self, worker: Worker) -> None:
        for name in PRIVATE:
            self.fields[name].required = False
            shown = getattr(worker, f"masked_{name}")
            self.fields[name].help_text = f"现为 {shown}，不改请留空。"
        self.initial = dict(self.initial) | {
            "job": worker.job,
            "migrant": worker.migrant,
            "agrees": worker.agreed_on is not None,
            "owed": worker.owed,
            "owed_from": worker.owed_from or "",
            "owed_until": worker.owed_until or "",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, reason in worker_rows.contradictions(data):
            self.add_error(name, reason)
        if data.get("agrees") and not data.get("phone") and not (self.worker and self.worker.phone):
            self.add_error("phone", "同意接收短信的，请填写手机号。")
        return data

    def agreed_on(self) -> date | None:
        """The day the consent was noted first; None where there is none (any more)."""
        if not self.cleaned_data["agrees"]:
            return None
        return (self.worker.agreed_on if self.worker else None) or self.today

    def facts(self) -> WorkerFacts:
        data = self.cleaned_data
        given = {name: value for name, value in data.items() if value is not None and name != "agrees"}
        return WorkerFacts(**given, agreed_on=self.agreed_on())

    def changes(self) -> dict[str, Any]:
        """Fields of Worker as they shall be; a private field left empty is not among them."""
        kept = {"job": "", "owed_from": None, "owed_until": None}
        data = {name: kept.get(name) if value is None else value for name, value in self.cleaned_data.items()}
        del data["agrees"]
        said = {name: value for name, value in data.items() if name not in PRIVATE or isinstance(value, Private)}
        return said | {"agreed_on": self.agreed_on()}


class PaymentForm(PlainForm):
    """The day and proof of a payment; `amounts` come beside it, one field per worker."""

    on = DayField(label="付款日期", help_text="钱到职工手中的日期。")
    source = forms.CharField(label="依据", max_length=200, required=False, help_text="如银行回单号、发放表编号。")
    slip = forms.FileField(label="银行回单", required=False, help_text="图片、PDF 或 Excel；存入本案证据。")

    def clean_slip(self) -> UploadedFile | None:
        slip: UploadedFile | None = self.cleaned_data["slip"] or None
        return slip


class AmountsForm(PlainForm):
    """What each worker received: fields `worker-<id>`, in yuan; blank is nothing."""

    def __init__(self, *args: Any, workers: list[Worker], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, worker in enumerate(workers, 1):
            self.fields[f"worker-{worker.pk}"] = MoneyField(label=f"名单第 {place} 行实付", required=False)

    def amounts(self) -> dict[int, Decimal]:
        """Worker id → yuan, those who received something."""
        return {int(name.removeprefix("worker-")): value for name, value in self.cleaned_data.items() if value}


class WorkerSheetForm(PlainForm):
    """A list as text, or a workbook of it."""

    text = forms.CharField(
        label="粘贴名单",
        required=False,
        strip=False,
        max_length=worker_rows.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text="从 Excel 整块复制（带表头），或微信里的文字，一人一行：张三 13800001111 4500元 2026.6-2026.10",
    )
    file = forms.FileField(
        label="或选择 Excel 文件",
        required=False,
        help_text="读取有名单表头的工作表，隐藏的工作表不读；也可选 .csv、.txt。模板可在上方下载。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("file") and not str(data.get("text") or "").strip() and not self.errors:
            self.add_error("text", "请粘贴名单，或选择一个 Excel 文件。")
        return data


class PaidBeforeForm(PlainForm):
    """Where what the sheet says was paid already goes: into a new entry, or to one the ledger has."""

    entry = forms.ChoiceField(label="名单中的已付金额")
    on = DayField(label="付款日期", required=False)

    def __init__(self, *args: Any, entries: Mapping[LedgerEntry, Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = {str(entry.pk): entry for entry in entries}
        self.fields["entry"].choices = [  # type: ignore[attr-defined]
            *(
                (str(row.pk), f"属于台账 {day(row.on)} 已记的{row.get_kind_display()}（尚有 {yuan(left)} 元未分到人）")
                for row, left in entries.items()
            ),
            ("new", "台账还没有记，按下面的日期新登记一笔清偿"),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("entry") == "new" and not data.get("on") and "on" not in self.errors:
            self.add_error("on", "请填写付款日期。")
        return data


class ArrivalAnswerForm(PlainForm):
    """What a worker says of one payment."""

    answer = forms.ChoiceField(
        label="这笔钱您收到了吗",
        choices=ArrivalAnswer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一项。", "invalid_choice": "请选择一项。"},
    )
    received = MoneyField(label="实际收到多少元", required=False)
    words = forms.CharField(
        label="想说明的情况", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class FindingForm(PlainForm):
    """What the unit found about a contradicted payment."""

    finding = forms.ChoiceField(label="核实结果", choices=ArrivalFinding.choices, widget=forms.RadioSelect)
    detail = forms.CharField(
        label="核实方式和凭据",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="如与本人通话、核对银行流水；将显示给审批办结的人。",
    )
