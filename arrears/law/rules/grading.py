"""What several warning signals about one employer add up to, by a rulebook's [[grade]] entry, with every reason said. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from arrears.law.rules.rulebook import Grade, GradeLevel
from arrears.law.rules.vocabulary import OWN_SIGNALS

CENT = Decimal("0.01")
OWN_SOURCE = "本系统"
OTHERS = Decimal(1)  # a kind the entry does not weigh


@dataclass(frozen=True)
class Signal:
    """One signal. `label` and `source` are words for people; `unfounded`: a visit showed that it is not so."""

    kind: str
    label: str
    source: str
    on: date
    unfounded: bool = False


@dataclass(frozen=True)
class Matter:
    """One row of our own books about an employer, of a kind of vocabulary.OWN_SIGNALS; `path`: of the unit whose row it is.

    `lasting`: it stands until it is put right and weighs as of today; else it is as old as `on`. `said`, `url`: for people.
    """

    employer: int
    path: str
    kind: str
    on: date
    said: str
    url: str
    lasting: bool = False


@dataclass(frozen=True)
class Reason:
    """What one signal adds today, and the sentence that says so; `points` 0 where it adds nothing any more."""

    points: Decimal
    said: str


@dataclass(frozen=True)
class Graded:
    """`rank` counts the levels from 1, the mildest; 0 and "" below all of them. Reasons: the weightiest first."""

    level: str
    rank: int
    score: Decimal
    reasons: tuple[Reason, ...]


def grade(signals: Iterable[Signal], entry: Grade, today: date) -> Graded:
    """The grade of an employer on `today`. What lies after `today` is not known yet."""
    weights = dict(entry.weights)
    reasons = [
        _reason(signal, weights.get(signal.kind, OTHERS), entry.decay_days, today)
        for signal in signals
        if signal.on <= today
    ]
    reasons.sort(key=lambda reason: reason.points, reverse=True)
    score = sum((reason.points for reason in reasons), Decimal(0))
    count = sum(reason.points > 0 for reason in reasons)
    reached = [rank for rank, level in enumerate(entry.levels, 1) if _reaches(level, score, count)]
    rank = max(reached, default=0)
    return Graded(entry.levels[rank - 1].label if rank else "", rank, score, tuple(reasons))


def own_signals(matters: Iterable[Matter], entry: Grade, today: date) -> list[Signal]:
    """What our own books raise by `entry` on `today`: one signal for each kind of which there are enough rows (SD-2.1a)."""
    known, raised = [one for one in matters if one.on <= today and _counts(one, entry, today)], []
    for kind, least in entry.own:
        rows = [one for one in known if one.kind == kind]
        if len(rows) < least or not rows:
            continue
        first, last = min(one.on for one in rows), max(one.on for one in rows)
        since = f"{len(rows)} 条，自 {first} 起" if first != last else f"{len(rows)} 条"
        on = today if rows[0].lasting else last
        raised.append(Signal(kind, f"{OWN_SIGNALS[kind]}（{since}）", OWN_SOURCE, on))
    return raised


def _counts(matter: Matter, entry: Grade, today: date) -> bool:
    return matter.lasting or entry.decay_days is None or (today - matter.on).days < entry.decay_days


def points_left(weight: Decimal, age_days: int, decay_days: int | None) -> Decimal:
    """A signal weighs less day by day, in a straight line, and nothing after `decay_days`. Two places."""
    if decay_days is None:
        return weight
    left = max(decay_days - age_days, 0)
    return (weight * left / decay_days).quantize(CENT, ROUND_HALF_UP)


def _reason(signal: Signal, weight: Decimal, decay_days: int | None, today: date) -> Reason:
    said = f"{signal.label} {signal.on} {signal.source}"
    if signal.unfounded:
        return Reason(Decimal(0), f"{said} 不计（经核实不属实）")
    points = points_left(weight, (today - signal.on).days, decay_days)
    said = f"{said} +{_plain(weight)}"
    if points == 0:
        return Reason(points, f"{said}（已满{decay_days}日，不再计分）")
    return Reason(points, said if points == weight else f"{said}（已衰减至 {_plain(points)}）")


def _reaches(level: GradeLevel, score: Decimal, count: int) -> bool:
    by_points = level.points_from is not None and score >= level.points_from
    by_count = level.signals_from is not None and count >= level.signals_from
    return by_points or by_count


def _plain(points: Decimal) -> str:
    """2, 1.5, 0.75: without idle zeros."""
    return format(points.normalize(), "f")
