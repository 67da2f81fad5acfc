"""Which edition of a form a period has: the files delivered with the program, and over them what provinces activated.

A period has the edition in force on its last day, whenever it is looked at; so old periods keep theirs.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from django.apps import AppConfig
from django.utils import timezone

from arrears.law.editions.pipeline import Editions
from reporting.forms.files import FOLDER, Form, known, read
from reporting.forms.models import FormEdition, FormText
from unions.common.refusals import Refused


class NoSuchForm(Refused):
    """No form of this key, or none for this day."""

    status = 404


class FormEditions(Editions[Form]):
    """Every edition of every form. A withdrawn one ends, and the one before speaks again."""

    withdrawable = True

    @classmethod
    def load(cls) -> FormEditions:
        """One query; the texts are parsed once per process."""
        return cls.over(known(), FormEdition, _parsed)

    def form_for(self, key: str, day: date) -> Form:
        """Raises NoSuchForm, naming the first day when the form is only used later."""
        if edition := self.speaking(key, day):
            return edition.content
        row = self.rows.get(key)
        if not row:
            raise NoSuchForm(f"没有报表“{key}”，请核对报表代码。")
        later = [edition.first for edition in row if edition.first > day]
        when = f"自 {min(later)} 起的期间才使用" if later else "已经停用"
        raise NoSuchForm(f"《{row[-1].content.title}》{when}，{day} 为止的期间没有这张报表。")


def form_for(key: str, day: date) -> Form:
    """The edition of form `key` for a period that ends on `day`. Raises NoSuchForm. One query."""
    return FormEditions.load().form_for(key, day)


def forms_at(day: date) -> dict[str, Form]:
    """Every form for periods that end on `day`, by key in order. One query."""
    return FormEditions.load().at(day)


def digest(form: Form) -> str:
    """sha256 (hex) of the text the form was read from."""
    return form.digest


def by_digest(key: str, digest: str) -> Form:
    """The form `key` of exactly this text, in force, withdrawn or delivered with an earlier program. Raises NoSuchForm."""
    file = known().get(key)
    if file and file.digest == digest:
        return file
    spoken = (
        FormEdition.objects.filter(key=key, digest=digest, stage__in=FormEdition.standing).values_list("pk").first()
    )
    if spoken:
        return _parsed(spoken[0], key, digest)
    if FormText.objects.filter(key=key, digest=digest).exists():
        return _kept(key, digest)
    raise NoSuchForm(f"没有找到报表“{key}”校验值为 {digest[:8]}… 的格式。")


@lru_cache(maxsize=128)
def _parsed(pk: int, key: str, digest: str) -> Form:
    """An edition never changes: read once per process."""
    return read(FormEdition.objects.values_list("content", flat=True).get(pk=pk), key)


@lru_cache(maxsize=32)
def _kept(key: str, digest: str) -> Form:
    return read(FormText.objects.values_list("content", flat=True).get(digest=digest), key)


def keep_delivered(sender: AppConfig, plan: Any = (), **facts: Any) -> None:
    """After every migration: what is there already stays as it is."""
    if any(backwards for _, backwards in plan or ()):
        return
    at = timezone.now()
    texts = {form.digest: (key, (FOLDER / f"{key}.toml").read_text("utf-8")) for key, form in known().items()}
    rows = [FormText(digest=digest, key=key, content=text, kept_at=at) for digest, (key, text) in texts.items()]
    FormText.objects.bulk_create(rows, ignore_conflicts=True)
