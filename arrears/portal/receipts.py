"""The receipt: a number and a PIN, both random. Only a hash of the PIN is kept; it is shown once.

A wrong number and a wrong PIN take the same steps and get the same answer, so nobody learns which letters there are.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing

from arrears.portal.models import WindowLetter
from unions.common.receipts import digits

FORM_LIFETIME = timedelta(days=1)
_SALT = "arrears.portal.form"


def find(number: str, pin: str) -> WindowLetter | None:
    """The letter of that number, for whoever knows its PIN."""
    letter = WindowLetter.objects.filter(number=digits(number)).first()
    fits = check_password(digits(pin), letter.pin if letter else _nobodys())
    return letter if letter and fits else None


@cache
def _nobodys() -> str:
    """A hash that takes as long to check as a true one."""
    return make_password(secrets.token_hex(16))


# ---- the form: sent twice, it is one letter ---------------------------------------------------------------------------


def new_form() -> str:
    return signing.dumps(secrets.token_hex(16), salt=_SALT)


def form_print(token: str) -> str | None:
    """What a form is known by; None when it is not of ours or too old."""
    try:
        own = signing.loads(token, salt=_SALT, max_age=FORM_LIFETIME)
    except signing.BadSignature:
        return None
    return hashlib.sha256(str(own).encode()).hexdigest()
