"""Names of employers: one normal form to compare by, and the characters and bigrams a two-character search needs."""

from __future__ import annotations

from functools import cache

from pypinyin import Style, lazy_pinyin
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as StdnumError

from unions.common.text import narrow, search_key


def name_key(name: str) -> str:
    """What every way of writing one name has in common: no width, case, blanks, punctuation, invisible characters."""
    return search_key(name)


def grams(text: str) -> list[str]:
    """Single characters and bigrams of the normal form, for a GIN-indexed array."""
    key = name_key(text)
    return sorted(set(key) | {key[i : i + 2] for i in range(len(key) - 1)})


def query_grams(text: str) -> list[str]:
    """What an employer's grams must contain to match `text`: its bigrams, or the character itself."""
    key = name_key(text)
    return [key] if len(key) == 1 else sorted({key[i : i + 2] for i in range(len(key) - 1)})


@cache
def _first_letter(character: str) -> str:
    """Of its most usual reading: 海 h. Latin letters and digits stand for themselves."""
    (read,) = lazy_pinyin(character, style=Style.FIRST_LETTER)
    return str(read) if read.isascii() and read.isalnum() else ""


def initials(name: str) -> str:
    """What is typed of a name without an input method: 海风建设 hfjs."""
    return "".join(map(_first_letter, name_key(name)))


SHORTEST_INITIALS = 3


def initial_grams(letters: str) -> list[str]:
    """Runs of three letters, kept beside the grams of the name itself, which are shorter."""
    return sorted({letters[i : i + SHORTEST_INITIALS] for i in range(len(letters) - SHORTEST_INITIALS + 1)})


def uscc_fault(code: str) -> str | None:
    """Why `code` is no 统一社会信用代码, in Chinese; None when it is one.

    stdnum refuses codes that begin with A, N or Y, which exist: for those only length, letters and check digit count.
    """
    try:
        compact = uscc.compact(narrow(code)).upper()
        if compact[:1] in "ANY" and len(compact) == 18:
            good = compact[-1] == uscc.calc_check_digit(compact[:-1])
        else:
            good = bool(uscc.validate(compact))
    except (StdnumError, ValueError, KeyError):
        good = False
    return None if good else "统一社会信用代码应为 18 位数字或大写字母，且校验码相符，请核对营业执照。"
