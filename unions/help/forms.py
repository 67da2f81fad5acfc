from __future__ import annotations

from typing import Any, cast

from django import forms

from unions.common.form_fields import DayField, PlainForm
from unions.help.announcements import published_at
from unions.models import User
from unions.people.forms import UnitField


class AnnouncementForm(PlainForm):
    union = UnitField(label="发布单位", help_text="该单位和所辖单位的人员都会看到。输入单位名称或编码。")
    title = forms.CharField(label="标题", max_length=60)
    text = forms.CharField(label="内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 5}))
    since = DayField(label="起", past=False)
    until = DayField(label="止", past=False, help_text="最后显示的一天。")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(UnitField, self.fields["union"]).units = published_at(user)
