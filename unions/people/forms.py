"""Forms of the pages about units and people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.core.validators import MaxValueValidator
from django.db.models import Case, Q, QuerySet, When

from unions.common.form_fields import DayField, OfficePhoneField, OneOfSeveralForm, PlainForm
from unions.common.text import number_key, split_names
from unions.models import Agency, AgencyKind, Supervisor, SupervisorPost, Union, UnionKind, User
from unions.people.rights import ROLES, Right, RoleName

MOST_OFFERED = 60  # supervisors of the register
LATEST = date(2199, 12, 31)  # a later last day is a slip of the pen


class SignInForm(AuthenticationForm):
    username = forms.CharField(label="账号", max_length=60, widget=forms.TextInput(attrs={"autofocus": True}))
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": "账号或密码不对，请核对后再试（密码区分大小写）。",
        "inactive": "这个账号已停用，请联系安全管理员。",
    }


if TYPE_CHECKING:
    OwnSetPasswordForm = SetPasswordForm[User]
else:
    OwnSetPasswordForm = SetPasswordForm


class OwnPasswordForm(OwnSetPasswordForm):
    """The present password, then the new one twice."""

    present = forms.CharField(
        label="现在的密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new_password1 = forms.CharField(
        label="新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 10 个字符，不能全是数字，不要用姓名、账号、单位名称、“工会”“欠薪”等词加年份或常见密码。",
    )
    new_password2 = forms.CharField(
        label="再输一次新密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    field_order = ["present", "new_password1", "new_password2"]

    def clean_present(self) -> str:
        present = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise forms.ValidationError("现在的密码不对。")
        return str(present)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("present") and data.get("present") == data.get("new_password1"):
            self.add_error("new_password1", "新密码不能与现在的密码相同。")
        return data


class UnitField(forms.CharField):
    """A unit by its code or full name, out of `units`; cleans to the Union."""

    units: QuerySet[Union]

    def __init__(self, **options: Any) -> None:
        self.units = Union.objects.none()
        super().__init__(max_length=120, **options)
        self.help_text = self.help_text or "输入单位名称或编码。"

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Union):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        found = list(self.units.filter(Q(code=number_key(text)) | Q(name__reads_as=text)).order_by("code")[:2])
        if not found:
            raise forms.ValidationError(f"没有找到编码或全称是“{text}”的单位。")
        if len(found) > 1:
            raise forms.ValidationError(f"有几个单位都叫“{text}”，请改填编码，例如 {found[0].code}。")
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Union):
            return value.code
        if isinstance(value, int):
            return Union.objects.filter(pk=value).values_list("code", flat=True).first() or ""
        return value

    def run_validators(self, value: Any) -> None:
        if isinstance(value, str):
            super().run_validators(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class DutyForm(forms.Form):
    duty_officer = forms.CharField(label="值班人员", max_length=40, required=False)
    duty_phone = OfficePhoneField(label="公布电话", required=False)
    returns_contact = forms.CharField(
        label="报送联系人", max_length=40, required=False, help_text="下级向本单位报送报表时联系的人。"
    )
    returns_phone = OfficePhoneField(label="报送联系电话", required=False)
    returns_email = forms.EmailField(label="报送电子邮箱", max_length=120, required=False)


class FactsForm(DutyForm):
    name = forms.CharField(label="名称", max_length=120)
    region_code = forms.RegexField(
        r"^\d{6}(\d{3})?$",
        label="行政区划代码",
        required=False,
        empty_value=None,
        error_messages={"invalid": "应为 6 位或 9 位数字。"},
    )
    reports_to = UnitField(
        label="属地上报工会", required=False, help_text="欠薪按属地上报到的工会，填编码或全称；留空时按企业所在地推定。"
    )
    field_order = ["name", "region_code", "reports_to", *DutyForm.base_fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(UnitField, self.fields["reports_to"]).units = Union.objects.filter(valid_until=None)


CODE = forms.RegexField(
    r"^[0-9A-Z]{1,20}$",
    label="编码",
    help_text="例如 370202E0001：区划代码、类别字母、四位序号。",
    error_messages={"invalid": "请用 20 个以内的数字和大写字母。"},
)


class FoundForm(FactsForm):
    code = CODE
    kind = forms.ChoiceField(label="类型", choices=UnionKind)
    since = forms.DateField(label="成立日期")
    field_order = ["code", "name", "kind", "since", "region_code", "reports_to", *DutyForm.base_fields]


class ChangeForm(forms.Form):
    """A change of the tree on a day. `among(union, reader)` narrows the choices."""

    on = forms.DateField(label="生效日期", help_text="从这一天起按新的位置统计；不能晚于今天。")

    def among(self, union: Union, units: QuerySet[Union]) -> None:
        for field in self.fields.values():
            if isinstance(field, UnitField):
                field.units = units


class MoveForm(ChangeForm):
    parent = UnitField(label="新的上级")
    field_order = ["parent", "on"]


class CloseForm(ChangeForm):
    successor = UnitField(label="承接单位", help_text="接手未办结案件和全部下级的单位，填编码或全称。")
    field_order = ["successor", "on"]


class SplitForm(ChangeForm):
    code = CODE
    name = forms.CharField(label="新单位名称", max_length=120)
    children = forms.ModelMultipleChoiceField(
        Union.objects.none(), label="划给新单位的下级", widget=forms.CheckboxSelectMultiple
    )
    field_order = ["code", "name", "on", "children"]

    def among(self, union: Union, units: QuerySet[Union]) -> None:
        cast(Any, self.fields["children"]).queryset = union.children.filter(valid_until=None).order_by("code")


class MergeForm(ChangeForm):
    units = forms.ModelMultipleChoiceField(
        Union.objects.none(), label="并入本单位的同级单位", widget=forms.CheckboxSelectMultiple
    )
    field_order = ["on", "units"]

    def among(self, union: Union, units: QuerySet[Union]) -> None:
        siblings = Union.objects.filter(parent=union.parent_id, valid_until=None).exclude(pk=union.pk)
        same_kind_first = Case(When(kind=union.kind, then=0), default=1)
        cast(Any, self.fields["units"]).queryset = siblings.order_by(same_kind_first, "code")


class AppointForm(forms.Form):
    """Someone with an account, or someone new."""

    role = forms.ChoiceField(label="角色", widget=forms.RadioSelect)
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label="部门",
        required=False,
        empty_label="（不是协作部门人员）",
        help_text="只在选“协作部门人员”时选择；部门先在“协作部门”中登记。",
    )
    who = forms.ChoiceField(
        label="人员", choices=[("there", "已有账号"), ("new", "新开账号")], widget=forms.RadioSelect, initial="there"
    )
    person = forms.CharField(label="账号或姓名", max_length=60, required=False, help_text="选“已有账号”时填写。")
    username = forms.RegexField(
        r"^[A-Za-z0-9._-]{3,60}$",
        label="新账号",
        required=False,
        help_text="3 个以上的字母、数字、点或横线。",
        error_messages={"invalid": "请用 3 到 60 个字母、数字、点或横线。"},
    )
    name = forms.CharField(label="姓名", max_length=40, required=False)
    email = forms.EmailField(label="电子邮箱", required=False)
    since = forms.DateField(label="起")
    until = forms.DateField(label="止", required=False, help_text="留空表示长期。")
    acting_for = forms.CharField(
        label="代理谁", max_length=60, required=False, help_text="代理他人职责时填被代理人的账号或姓名；不代理就留空。"
    )

    def __init__(self, *args: Any, roles: list[RoleName], agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["agency"]).queryset = agencies
        cast(Any, self.fields["role"]).choices = [(role.value, f"{role.label}：{ROLES[role].duty}") for role in roles]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        needed = ["person"] if data.get("who") == "there" else ["username", "name"]
        for name in needed:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, "请填写。")
        for name in ("person", "acting_for"):
            if data.get(name) and (name != "person" or data.get("who") == "there"):
                data[name] = self._someone(name, data[name])
        return data

    def _someone(self, field: str, text: str) -> User | None:
        found = list(User.objects.filter(Q(username=text) | Q(name__reads_as=text)).order_by("username")[:6])
        exact = [user for user in found if user.username == text]
        if len(found) == 1 or exact:
            return (exact or found)[0]
        if found:
            self.add_error(field, f"同名的有几位，请改填账号：{'、'.join(user.username for user in found)}。")
        else:
            self.add_error(field, f"没有账号或姓名是“{text}”的人。")
        return None


class AgencyForm(forms.Form):
    kind = forms.ChoiceField(label="类别", choices=AgencyKind)
    name = forms.CharField(label="部门名称", max_length=120, help_text="全称，如“市南区人力资源和社会保障局”。")
    region_code = forms.RegexField(
        r"^\d{6}(\d{3})?$",
        label="行政区划代码",
        required=False,
        empty_value="",
        help_text="留空时与登记单位相同。",
        error_messages={"invalid": "应为 6 位或 9 位数字。"},
    )
    address = forms.CharField(label="地址", max_length=200, required=False)
    phone = OfficePhoneField(label="办公电话", required=False)


class LiaisonForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=40)
    position = forms.CharField(label="职务", max_length=60, required=False)
    phone = OfficePhoneField(label="电话")


class DismissForm(forms.Form):
    last_day = forms.DateField(
        label="最后一天",
        help_text="这一天结束后不再有这项职责。",
        validators=[MaxValueValidator(LATEST, "日期过晚，请核对年份。")],
    )


class AwayForm(forms.Form):
    since = forms.DateField(label="离岗起", help_text="当天起计。")
    until = forms.DateField(
        label="离岗止",
        help_text="含当天，次日自动返岗。",
        validators=[MaxValueValidator(LATEST, "日期过晚，请核对年份。")],
    )


class WorkbookForm(forms.Form):
    file = forms.FileField(label="工作簿（.xlsx）")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise forms.ValidationError("请上传 .xlsx 工作簿；.xls 请先另存为 .xlsx。")
        if file.size > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(f"文件超过 {settings.IMPORT_MAX_BYTES // 2**20} MB，请分几次导入。")
        return file


class SearchForm(forms.Form):
    q = forms.CharField(required=False)


class UnitsForm(SearchForm):
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *UnionKind.choices])
    below = forms.CharField(label="上级单位编码", max_length=20, required=False)
    no_duty = forms.BooleanField(label="未公布值班人员或电话", required=False)


class AccountsForm(SearchForm):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("active", "在用"), ("disabled", "已停用")]
    )


class EventsForm(SearchForm):
    by = forms.CharField(label="操作人", required=False, help_text="账号或姓名")
    since = forms.DateField(label="起", required=False)
    until = forms.DateField(label="止", required=False)


class CommitteeForm(OneOfSeveralForm):
    name = forms.CharField(label="委员会名称", max_length=120)
    since = DayField(label="成立、换届日期")
    until = DayField(label="届满日期", past=False)


class SupervisorForm(OneOfSeveralForm):
    name = forms.CharField(label="姓名", max_length=40)
    post = forms.ChoiceField(label="职务", choices=SupervisorPost, initial=SupervisorPost.SUPERVISOR)
    certificate = forms.CharField(label="监督员证号", max_length=40)
    since = DayField(label="任期起")
    until = DayField(label="任期止", past=False)


class ReleaseForm(PlainForm):
    on = DayField(label="免职日期")


class PicksSupervisors(PlainForm):
    """A form that names supervisors: chosen from the register (`picked`), and others typed into the field `names_in` (QD-7b)."""

    picked = forms.MultipleChoiceField(
        label="劳动法律监督员（从名册选择）", required=False, widget=forms.CheckboxSelectMultiple
    )
    names_in: str

    def offer_supervisors(self, rows: Iterable[Supervisor]) -> None:
        """Offer these; who is named already and stands in the register is chosen, the others stay in the text."""
        labels = {row.name: f"{row.name}（{row.get_post_display()}，证号 {row.certificate}）" for row in rows}
        if not labels:
            del self.fields["picked"]
            return
        self.fields["picked"].choices = list(labels.items())  # type: ignore[attr-defined]
        if "picked" not in self.initial and (text := self.initial.get(self.names_in)):
            named = split_names(text)
            self.initial["picked"] = [name for name in named if name in labels]
            self.initial[self.names_in] = "、".join(name for name in named if name not in labels)

    def offer_register(self, user: User) -> None:
        """Offer those in term at the units where the user inspects, the nearest unit first."""
        here = Supervisor.objects.in_term(self.today).filter(union__path__in=user.paths(Right.INSPECT))
        self.offer_supervisors(here.order_by("-union__depth", "pk")[:MOST_OFFERED])

    def all_named(self, text: str) -> list[str]:
        """Those chosen, then those typed; each once."""
        return list(dict.fromkeys([*self.cleaned_data.get("picked", ()), *split_names(text)]))
