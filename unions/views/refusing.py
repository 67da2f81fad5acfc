"""A refusal of the domain, shown at the field it is about."""

from django.forms import Form

from unions.refusals import Refused


def refuse(form: Form, refusal: Refused) -> None:
    """Put the refusal's sentences beside their fields, the sentence itself above where no field of ours is named."""
    ours = {name: words for name, words in refusal.fields.items() if name in form.fields}
    for name in ours:
        form.add_error(name, refusal.message)
    if not ours:
        form.add_error(None, refusal.message)
