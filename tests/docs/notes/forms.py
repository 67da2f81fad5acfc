from django import forms

from unions.common.form_fields import PlainForm


class NoteForm(PlainForm):
    text = forms.CharField(label="备注", max_length=200)
