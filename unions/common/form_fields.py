"""Fields that read what people really type: full-width digits, thousands separators, several ways to write a day."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from unions.common.figures import NotRead, read_people, read_yuan
from unions.common.identity import office_phone_fault
from unions.common.limits import EARLIEST
from unions.common.text import narrow

DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


class MoneyField(forms.Field):
    """Yuan as Decimal with at most 2 places; None when empty. Negative only where `negative` says so."""

    def __init__(self, *, negative: bool = False, **kwargs: Any) -> None:
        self.negative = negative
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 30})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if not narrow(value):
            return None
        try:
            return read_yuan(value, negative=self.negative)
        except NotRead as why:
            raise forms.ValidationError(str(why)) from why


class CountField(forms.Field):
    """A whole number of people, or of what the label says, as int; None when empty."""

    def __init__(self, *, negative: bool = False, **kwargs: Any) -> None:
        self.negative = negative
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 15})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if not narrow(value):
            return None
        try:
            what = re.sub("（.*?）", "", str(self.label or "")) or "人数"
            return read_people(value, negative=self.negative, what=what)
        except NotRead as why:
            raise forms.ValidationError(str(why)) from why


class OfficePhoneField(forms.CharField):
    """A phone that is published or shared, kept as it was written; what is none is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": 40} | kwargs))

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and (fault := office_phone_fault(text)):
            raise forms.ValidationError(fault)
        return text


class DayField(forms.DateField):
    """A calendar day. `past` refuses days after `today`, which the form sets."""

    def __init__(self, *, past: bool = True, **kwargs: Any) -> None:
        self.past = past
        self.today: date | None = None
        super().__init__(widget=forms.DateInput(), **kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        day = value if isinstance(value, date) else _day(narrow(value))
        if day < EARLIEST:
            raise forms.ValidationError("日期过早，请核对年份。")
        if self.past and self.today and day > self.today:
            raise forms.ValidationError("日期不能晚于今天。")
        return day


def _day(text: str) -> date:
    for pattern in DAY_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    raise forms.ValidationError("日期格式应为 2026-06-01，且须为真实日期。")


class PlainForm(forms.Form):
    """Errors in plain Chinese that name the field; days measured against `today`."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.today = today
        for name, field in self.fields.items():
            self._speak_plainly(name, field)
            if isinstance(field, DayField):
                field.today = today

    @staticmethod
    def _speak_plainly(name: str, field: forms.Field) -> None:
        verb = "选择" if isinstance(field, forms.ChoiceField | forms.FileField) else "填写"
        field.error_messages |= {
            "required": f"请{verb}{field.label or name}。",
            "invalid_choice": "请从列表中选择。",
            "max_length": "最多 %(limit_value)d 个字，现有 %(show_value)d 个。",
            "null_characters_not_allowed": "含有无法识别的字符，请重新输入。",
        }

    def take(self, fields: dict[str, str], message: str) -> None:
        """Put a refusal of the core beside the fields it names, else above the form."""
        known = {name: text for name, text in fields.items() if name in self.fields}
        for name, text in known.items():
            self.add_error(name, text)
        if not known:
            self.add_error(None, message)


def seen_in(post: Any) -> int:
    """The version the page was made from; 0 (always stale) when it does not say."""
    text = str(post.get("seen", ""))
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


class OneOfSeveralForm(PlainForm):
    """Stands on a page beside other forms: its fields' ids carry its own name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": f"{type(self).__name__}_%s"} | kwargs))


def checked_size(file: UploadedFile[bytes]) -> UploadedFile[bytes]:
    size = file.size or 0
    if size == 0:
        raise forms.ValidationError(f"“{file.name}”是空文件，请重新选择。")
    if size > settings.IMPORT_MAX_BYTES:
        limit = settings.IMPORT_MAX_BYTES // 2**20
        raise forms.ValidationError(f"“{file.name}”超过 {limit} MB，请分成几个文件。")
    return file
