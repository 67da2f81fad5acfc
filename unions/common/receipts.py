"""Numbers and codes on paper in the hands of somebody without an account: drawn at random, read back from what she types."""

from __future__ import annotations

import secrets

from unions.common.text import narrow

NUMBER_DIGITS, PIN_DIGITS = 12, 8


def new_number() -> str:
    """Twelve digits; one number says nothing of the next."""
    return f"{1 + secrets.randbelow(9)}{secrets.randbelow(10 ** (NUMBER_DIGITS - 1)):0{NUMBER_DIGITS - 1}}"


def new_pin() -> str:
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"


def digits(text: str) -> str:
    """What was typed as digits only, full-width ones included."""
    return "".join(sign for sign in narrow(text[:60]) if sign.isascii() and sign.isdigit())


def in_groups(number: str) -> str:
    """As it is read out and typed: 4821 7730 5516."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
