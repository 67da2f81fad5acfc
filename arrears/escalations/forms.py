"""The form of a report upward."""

from __future__ import annotations

from typing import Any

from django import forms

from arrears.escalations.grounds import EscalationGround
from unions.common.form_fields import PlainForm
from unions.models import Union


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
