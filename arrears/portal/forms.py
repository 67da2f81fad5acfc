"""Forms of letters: those of the worker, who must fill in little, and those of the staff."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

from arrears.cases.forms.employer import NamesEmployer
from arrears.cases.forms.steps import FilesField
from arrears.cases.models import NoCode
from arrears.portal.actions.staff import CALLED
from arrears.portal.actions.worker import WrittenForm
from arrears.portal.models import MessageKind, WindowLetter
from unions.common.clock import day_of
from unions.common.figures import NotRead, read_yuan
from unions.common.form_fields import CountField, DayField, MoneyField, PlainForm
from unions.common.industries import Industry
from unions.common.text import narrow
from unions.models import User

PICTURES = {"accept": "image/*,.pdf,.doc,.docx,.xls,.xlsx,.mp3"}


def _text(label: str, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, **kwargs)


def _photos() -> FilesField:
    field = FilesField(label="照片或文件", required=False)
    field.widget.attrs.update(PICTURES)
    return field


class WriteForm(PlainForm):
    """Figures are taken as they are written ("三万多"): whoever registers the clue asks again."""

    region_code = forms.ChoiceField(label="单位在哪里", required=False)
    employer_name = _text("哪个单位或包工头欠的", 120)
    place = _text("工地或地址", 160)
    workers_said = _text("大约有多少人被欠薪", 40, widget=forms.TextInput(attrs={"placeholder": "如：12 人"}))
    amount_said = _text("大约欠多少钱", 40, widget=forms.TextInput(attrs={"placeholder": "如：3 万多"}))
    since_said = _text("从什么时候欠起", 40, widget=forms.TextInput(attrs={"placeholder": "如：今年 3 月"}))
    words = _text("把情况简单说一说", 2000, widget=forms.Textarea(attrs={"rows": 5}))
    name = _text("您的称呼", 40)
    phone = _text("您的电话", 30, widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}))
    papers = _photos()

    def __init__(self, *args: Any, regions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_code"].choices = [("", "请选择区县（可以不选）"), *regions]  # type: ignore[attr-defined]

    def written(self) -> WrittenForm:
        data = dict(self.cleaned_data)
        data.pop("papers")
        return WrittenForm(**data)


class AddForm(PlainForm):
    text = _text("补充说明", 2000, widget=forms.Textarea(attrs={"rows": 4}))
    papers = _photos()


class EnterForm(PlainForm):
    number = forms.CharField(
        label="来信编号", max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )
    pin = forms.CharField(
        label="查询密码", max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )


# ---- of the unit ------------------------------------------------------------------------------------------------------


class SayForm(PlainForm):
    kind = forms.ChoiceField(
        label="说什么",
        widget=forms.RadioSelect,
        initial=MessageKind.QUESTION,
        choices=[(MessageKind.QUESTION, "向职工提问"), (MessageKind.FEEDBACK, "反馈办理情况")],
    )
    text = forms.CharField(label="内容", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ExplainForm(PlainForm):
    text = forms.CharField(label="向职工的解释", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class CallForm(PlainForm):
    outcome = forms.ChoiceField(label="回访结果", choices=[("", "请选择"), *CALLED.items()])
    detail = forms.CharField(
        label="通话情况", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class JoinForm(PlainForm):
    number = forms.CharField(label="案件编号或线索编号", max_length=30)


class WriterForm(PlainForm):
    """Which worker of the case's list wrote the letter: those with its phone."""

    worker = forms.ChoiceField(label="名单中电话相同的职工")

    def __init__(self, *args: Any, found: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].choices = [(str(pk), shown) for pk, shown in found]  # type: ignore[attr-defined]


class NotTheWriterForm(PlainForm):
    """Why who wrote the letter is taken back."""

    reason = forms.CharField(label="撤销原因", widget=forms.Textarea(attrs={"rows": 2}), max_length=300)


class OfficerForm(PlainForm):
    officer = forms.ModelChoiceField(label="经办人", queryset=User.objects.none(), empty_label=None)


class RegisterForm(NamesEmployer):
    """What a clue needs; the rest is filled in on the case."""

    employer_name = forms.CharField(label="单位名称", max_length=120)
    uscc = forms.CharField(label="统一社会信用代码", max_length=40, required=False)
    region_code = forms.ChoiceField(label="所在区县", required=False)
    industry = forms.ChoiceField(label="所属行业", choices=[("", "请选择"), *Industry.choices])
    stated_workers = CountField(label="欠薪涉及人数")
    stated_migrants = CountField(label="其中农民工", required=False)
    stated_amount = MoneyField(label="欠薪金额")
    owed_from = DayField(label="欠薪起始日期", required=False)

    def __init__(self, *args: Any, regions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_code"].choices = [("", "请选择"), *regions]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("stated_workers", "stated_amount"):
            if name not in self.errors and not data.get(name):
                self.add_error(name, "须大于 0，请与职工核对。")
        migrants, workers = data.get("stated_migrants"), data.get("stated_workers")
        if migrants and workers and migrants > workers:
            self.add_error("stated_migrants", "农民工人数不能多于涉及人数。")
        return data

    def facts(self) -> dict[str, Any]:
        names = ("industry", "stated_workers", "stated_amount", "owed_from")
        return {name: self.cleaned_data[name] for name in names} | {
            "stated_migrants": self.cleaned_data["stated_migrants"] or 0
        }

    def employer(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "name": data["employer_name"],
            "uscc": data["uscc"],
            "region_code": data["region_code"],
            "no_code": "" if data["uscc"] else NoCode.UNKNOWN.value,
        }


def read_figures(letter: WindowLetter) -> dict[str, Any]:
    """What can be made out of the worker's own words, for the officer to check."""
    found: dict[str, Any] = {
        "employer_name": letter.employer_name,
        "region_code": letter.region_code,
        "stated_workers": _number(letter.workers_said),
        "stated_amount": _number(letter.amount_said),
    }
    said = re.search(r"(?<!\d)((?:19|20)\d\d)\D{1,2}(\d{1,2})", narrow(letter.since_said))  # however long ago (YK-2.2)
    if said and 1 <= int(said[2]) <= 12:
        first = day_of(letter.at).replace(year=int(said[1]), month=int(said[2]), day=1)
        found["owed_from"] = first if first <= day_of(letter.at) else None
    return {name: value for name, value in found.items() if value}


def _number(text: str) -> Decimal | int | None:
    """ "3 万多" → 30000; "12 人" → 12."""
    found = re.search(r"[0-9][0-9,]*(?:\.[0-9]+)?(?:\s*万(?:[0-9]{4}(?![0-9]))?)?", narrow(text))
    try:
        value = read_yuan(found[0], in_words=True) if found else None
    except NotRead:
        return None
    return int(value) if value is not None and value == int(value) else value
