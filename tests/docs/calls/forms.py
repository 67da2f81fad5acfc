from django import forms

from unions.common.form_fields import PlainForm


class CallForm(PlainForm):
    text = forms.CharField(label="通话", max_length=200)
