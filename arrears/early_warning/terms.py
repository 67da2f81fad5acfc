"""Warning signals and findings of inspections → obligations: verify on the spot (YK-1.2), respond (YK-1.3), rectify (SD-2.1b)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from arrears.early_warning.models import WarningSignal
from arrears.inspections.models import Finding
from arrears.inspections.models.checklist import CheckPoint
from arrears.law.obligations.derive import Owed
from arrears.law.obligations.projection import Kept, Tools, batches, keep, write
from arrears.law.obligations.subject import End, Place, Subject
from arrears.law.rules.facts import Facts, Moment
from arrears.law.rules.rulebook import END_OF_DAY
from arrears.law.rules.workdays import named
from unions.models import Union

SHANGHAI = ZoneInfo("Asia/Shanghai")
WITHDRAWN = "预警信息已撤回"
# A finding's term is set on the spot, by no rulebook.
SPOT, RECTIFY, CLAUSE = "inspection", "rectify-finding", "SD-2.1b"


class Places:
    """Unions as holders, each read once."""

    def __init__(self) -> None:
        self._known: dict[int, Place] = {}

    def line(self, path: str) -> tuple[Place, ...]:
        ids = [int(part) for part in path.split(".") if part]
        for unit in Union.objects.filter(pk__in=set(ids) - self._known.keys()):
            label, region = unit.get_kind_display(), unit.region_code or ""
            self._known[unit.pk] = Place(unit.pk, unit.path, unit.kind, label, unit.in_charge().pk, region)
        return tuple(self._known[pk] for pk in ids)


def keep_signals(ids: Collection[int], at: datetime, tools: Tools | None = None) -> Kept:
    """Bring the obligations of these signals into step; inside the caller's transaction."""
    if not ids:
        return Kept()
    rows = WarningSignal.objects.filter(pk__in=ids).select_related("employer", "check_made")
    places = Places()
    subjects = [_subject(row, places.line(row.path)) for row in rows]
    return keep([f"warning:{pk}" for pk in ids], subjects, at, tools or Tools())


def _subject(signal: WarningSignal, line: tuple[Place, ...]) -> Subject:
    moments: dict[str, Moment] = {"signal_received_on": signal.received_on}
    if signal.check_made is not None:
        moments["signal_verified_on"] = signal.check_made.on
    if signal.responded_at is not None:
        moments["signal_responded_on"] = signal.responded_at
    facts = Facts(subject="warning", moments=moments, union_kind=line[-1].kind, region=signal.employer.region_code)
    ended = End(signal.withdrawn_at, WITHDRAWN) if signal.withdrawn_at else None
    return Subject(key=signal.stream, facts=facts, line=line, handling=line[-1], ended=ended)


def keep_findings(ids: Collection[int], at: datetime) -> Kept:
    """The term of each finding is the one set on the spot."""
    rows = Finding.objects.filter(pk__in=ids).select_related("inspection__union")
    places = Places()
    owed = [_rectify(row, places.line(row.inspection.union.path)[-1]) for row in rows]
    return write([f"finding:{pk}" for pk in ids], owed, at)


def _rectify(finding: Finding, holder: Place) -> Owed:
    due_at = datetime.combine(finding.due_on, END_OF_DAY, SHANGHAI)
    what = CheckPoint(finding.point).label if finding.point else "其他问题"
    return Owed(
        subject=f"finding:{finding.pk}",
        rulebook=SPOT,
        rule=RECTIFY,
        case_id=None,
        holder_id=holder.pk,
        path=holder.path,
        officer_id=finding.by_id,
        bearer="检查单位",
        clause=CLAUSE,
        title=f"督促整改：{what}",
        sense="due",
        basis="",
        local=False,
        started_at=finding.at,
        due_at=due_at,
        warn_at=None,
        clock_at=due_at,
        met_at=_begin(finding.closed_on) if finding.closed_on else None,
        lifted_at=None,
        lifted_reason="",
        extended=False,
        provisional=False,
        calendar_version="",
        explanation=f"{named(finding.inspection.on)}检查发现问题，检查时定于 {finding.due_on} 前整改",
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def rebuild(at: datetime, tools: Tools) -> Kept:
    """Every signal's and every finding's terms again."""
    kept = Kept()
    for ids in batches(WarningSignal.objects.all()):
        kept += keep_signals(ids, at, tools)
    for ids in batches(Finding.objects.all()):
        kept += keep_findings(ids, at)
    return kept
