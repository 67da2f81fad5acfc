"""What a password may not be made of."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

from unions.common.text import search_key
from unions.models import User

# What everybody in this work thinks of first, as typed with and without an input method.
WORDS = (
    "工会",
    "欠薪",
    "薪报",
    "总工会",
    "gonghui",
    "zonggonghui",
    "qianxin",
    "xinbao",
    "nongmingong",
    "admin",
    "password",
)
FEWEST_OTHER = 6  # characters that must be left when such words are taken away


class NoWordsOfTheTrade:
    """Refuses a password that is little more than a word of this work, the person's account or name, a place and a year."""

    def validate(self, password: str, user: Any = None) -> None:
        rest = search_key(password)
        for word in sorted((*WORDS, *_words_of(user)), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(re.sub(r"(19|20)\d\d|123(456)?(78)?9?|888+|666+", "", rest)) < FEWEST_OTHER:
            raise ValidationError(
                "密码主要由工会、欠薪、单位、账号、年份等容易猜到的内容组成，请另换一个。", code="words_of_the_trade"
            )

    def get_help_text(self) -> str:
        return "不要用单位名称、账号、“工会”“欠薪”等词加年份组成密码。"


def _words_of(user: Any) -> set[str]:
    if not isinstance(user, User) or user.pk is None:
        return set()
    said = [user.username, user.name, *re.split(r"[-_.@]", user.username)]
    said += user.appointments.values_list("union__name", flat=True)
    said += [name.removesuffix("总工会").removesuffix("工会") for name in said]
    return {word for one in said if len(word := search_key(one)) > 1}
