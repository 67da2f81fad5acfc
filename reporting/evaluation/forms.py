"""The filter of an evaluation: which days, which kind of unit, by which notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from arrears.law.rules.rulebook import Rulebook
from arrears.law.scope import Period
from reporting.analysis import BETWEEN, days_asked, period_words, periods_offered, same_of_last_year
from reporting.evaluation.facts import EvaluationPeriod
from unions.common.clock import day_of
from unions.common.form_fields import DayField, PlainForm
from unions.common.refusals import Refused
from unions.models import UnionKind


class EvaluationFilter(PlainForm):
    """A period by its label, or any span of days; without either, this year so far."""

    period = forms.CharField(label="期间", max_length=24, required=False, widget=forms.Select)
    kind = forms.ChoiceField(label="单位类型", required=False)
    book = forms.ChoiceField(label="考核依据", required=False)
    since = DayField(label="从", required=False)
    until = DayField(label="到", required=False, past=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = periods_offered(self.today)
        asked, days = (self.data.get("period") or "").strip(), (self.data.get("since"), self.data.get("until"))
        if not asked and all(days):
            asked = BETWEEN.join(str(day) for day in days)
        if asked and not any(asked == label for _, choices in offered for label, _ in choices):
            offered.insert(0, (asked, _words(asked)))
        self.fields["period"].widget.choices = offered
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs["class"] = "form-select"

    def offer(self, kinds: Sequence[tuple[UnionKind, int]], books: Sequence[Rulebook]) -> None:
        """What there is to choose from; a choice of one is none."""
        self._choose("kind", [(kind.value, f"{kind.label}（{count}）") for kind, count in kinds])
        self._choose("book", [(book.key, f"{book.issuer} {book.number or book.issued.year}") for book in books])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        asked = self.data.get(name)
        if asked and asked not in dict(choices):  # of another unit, from which one came here
            self.data = {key: self.data[key] for key in self.data if key != name}
        if len(choices) < 2:
            del self.fields[name]
        else:
            self.fields[name].choices = [("", choices[0][1]), *choices[1:]]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        since, until, label = data.get("since"), data.get("until"), data.get("period", "").strip()
        if since or until:
            self._check_days(since, until, label)
            data["days"] = (since, until)
            return data
        try:
            data["days"] = days_asked(label or str(self.today.year))
        except Refused as refused:
            self.add_error("period", str(refused))
        else:
            if data["days"][0] > self.today:
                self.add_error("period", f"期间自 {data['days'][0]} 开始，还没有数据，请选今天以前开始的期间。")
        return data

    def _check_days(self, since: Any, until: Any, label: str) -> None:
        if label:
            self.add_error("period", "期间与起止日期只能写一种，请清除其中之一。")
        elif not since or not until:
            self.add_error("until" if since else "since", "起止日期要一起写。")
        elif until < since:
            self.add_error("until", "止日早于起日，请调换或改正。")

    def span(self, now: datetime) -> EvaluationPeriod | None:
        """None where the days could not be read; the form says why."""
        days = self.cleaned_data.get("days") if self.is_valid() else None
        return EvaluationPeriod(days[0], days[1], now) if days else None


def year_before_of(span: EvaluationPeriod) -> EvaluationPeriod:
    """The same days of last year, as far as `span` is known."""
    whole = span.last == span.until and bool(Period(span.since, span.until, span.last).rhythm)
    return EvaluationPeriod(*same_of_last_year(span.since, span.last, whole), span.now, past=True)


def period_name(span: EvaluationPeriod) -> str:
    """2026年, 2026年第3季度, or the days."""
    return str(Period(span.since, span.until, span.last))


def _words(label: str) -> str:
    try:
        return period_words(label)
    except Refused:
        return label


def evaluation_filter(data: QueryDict, now: datetime) -> EvaluationFilter:
    return EvaluationFilter(data, today=day_of(now))
