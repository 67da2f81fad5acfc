"""Letters of workers follow the matter when cases are merged: whoever handles the case that remains answers them."""

from __future__ import annotations

from datetime import datetime

from arrears.cases.merge_relations import MergeRelation
from arrears.cases.models import Case
from arrears.portal.models import WindowLetter
from unions.log import audit
from unions.models import User


def _along(duplicate: Case, into: Case, by: User, at: datetime) -> list[int]:
    letters = list(duplicate.window_letters.select_for_update(of=("self",)).order_by("pk"))
    for letter in letters:
        _hand(letter, into, by, at)
    return [letter.pk for letter in letters]


def _back(duplicate: Case, into: Case, ids: list[int], by: User, at: datetime) -> None:
    letters = WindowLetter.objects.filter(pk__in=ids, case=into)
    for letter in letters.select_for_update(of=("self",)):
        _hand(letter, duplicate, by, at)


def _hand(letter: WindowLetter, case: Case, by: User, at: datetime) -> None:
    before, letter.case = letter.case_id, case
    letter.changed_at = at
    letter.save(update_fields=["case", "changed_at"])
    audit.record(letter.stream, "taken", by, at, union=case.handling_union, case=case.pk, before=before)
    audit.record(case.stream, "window.taken", by, at, union=case.handling_union, letter_from=letter.pk)


LETTERS = MergeRelation("letters", _along, _back)
