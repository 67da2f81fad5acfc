"""Which edition of a form a period has: the files delivered with the program, and over them what provinces activated.

A period has the edition in force on its last day, whenever it is looked at; so old periods keep theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from reporting.forms.files import Form, known, read
from reporting.forms.models import SPOKEN, FormEdition, FormText
from unions.common.refusals import Refused


class NoSuchForm(Refused):
    """No form of this key, or none for this day."""

    status = 404


@dataclass(frozen=True)
class Edition:
    """`number` 1 is the first of its key. `upload` 0: the file delivered with the program, in force since ever."""

    form: Form
    number: int
    first: date
    last: date | None
    upload: int = 0

    def speaks_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class Shelf:
    """All editions by key, the newest last, as the database stood at one moment."""

    def __init__(self, rows: dict[str, list[Edition]]) -> None:
        self.rows = rows

    def speaking(self, key: str, day: date) -> Edition | None:
        """The edition for a period that ends on `day`: of those in force, the one activated for the latest day."""
        here = [edition for edition in self.rows.get(key, ()) if edition.speaks_on(day)]
        return here[-1] if here else None

    def form_for(self, key: str, day: date) -> Form:
        """Raises NoSuchForm, naming the first day when the form is only used later."""
        if edition := self.speaking(key, day):
            return edition.form
        row = self.rows.get(key)
        if not row:
            raise NoSuchForm(f"没有报表「{key}」，请核对报表代码。")
        later = [edition.first for edition in row if edition.first > day]
        when = f"自 {min(later)} 起的期间才使用" if later else "已经停用"
        raise NoSuchForm(f"《{row[-1].form.title}》{when}，{day} 为止的期间没有这张报表。")

    def forms_at(self, day: date) -> dict[str, Form]:
        found = ((key, self.speaking(key, day)) for key in sorted(self.rows))
        return {key: edition.form for key, edition in found if edition}

    def newest(self, key: str) -> Edition | None:
        """The edition activated for the latest day and not withdrawn."""
        open_ended = [edition for edition in self.rows.get(key, ()) if edition.last is None]
        return open_ended[-1] if open_ended else None


def shelf() -> Shelf:
    """One query; the texts are parsed once per process."""
    rows = {key: [Edition(form, 1, date.min, None)] for key, form in known().items()}
    spoken = FormEdition.objects.filter(stage__in=SPOKEN).order_by("active_from", "decided_at", "id")
    facts = spoken.values_list("pk", "key", "digest", "active_from", "active_until")
    for pk, key, sha256, first, last in facts:
        assert first is not None  # the database holds an active row to its day
        row = rows.setdefault(key, [])
        row.append(Edition(_parsed(pk, key, sha256), len(row) + 1, first, last, pk))
    return Shelf(rows)


def form_for(key: str, day: date) -> Form:
    """The edition of form `key` for a period that ends on `day`. Raises NoSuchForm. One query."""
    return shelf().form_for(key, day)


def forms_at(day: date) -> dict[str, Form]:
    """Every form for periods that end on `day`, by key in order. One query."""
    return shelf().forms_at(day)


def digest(form: Form) -> str:
    """sha256 (hex) of the text the form was read from."""
    return form.digest


def by_digest(key: str, digest: str) -> Form:
    """The form `key` of exactly this text, in force, withdrawn or delivered with an earlier program. Raises NoSuchForm."""
    file = known().get(key)
    if file and file.digest == digest:
        return file
    spoken = FormEdition.objects.filter(key=key, digest=digest, stage__in=SPOKEN).values_list("pk").first()
    if spoken:
        return _parsed(spoken[0], key, digest)
    if FormText.objects.filter(key=key, digest=digest).exists():
        return _kept(key, digest)
    raise NoSuchForm(f"没有找到报表「{key}」校验值为 {digest[:8]}… 的格式。")


@lru_cache(maxsize=128)
def _parsed(pk: int, key: str, digest: str) -> Form:
    """An edition never changes: read once per process."""
    return read(FormEdition.objects.values_list("content", flat=True).get(pk=pk), key)


@lru_cache(maxsize=32)
def _kept(key: str, digest: str) -> Form:
    return read(FormText.objects.values_list("content", flat=True).get(digest=digest), key)
