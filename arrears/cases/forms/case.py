"""The case form (案件登记表): every field of the 欠薪报告, grouped as people think of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from arrears.cases.filing import DRAFT_ONLY, EmployerFacts
from arrears.cases.forms.employer import NamesEmployer
from arrears.cases.models import Case, Cause, Channel, Employer, NoCode, Ownership
from arrears.cases.models.employer import CHAIN
from arrears.cases.names import name_key
from unions.common.form_fields import CountField, DayField, MoneyField
from unions.common.industries import FocusSector, Industry, Nature
from unions.common.text import narrow, plain_number
from unions.models import Union, User
from unions.people.rights import Right

DRAFT, CHANGE = "draft", "change"  # what the button asks for besides the moves "file" and "report_clue"
YES_NO = {"yes": True, "no": False}
# Facts without which neither a filing nor a filed case may be saved.
NEEDED = ("accepted_on", "industry", "channel", "stated_workers", "stated_amount")


def _options(choices: Iterable[tuple[Any, Any]], blank: str = "请选择") -> list[tuple[str, Any]]:
    return [("", blank), *choices]


class CaseForm(NamesEmployer):
    """`intent`: draft, file, report_clue or change (of a filed case). Only the employer's name is always needed."""

    union = forms.CharField(label="立案单位", max_length=20, help_text="输入编码或名称，从提示中选择。")
    employer_name = forms.CharField(
        label="单位名称", max_length=120, help_text="按营业执照填写全称；输入两个字即提示已登记过的单位。"
    )
    uscc = forms.CharField(label="统一社会信用代码", max_length=40, required=False)
    no_code = forms.ChoiceField(
        label="无统一社会信用代码的原因", choices=_options(NoCode.choices, "已填代码则不选"), required=False
    )
    region_code = forms.ChoiceField(label="所在区县", required=False, help_text="按属地原则，由此确定向哪里上报。")
    address = forms.CharField(label="单位地址", max_length=200, required=False)
    industry = forms.ChoiceField(label="所属行业", choices=_options(Industry.choices), required=False)
    focus_sector = forms.ChoiceField(label="重点行业", choices=_options(FocusSector.choices, "不属于"), required=False)
    ownership = forms.ChoiceField(label="单位性质", choices=_options(Ownership.choices), required=False)
    workforce = CountField(label="职工人数", required=False)
    has_union = forms.ChoiceField(
        label="是否已建工会", choices=[("", "不详"), ("yes", "已建"), ("no", "未建")], required=False
    )

    on_project = forms.BooleanField(label="发生在工程建设项目", required=False)
    project_name = forms.CharField(label="项目名称", max_length=160, required=False)
    nature = forms.ChoiceField(
        label="项目性质",
        choices=_options(Nature.choices),
        required=False,
        help_text="多种性质并存的，按选项顺序从前选填。",
    )
    developer = forms.CharField(label=CHAIN["developer"], max_length=120, required=False)
    contractor = forms.CharField(label=CHAIN["contractor"], max_length=120, required=False)
    subcontractor = forms.CharField(label=CHAIN["subcontractor"], max_length=200, required=False)
    crew = forms.CharField(
        label="班组", max_length=200, required=False, help_text="班组名称或班组长；几个的用顿号分开。"
    )

    stated_workers = CountField(label="欠薪涉及人数", required=False)
    stated_migrants = CountField(label="其中农民工", required=False)
    stated_amount = MoneyField(label="欠薪金额", required=False)
    owed_from = DayField(label="欠薪起始日期", required=False)
    owed_until = DayField(label="欠薪截止日期", required=False)
    causes = forms.MultipleChoiceField(
        label="欠薪原因", choices=Cause.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    extreme = forms.BooleanField(label="极端讨薪", required=False)
    mass = forms.BooleanField(label="群体性事件", required=False)
    escalating = forms.BooleanField(label="有升级迹象", required=False)

    channel = forms.ChoiceField(label="受理渠道", choices=_options(Channel.choices), required=False)
    original_number = forms.CharField(
        label="原编号", max_length=60, required=False, help_text="热线单号、旧台账编号等。"
    )
    verification = forms.CharField(
        label="核实情况", max_length=300, required=False, help_text="直接立案的写明由谁、何时、以何种方式核实。"
    )
    discovered_on = DayField(label="发现日期", required=False)
    accepted_on = DayField(label="受理日期", required=False)
    negotiation_failed_on = DayField(
        label="协商失败日期", required=False, help_text="适用通知规定了上报时限的，自此日起算。"
    )
    ordered_to_pay_by = DayField(label="责令支付期限", past=False, required=False)

    condition = forms.CharField(label="生产经营和财务状况", widget=forms.Textarea, max_length=5000, required=False)
    union_opinion = forms.CharField(
        label="单位工会（职代会）意见", widget=forms.Textarea, max_length=5000, required=False
    )
    repayment_plan = forms.CharField(label="偿还计划和保证措施", widget=forms.Textarea, max_length=5000, required=False)
    remark = forms.CharField(label="情况说明", widget=forms.Textarea, max_length=5000, required=False)

    def __init__(
        self, *args: Any, user: User, intent: str, regions: list[Any], case: Case | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.intent, self.case = user, intent, case
        self.only_unit: Union | None = None  # the one she files for
        self.own_employer: Employer | None = None  # whom all cases of that unit are about
        self.fields["region_code"].choices = _options(regions)  # type: ignore[attr-defined]
        if case is not None:
            del self.fields["union"]
            if case.number:  # a filed case changes its numbers in the ledger
                for name in DRAFT_ONLY:
                    del self.fields[name]

    # ---- checks -------------------------------------------------------------------------------------------------

    def clean_union(self) -> Union:
        code = narrow(self.cleaned_data["union"])
        found = Union.objects.filter(code=code).first()
        if found is None or not self.user.may(Right.FILE, found):
            raise forms.ValidationError("没有找到您可以登记的这个单位，请从提示中选择编码。")
        if found.is_closed:
            raise forms.ValidationError(f"“{found}”已于 {found.valid_until} 终止，请选择承接单位。")
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.intent != DRAFT:
            self._check_needed(data)
        self._check_employer(data)
        self._check_project(data)
        self._check_numbers(data)
        self._check_days(data)
        self._check_original_number(data)
        return data

    def _check_needed(self, data: dict[str, Any]) -> None:
        for name in (*NEEDED, "region_code"):
            if name not in self.fields or name in self.errors or data.get(name):
                continue
            if name == "region_code" and len(self.fields[name].choices) == 1:  # type: ignore[attr-defined]
                continue
            zero = data.get(name) == 0
            self.add_error(name, "须大于 0。" if zero else self.fields[name].error_messages["required"])

    def _check_employer(self, data: dict[str, Any]) -> None:
        code = data.get("uscc", "")
        if code:
            data["no_code"] = ""
            known = Employer.objects.filter(uscc=code).first()
            name = data.get("employer_name", "")
            ours = self.case is not None and known is not None and known.pk == self.case.employer_id
            if known and name and known.name_key != name_key(name) and not ours:
                self.add_error("uscc", f"这个代码已登记为“{known.name}”。同一单位请按该名称填写，否则请更正代码。")
        elif self.intent != DRAFT and "uscc" not in self.errors and not data.get("no_code"):
            self.add_error("no_code", "没有统一社会信用代码时，请选择原因。")

    def _check_project(self, data: dict[str, Any]) -> None:
        if data.get("project_name") and not data.get("on_project"):
            self.add_error("on_project", "填写了项目名称，请勾选“发生在工程建设项目”。")
        if any(data.get(name) for name in CHAIN) and not data.get("project_name"):
            self.add_error("project_name", "填写了项目各方，请填写项目名称。")
        if data.get("on_project") and not data.get("nature") and self.intent != DRAFT:
            self.add_error("nature", "工程建设项目请选择项目性质。")

    def _check_numbers(self, data: dict[str, Any]) -> None:
        if (data.get("stated_migrants") or 0) > (
            data.get("stated_workers") or 0
        ) and "stated_workers" not in self.errors:
            self.add_error("stated_migrants", "其中农民工人数不能多于涉及人数。")

    def _check_days(self, data: dict[str, Any]) -> None:
        for early, late in (("owed_from", "owed_until"), ("discovered_on", "accepted_on")):
            first, last = data.get(early), data.get(late)
            if first and last and first > last:
                name, other = self.fields[late].label, self.fields[early].label
                self.add_error(late, f"{name}不能早于{other}（{first}）。")

    def clean_original_number(self) -> str:
        return plain_number(self.cleaned_data["original_number"])[:60]

    def _check_original_number(self, data: dict[str, Any]) -> None:
        number = data.get("original_number")
        unit = self.case.union if self.case else data.get("union")
        if not number or unit is None:
            return
        same = Case.objects.filter(union=unit, original_number=number)
        if self.case:
            same = same.exclude(pk=self.case.pk)
        if twin := same.first():
            self.add_error("original_number", f"本单位已有这个原编号的案件（{twin}），请核对是否重复登记。")

    # ---- what it says -------------------------------------------------------------------------------------------

    def employer_facts(self) -> EmployerFacts:
        data = self.cleaned_data
        plain = ("uscc", "no_code", "region_code", "address", "industry", "focus_sector", "ownership")
        return EmployerFacts(
            name=data["employer_name"],
            workforce=data["workforce"],
            has_union=YES_NO.get(data["has_union"]),
            **{name: data[name] for name in plain},
        )

    def chain(self) -> dict[str, str]:
        """Who stands where in the project, as typed."""
        return {name: self.cleaned_data[name] for name in CHAIN}

    def case_facts(self) -> dict[str, Any]:
        """Fields of Case, numbers as 0 where nothing was typed."""
        data = self.cleaned_data
        plain = (
            "industry",
            "on_project",
            "nature",
            "owed_from",
            "owed_until",
            "causes",
            "extreme",
            "mass",
            "escalating",
            "original_number",
            "verification",
            "discovered_on",
            "accepted_on",
            "negotiation_failed_on",
            "ordered_to_pay_by",
            "condition",
            "union_opinion",
            "repayment_plan",
            "remark",
        )
        facts = {name: data[name] for name in plain} | {"channel": data["channel"] or Channel.REPORT}
        return facts | {name: data[name] or 0 for name in sorted(DRAFT_ONLY) if name in self.fields}


def initial_of(case: Case) -> dict[str, Any]:
    """What the form shows of a case as it stands."""
    employer = case.employer
    shown = {
        name: getattr(employer, name)
        for name in ("uscc", "no_code", "region_code", "address", "focus_sector", "ownership", "workforce")
    }
    shown |= {name: getattr(case, name) for name in CaseForm.base_fields if hasattr(case, name) and name != "union"}
    shown |= {name: getattr(case.project, name, "") for name in CHAIN}
    shown |= {
        "employer_name": employer.name,
        "project_name": case.project.name if case.project else "",
        "has_union": {True: "yes", False: "no", None: ""}[employer.has_union],
        "region_code": (employer.region_code or "")[:6],
        "industry": case.industry or employer.industry,
    }
    return {name: value for name, value in shown.items() if not (name in DRAFT_ONLY and not value)}


def words(form: CaseForm, values: Mapping[str, Any]) -> dict[str, str]:
    """Each field's value as a reader says it (label of the choice, 是/否), for comparing two versions."""
    said = {}
    for name, field in form.fields.items():
        value = values.get(name)
        if isinstance(field, forms.MultipleChoiceField):
            said[name] = "、".join(label for key, label in _flat(field.choices).items() if key in (value or []))
        elif isinstance(field, forms.ChoiceField):
            said[name] = str(_flat(field.choices).get(str(value or ""), value or "")) if value else ""
        elif isinstance(field, forms.BooleanField):
            said[name] = "是" if value not in (None, False, "", "False") else "否"
        elif isinstance(field, MoneyField | CountField):
            said[name] = _figure_said(field, value)
        elif isinstance(value, date):
            said[name] = value.isoformat()
        else:
            said[name] = str(value if value is not None else "").replace("\r\n", "\n").strip()
    return said


def _figure_said(field: MoneyField | CountField, value: Any) -> str:
    """120,000 and 120000.00 are the same figure; what cannot be read is shown as typed."""
    try:
        figure = field.to_python(value)
    except forms.ValidationError:
        return str(value)
    return "" if figure is None else str(figure)


def _flat(choices: Any) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, label in choices:
        if isinstance(label, list | tuple):
            flat |= {str(k): v for k, v in label}
        else:
            flat[str(key)] = label
    return flat
