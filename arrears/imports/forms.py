"""Choosing the unit and the workbook of an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from unions.common.limits import MOST_UNITS
from unions.models import Union, User, under
from unions.people.rights import Right


class ImportForm(forms.Form):
    union = forms.ModelChoiceField(
        label="受理工会",
        queryset=Union.objects.none(),
        empty_label=None,
        help_text="表内“受理工会代码”一列可为各行另填它的下级工会。",
        error_messages={"invalid_choice": "您不能为这个工会登记案件，请重新选择。"},
    )
    file = forms.FileField(
        label="台账工作簿",
        allow_empty_file=True,
        help_text="Excel 或 WPS 的 .xlsx 文件；读取有台账表头的工作表，隐藏的工作表不读。",
        widget=forms.FileInput(attrs={"accept": ".xlsx", "data-preview": "chosen-file"}),
        error_messages={"required": "请选择要导入的工作簿。"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["union"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = units_to_file_for(user)
        field.widget.choices = [(unit.pk, f"{unit.name}（{unit.code}）") for unit in field.queryset[:MOST_UNITS]]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        size = file.size or 0
        if size == 0:
            raise forms.ValidationError(f"“{file.name}”是空文件，请重新选择。")
        if size > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(
                f"“{file.name}”超过 {settings.IMPORT_MAX_BYTES // 2**20} MB，请分成几个文件导入。"
            )
        return file


def units_to_file_for(user: User) -> Any:
    """Standing units the user may file cases for, highest first."""
    return Union.objects.filter(under(user.paths(Right.FILE)), valid_until=None).order_by("depth", "code")
