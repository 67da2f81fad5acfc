"""What workers' letters give other apps: blockers and waits of a case, merging, likenesses by phone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from arrears.cases.closing_blockers import Blocker, Lack, has
from arrears.cases.merge_relations import MergeRelation
from arrears.cases.models import Case, Channel
from arrears.law.rules.grading import Matter
from arrears.portal.models import LetterStanding, WindowLetter
from unions.common.clock import day_of
from unions.duties import Duty
from unions.log import audit
from unions.models import User
from unions.people.rights import Right, RoleName


def _withdrawals(case: Case) -> list[Lack]:
    rows = case.window_letters.filter(withdrawal_asked_at__isnull=False)
    return [
        Lack(f"职工通过窗口要求撤回（{row}），尚未电话回访本人，请先回访并登记结果。", row.get_absolute_url())
        for row in rows
    ]


def _unanswered(now: datetime) -> QuerySet[WindowLetter]:
    return WindowLetter.objects.waiting().annotate(duty_unit=Coalesce("case__handling_union", "union"))


ANSWERING = Duty("answer-worker", RoleName.OFFICER, "职工来信待处理", (Right.HANDLE,), _unanswered)
WITHDRAWN = Blocker(has("window_letters", withdrawal_asked_at__isnull=False), _withdrawals)


def unread(case: Case) -> list[str]:
    """List (Chinese) the letters of the case that wait for an answer."""
    return [f"{row}有未答复的留言" for row in case.window_letters.filter(unread=True)]


def numbers_of(case: Case) -> tuple[list[str], list[str]]:
    """Return the phone numbers of the letters of a case. One query."""
    return [row.phone.text for row in case.window_letters.only("case", "phone")], []


def by_phone(prints: Collection[str], but: int | None, but_letter: int | None, most: int) -> list[WindowLetter]:
    """Return letters that left a phone with one of these prints, the newest first; nothing is opened."""
    rows = WindowLetter.objects.filter(phone_print__in=prints)
    rows = rows.exclude(pk=but_letter) if but_letter is not None else rows
    rows = rows.filter(Q(case=None) | ~Q(case=but)) if but is not None else rows
    rows = rows.exclude(case=None, standing=LetterStanding.WITHDRAWN).order_by("-pk")
    return list(rows.select_related("union").defer("words", "name", "phone")[:most])


def seen(letters: Sequence[Any], user: User) -> set[int]:
    """Return the ids of those the reader may see."""
    rows = WindowLetter.objects.visible_to(user).filter(pk__in=[row.pk for row in letters])
    return set(rows.order_by().values_list("pk", flat=True))


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


def complaints(employers: Collection[int] | None, today: date) -> Iterator[Matter]:
    """Letters that came to cases others had begun, each a complaint more (SD-2.1a); a case of the window is its first letter."""
    rows = WindowLetter.objects.filter(case__isnull=False).exclude(standing=LetterStanding.WITHDRAWN)
    if employers is not None:
        rows = rows.filter(case__employer__in=employers)
    begun: set[int] = set()
    for row in rows.select_related("case").order_by("at"):
        assert row.case is not None
        if row.case.channel == Channel.WINDOW and row.case_id not in begun:
            begun.add(row.case.pk)
            continue
        on = min(day_of(row.at), today)
        yield Matter(
            row.case.employer_id, row.case.path, "complaints", on, f"{row}（{row.case}）", row.get_absolute_url()
        )
