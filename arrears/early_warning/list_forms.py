"""Choosing the workbook of signals, and the two or three lists of a comparison."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from arrears.cases.forms.employer import PLEASE
from arrears.early_warning.sources import kind_choices, mismatch, source_choices
from unions.common.form_fields import PlainForm, checked_size
from unions.common.limits import MOST_UNITS
from unions.models import Union, User, under
from unions.people.rights import Right

LISTS = 3


class ForUnit(PlainForm):
    union = forms.ModelChoiceField(
        label="接收单位",
        queryset=Union.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": "您不能为这个单位登记预警信息，请重新选择。"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, today=timezone.localdate(), **kwargs)
        field = self.fields["union"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Union.objects.filter(under(user.paths(Right.INSPECT)), valid_until=None).order_by(
            "depth", "code"
        )
        field.widget.choices = [(unit.pk, f"{unit.name}（{unit.code}）") for unit in field.queryset[:MOST_UNITS]]


class SheetForm(ForUnit):
    file = forms.FileField(
        label="预警信息工作簿",
        allow_empty_file=True,
        help_text="Excel 或 WPS 的 .xlsx 文件，只读第一张表。",
        widget=forms.FileInput(attrs={"accept": ".xlsx", "data-preview": "chosen-file"}),
    )

    def clean_file(self) -> UploadedFile:
        return checked_size(self.cleaned_data["file"])


class ComparisonForm(ForUnit):
    """Fields `file_1`, `source_1`, `kind_1` … of up to three lists; the third may be left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, LISTS + 1):
            needed = n < LISTS
            self.fields[f"file_{n}"] = forms.FileField(
                label="名单",
                required=needed,
                allow_empty_file=True,
                widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
            )
            self.fields[f"source_{n}"] = forms.ChoiceField(
                label="来源", choices=[*PLEASE, *source_choices()], required=needed
            )
            self.fields[f"kind_{n}"] = forms.ChoiceField(
                label="类别", choices=[*PLEASE, *kind_choices()], required=needed
            )
            for part in ("file", "source", "kind"):
                self._speak_plainly(f"{part}_{n}", self.fields[f"{part}_{n}"])

    def groups(self) -> Iterable[tuple[int, Any, Any, Any]]:
        return [(n, self[f"file_{n}"], self[f"source_{n}"], self[f"kind_{n}"]) for n in range(1, LISTS + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(1, LISTS + 1):
            source, kind, file = (data.get(f"{part}_{n}") for part in ("source", "kind", "file"))
            if file:
                try:
                    checked_size(file)
                except forms.ValidationError as error:
                    self.add_error(f"file_{n}", error)
                for part, given in (("source", source), ("kind", kind)):
                    if not given and f"{part}_{n}" not in self.errors:
                        self.add_error(f"{part}_{n}", "请说明这份名单的来源和类别。")
            if source and kind and (fault := mismatch(source, kind)):
                self.add_error(f"kind_{n}", fault)
        return data

    def lists(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        return [
            {part: data[f"{part}_{n}"] for part in ("file", "source", "kind")}
            for n in range(1, LISTS + 1)
            if data.get(f"file_{n}")
        ]
