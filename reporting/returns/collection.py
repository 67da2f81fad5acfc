"""A collection (下级报送): the returns of one entry and period that one unit receives, and their sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from arrears.law.scope import Period, Scope
from reporting.forms.files import Form
from reporting.forms.tabulate import Raw
from reporting.returns.filling import FilledReturn, add_up, form_of, stored_lines
from reporting.returns.models import (
    IMPLIED_ZERO,
    SENT_LATE,
    SIGNED_ZERO,
    Return,
    ReturnQuerySet,
    ReturnStage,
    ReturnVersion,
    is_awaited,
    is_missing,
)
from unions.models import Union

SIGNERS = ("current__signed_by", "current__signed_for", "current__approved_by", "current__approved_for")


@dataclass(frozen=True)
class ReturnCollection:
    """The returns of one rulebook entry and period sent to `receiver`. `rows`: every return expected, by unit code."""

    rulebook: str
    rule: str
    period: str
    receiver: Union
    rows: list[Return]
    now: datetime

    @property
    def one(self) -> Return:
        return self.rows[0]

    @property
    def expected(self) -> list[Return]:
        return [row for row in self.rows if row.stage != ReturnStage.WAIVED]

    @property
    def received(self) -> list[Return]:
        return [row for row in self.rows if row.stage == ReturnStage.RECEIVED]

    @property
    def to_receive(self) -> list[Return]:
        return [row for row in self.rows if row.stage == ReturnStage.SUBMITTED]

    @property
    def on_time(self) -> list[Return]:
        return [row for row in self.rows if row.submitted_at and not row.late()]

    @property
    def late(self) -> list[Return]:
        return [row for row in self.rows if row.late()]

    @property
    def in_hand_again(self) -> list[Return]:
        """Sent once, and at the unit again: sent back, or being amended. With received, to receive, implied, missing and
        waiting these are all that is expected."""
        settled = (ReturnStage.RECEIVED, ReturnStage.SUBMITTED)
        return [row for row in self.expected if row.submitted_at and row.stage not in settled]

    @property
    def zeros(self) -> list[Return]:
        """Signed as zero."""
        return [row for row in self.expected if row.signed_zero]

    @property
    def implied(self) -> list[Return]:
        """Taken for zero, since nothing was sent."""
        return [row for row in self.rows if row.implied_zero]

    @property
    def contradicted(self) -> list[Return]:
        return [row for row in self.rows if row.contradicted_at]

    @property
    def missing(self) -> list[Return]:
        return [row for row in self.rows if row.missing(self.now)]

    @property
    def waiting(self) -> list[Return]:
        """Not sent, not yet due."""
        return [row for row in self.rows if row.expects_something and not row.missing(self.now)]

    @property
    def form(self) -> Form:
        """The edition of the form that the period has. One query."""
        return form_of(self.one)

    @property
    def scope(self) -> Scope:
        return Scope(self.receiver, Period(self.one.first, self.one.last, self.one.last))

    @property
    def versions(self) -> list[ReturnVersion]:
        """The current versions: approved and not sent back."""
        return [_with_report(row.current, row) for row in self.rows if row.current]

    @property
    def of_other_layout(self) -> list[ReturnVersion]:
        """Versions signed in another edition of the form, replaced within the period: they cannot be added up."""
        digest = self.form.digest
        return [version for version in self.versions if version.form_digest != digest]

    def summed(self) -> FilledReturn:
        """The sum of the current versions, without those of another layout."""
        form = self.form
        return add_up(form, self.scope, [version for version in self.versions if version.form_digest == form.digest])

    def received_below(self) -> dict[int, tuple[int, int]]:
        """Unit that collects the same itself → how many returns it received, of how many. One query."""
        rows = self._of_period().filter(receiver__in=[row.union_id for row in self.rows])
        done, of = Count("pk", filter=Q(stage=ReturnStage.RECEIVED)), Count("pk", filter=~Q(stage=ReturnStage.WAIVED))
        counts = rows.order_by().values("receiver").annotate(done=done, of=of)
        return {one["receiver"]: (one["done"], one["of"]) for one in counts}

    def onward_return(self) -> Return | None:
        """The receiver's own return, added up from these; None where nothing is sent on."""
        rows = self._of_period().filter(union=self.receiver, compiles=True)
        return rows.select_related("union", "receiver", *SIGNERS).first()

    def outdated_units(self, version: ReturnVersion) -> list[OutdatedUnit]:
        """Units that sent something else since the compilation `version` was signed. One query."""
        taken = dict(ReturnVersion.objects.filter(pk__in=version.sources).order_by().values_list("report_id", "number"))
        left_out = {one.report_id for one in self.of_other_layout}
        current = {row.pk: row.current.number if row.current else None for row in self.rows}
        return [
            OutdatedUnit(row, taken.get(row.pk), current[row.pk])
            for row in self.rows
            if taken.get(row.pk) != current[row.pk] and row.pk not in left_out
        ]

    def _of_period(self) -> ReturnQuerySet:
        return Return.objects.of_period(self.rulebook, self.rule, self.period)


def collection_of(receiver: Union, rulebook: str, rule: str, period: str, now: datetime) -> ReturnCollection | None:
    """What `receiver` collects; None where nothing was ever expected."""
    rows = list(
        Return.objects.of_period(rulebook, rule, period)
        .filter(receiver=receiver)
        .select_related("union", "receiver", *SIGNERS)
        .order_by("union__code")
    )
    return ReturnCollection(rulebook, rule, period, receiver, rows, now) if rows else None


def collection_rows(returns: QuerySet[Return], now: datetime) -> QuerySet[Return, Any]:
    """One row (a dict) per receiver, entry and period of `returns`, the newest first.

    rulebook, rule, period, receiver, receiver__code, receiver__name; title, clause, due_at, first, last; and how many were
    expected, which is received, to_receive, again (in hand again), implied, missing and waiting; and how many of them are
    late, zeros (signed), contradicted.
    """
    expected, settled = ~Q(stage=ReturnStage.WAIVED), Q(stage__in=[ReturnStage.RECEIVED, ReturnStage.SUBMITTED])
    of = {
        "expected": expected,
        "again": expected & Q(submitted_at__isnull=False) & ~settled,
        "implied": IMPLIED_ZERO,
        "received": Q(stage=ReturnStage.RECEIVED),
        "to_receive": Q(stage=ReturnStage.SUBMITTED),
        "late": SENT_LATE,
        "zeros": expected & SIGNED_ZERO,
        "missing": is_missing(now),
        "waiting": is_awaited(now),
        "contradicted": Q(contradicted_at__isnull=False),
    }
    return (
        returns.filter(receiver__isnull=False, compiles=False)
        .order_by()
        .values("rulebook", "rule", "period", "receiver", "receiver__code", "receiver__name")
        .annotate(
            title=Max("title"),
            clause=Max("clause"),
            due=Max("due_at"),
            begins=Min("first"),
            ends=Max("last"),
            **{name: Count("pk", filter=which) for name, which in of.items()},
        )
        .order_by("-due", "rulebook", "rule", "period", "receiver__code")
    )


# ---- sent on ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutdatedUnit:
    """A unit whose current figures a compilation does not have. `compiled`: number of the version it took, `stands`: of the
    current one; None: none."""

    report: Return
    compiled: int | None
    stands: int | None


def _with_report(version: ReturnVersion, report: Return) -> ReturnVersion:
    version.report = report
    return version


def parts_of_figure(
    versions: Iterable[ReturnVersion], form: Form, row: int, column: int
) -> list[tuple[ReturnVersion, list[Raw]]]:
    """The row of each version behind one figure of the sum, the greatest figure first: the first step down from the compilation."""
    gave = [(version, stored_lines(version)[row]) for version in versions if version.form_digest == form.digest]
    return sorted(gave, key=lambda one: one[1][column], reverse=True)
