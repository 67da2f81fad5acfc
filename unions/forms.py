"""Forms of the pages about units and people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm


class SignInForm(AuthenticationForm):
    username = forms.CharField(label="账号", max_length=60, widget=forms.TextInput(attrs={"autofocus": True}))
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": "账号或密码不对，请核对后再试（密码区分大小写）。",
        "inactive": "这个账号已停用，请联系安全管理员。",
    }


class OwnPasswordForm(SetPasswordForm):
    """The present password, then the new one twice."""

    present = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password1 = forms.CharField(
        label="新密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 10 个字符，不能全是数字，不要用姓名、账号或常见密码。",
    )  # fmt: skip
    new_password2 = forms.CharField(
        label="再输一次新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
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
