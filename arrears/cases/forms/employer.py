"""What every form that names an employer checks about it."""

from __future__ import annotations

from typing import Any

from django import forms

from arrears.cases.filing import EmployerFacts
from arrears.cases.models import Employer, NoCode
from arrears.cases.names import name_key, uscc_fault
from unions.common.form_fields import PlainForm
from unions.common.text import narrow
from unions.models import Union, User
from unions.people.rights import Right

PLEASE = [("", "请选择")]


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


class RecordedByUnit(NamesEmployer):
    """What a unit records about an employer (a visit, a warning, a key target): which unit, and whom it is about."""

    union = forms.CharField(label="登记单位", max_length=20, help_text="输入编码或名称，从提示中选择。")
    employer_name = forms.CharField(
        label="单位名称", max_length=120, help_text="按营业执照填写全称；输入两个字即提示已登记过的单位。"
    )
    uscc = forms.CharField(label="统一社会信用代码", max_length=40, required=False)
    region_code = forms.ChoiceField(label="所在区县", required=False)

    asks_why_no_code = False

    def __init__(self, *args: Any, user: User, regions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.only_unit: Union | None = None
        self.fields["region_code"].choices = [*PLEASE, *regions]  # type: ignore[attr-defined]

    def offer_units(self, url: str, only: Union | None) -> None:
        """Suggest units from `url` while the code is typed; whoever records for one unit alone is not asked."""
        self.only_unit = only
        field = self.fields["union"]
        field.widget = (
            forms.TextInput(
                attrs={
                    "list": "unit-options",
                    "autocomplete": "off",
                    "hx-get": url,
                    "hx-target": "#unit-options",
                    "hx-trigger": "focus once, input changed delay:300ms",
                }
            )
            if only is None
            else forms.HiddenInput()
        )

    def clean_union(self) -> Union:
        found = Union.objects.filter(code=narrow(self.cleaned_data["union"])).first()
        if found is None or not self.user.may(Right.INSPECT, found):
            raise forms.ValidationError("没有找到您可以登记的这个单位，请从提示中选择编码。")
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_employer(data)
        return data

    def _check_employer(self, data: dict[str, Any]) -> None:
        code, name = data.get("uscc", ""), data.get("employer_name", "")
        if code:
            data["no_code"] = ""
            known = Employer.objects.filter(uscc=code).first()
            if known and name and known.name_key != name_key(name):
                self.add_error("uscc", f"这个代码已登记为“{known.name}”。同一单位请按该名称填写，否则请更正代码。")
        elif "uscc" not in self.errors and self.asks_why_no_code and not data.get("no_code"):
            self.add_error("no_code", "没有统一社会信用代码时，请选择原因。")

    def employer_facts(self) -> EmployerFacts:
        data = self.cleaned_data
        said = {name: data[name] for name in ("address", "industry") if name in data}
        no_code = data.get("no_code", "" if data["uscc"] else NoCode.UNKNOWN.value)
        return EmployerFacts(
            name=data["employer_name"], uscc=data["uscc"], no_code=no_code, region_code=data["region_code"], **said
        )
