"""What is asked for upon many cases."""

from __future__ import annotations

from typing import Any

from django import forms

from arrears.bulk.models import BulkKind
from unions.common.form_fields import PlainForm
from unions.models import User


class BulkForm(PlainForm):
    kind = forms.ChoiceField(label="办理", choices=BulkKind.choices, widget=forms.RadioSelect)
    officer = forms.ChoiceField(label="新经办人", required=False)
    reason = forms.CharField(
        label="原因", max_length=200, help_text="如：按片区分派、王某休产假、临近春节。记入每一件的办理记录。"
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, colleagues: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(user.pk): user for user in colleagues}
        choices = [("", "请选择"), *((pk, user.name) for pk, user in self.colleagues.items())]
        self.fields["officer"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The token is the page's, not the reader's: what is wrong with it is said of the page."""
        if self.errors.pop("token", None):
            self.add_error(None, "页面已过期或不完整，没有办理。请回到案件列表，重新选择案件后再办理。")
        return self.cleaned_data

    def officer_chosen(self) -> User | None:
        return self.colleagues.get(self.cleaned_data["officer"])
