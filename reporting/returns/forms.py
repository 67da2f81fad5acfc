"""What people fill in on the pages of a return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django_filters import ChoiceFilter

from arrears.law.editions.rulebook_editions import books_named
from arrears.law.obligations.applicable import concerning
from reporting.returns.actions import MOVES
from reporting.returns.models import ReturnQuerySet, ReturnStage, is_awaited
from unions.common.form_fields import DayField, PlainForm
from unions.filters import ListFilter, WithinUnit, Words
from unions.models import User

MOST_WORDS = 4000
LATE, MISSING, ZERO = "late", "missing", "zero"
STATES = [
    ("open", "待填报（未到期）"),
    (MISSING, "漏报"),
    ("signed", "待审批"),
    ("submitted", "待接收"),
    ("received", "已接收"),
    ("returned", "已退回"),
    ("amending", "更正中"),
    (LATE, "迟报"),
    (ZERO, "零报告"),
    ("implied", "推定零报告"),
    ("waived", "免报"),
]


def _area(label: str, *, required: bool = True, rows: int = 3, most: int = 1000) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows}))


class OfRulebook(ListFilter):
    """A list narrowed by rulebook: those that ask for returns and concern the reader."""

    rulebook = ChoiceFilter("rulebook", label="依据")

    def __init__(self, data: Any, rows: Any, user: User, now: datetime) -> None:
        super().__init__(data, rows, user, now)
        asking = [book for book in concerning(user, self.today) if book.returns]
        self.filters["rulebook"].extra["choices"] = books_named(asking)


class ReturnFilter(OfRulebook):
    unit = WithinUnit(label="填报单位（编码或名称）")
    rulebook = ChoiceFilter("rulebook", label="依据")
    state = ChoiceFilter(label="状态", choices=STATES, method="in_state")
    period = Words(
        lambda text: Q(period=text.upper()),
        label="期间",
        max_length=24,
        widget=forms.TextInput(attrs={"placeholder": "如 2022-W40、2022-10、2022Q4", "autocomplete": "off"}),
    )

    def in_state(self, rows: ReturnQuerySet, name: str, value: str) -> ReturnQuerySet:
        return _in_state(rows, value, self.now)


class CollectionFilter(OfRulebook):
    period = Words("period__iexact", label="期间", max_length=24, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    rulebook = ChoiceFilter("rulebook", label="依据")


def _in_state(rows: ReturnQuerySet, state: str, now: Any) -> ReturnQuerySet:
    if state == MISSING:
        return rows.missing(now)
    if state == LATE:
        return rows.sent_late()
    if state == ZERO:
        return rows.filter(current__nil=True)
    if state == ReturnStage.OPEN:
        return rows.filter(is_awaited(now), stage=state)
    return rows.filter(stage=state)


class ReturnMoveForm(PlainForm):
    """The reason of a move that asks one; the opinion of who approves."""

    reason = _area("原因")

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=None, auto_id=f"id_{name}_%s", **kwargs)
        if name in ("approve", "decline"):
            self.fields["reason"].label = "意见"
        if name in ("sign", "sign_zero"):
            self.fields["reason"].label = "情况说明"
        if name in ("approve", "sign", "sign_zero"):
            self.fields["reason"].required = False
        elif "reason" not in MOVES[name].asks:
            del self.fields["reason"]


class CorrectionForm(PlainForm):
    """One figure by hand, raw. An empty reason is refused by the core, which knows whether the figure was changed."""

    given = forms.CharField(
        label="填报数", max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    reason = forms.CharField(label="理由", max_length=300, required=False)


class WordsForm(PlainForm):
    """The words beside the figures: one box per heading of the form, named w0, w1 …"""

    def __init__(self, *args: Any, headings: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = [heading for heading, _ in headings]
        for number, (heading, hint) in enumerate(headings):
            box = _area(heading, required=False, rows=5, most=MOST_WORDS)
            box.help_text = hint
            box.error_messages["max_length"] = "最多 %(limit_value)d 个字，现有 %(show_value)d 个。"
            self.fields[f"w{number}"] = box

    def words(self) -> dict[str, str]:
        """Heading → words; of a valid form."""
        return {
            heading: str(self.cleaned_data[f"w{number}"]).replace("\r\n", "\n").strip()
            for number, heading in enumerate(self.headings)
        }


class WaiverForm(PlainForm):
    until = DayField(label="有效期至", past=False)
    reason = _area("免报理由")

    def __init__(self, *args: Any, last: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"until": last})
        super().__init__(*args, auto_id="id_waiver_%s", **kwargs)


@dataclass
class RefusedInput:
    """What was typed on the page of a return and refused, shown again with its errors."""

    move: tuple[str, ReturnMoveForm] | None = None
    correction: tuple[CorrectionForm, int, int] | None = None
    words: WordsForm | None = None
    waiver: WaiverForm | None = None
    stale: str = ""
    gone: list[tuple[str, str]] = field(default_factory=list)  # what the layout of the page has no place for any more
