"""What every form that names an employer checks about it."""

from __future__ import annotations

from django import forms

from arrears.forms.fields import PlainForm, narrow
from arrears.names import name_key, uscc_fault


class NamesEmployer(PlainForm):
    """A form with the fields `employer_name` and `uscc`."""

    def clean_employer_name(self) -> str:
        name = str(self.cleaned_data["employer_name"]).strip()
        if not name_key(name):
            raise forms.ValidationError("单位名称不能只有标点，请按营业执照填写。")
        return name

    def clean_uscc(self) -> str:
        code = narrow(self.cleaned_data["uscc"]).replace(" ", "").replace("-", "").upper()
        if code and (fault := uscc_fault(code)):
            raise forms.ValidationError(fault)
        return code
