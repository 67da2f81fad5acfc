"""The form of a report upward."""

from __future__ import annotations

from typing import Any

from django import forms

from arrears.escalations.grounds import EscalationGround
from unions.common.form_fields import PlainForm
from unions.models import Union

HERE, BELOW = "here", "below"


class ReceiveForm(PlainForm):
    """The receiver's answer to a report: who handles the case from now on, and an opinion. Nothing is chosen for her."""

    handled_by = forms.ChoiceField(
        label="接收后由谁办理",
        choices=[
            (HERE, "由本级办理：本单位为承办单位，您为经办人，此后由本级转办、提请办结"),
            (BELOW, "仍由下级办理：承办单位不变，本级掌握情况、指导督办，需要时可再提级"),
        ],
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(label="意见", widget=forms.Textarea, max_length=2000, required=False)

    def __init__(self, *args: Any, returning: bool = False, **kwargs: Any) -> None:
        """`returning`: the report is sent back, nobody has to say who handles it then."""
        super().__init__(*args, **kwargs)
        self.fields["handled_by"].error_messages["required"] = "请选择接收后由谁办理。"
        self.fields["handled_by"].required = not returning


class TakeOverForm(PlainForm):
    """Why a case whose report was received before is handled above after all."""

    reason = forms.CharField(label="原因", widget=forms.Textarea, max_length=2000)


class EscalateForm(PlainForm):
    sender = forms.ChoiceField(label="上报单位")
    ground = forms.ChoiceField(label="上报依据", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="上报说明", widget=forms.Textarea, max_length=5000, required=False, help_text="需要上级知道或协调的事项。"
    )

    def __init__(self, *args: Any, senders: list[Union], grounds: list[EscalationGround], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.senders = {str(unit.pk): unit for unit in senders}
        self.fields["sender"].choices = [(pk, unit.name) for pk, unit in self.senders.items()]  # type: ignore[attr-defined]
        self.fields["ground"].choices = [(row.key, row.label) for row in grounds]  # type: ignore[attr-defined]
        self.fields["ground"].error_messages["invalid_choice"] = "所选依据与案件事实不符，请重新选择。"
