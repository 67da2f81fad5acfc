"""The words a return begins with: composed from its own figures, the month before, open terms and warnings (QH-2c, SD-3.4, SD-R1, YK-1.2).

Figures come from the table of the return itself, so that words and table cannot disagree; what the table does not hold is
computed over the same unit and period. The unit changes the words as it likes: only what it saves is signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from arrears.cases.models import Case
from arrears.early_warning.models import WarningSignal, WarningStanding
from arrears.law.models import Obligation
from arrears.law.rules.rates import FEWEST, Rate
from arrears.law.scope import Period, Scope, chinese_day, days_of
from reporting.forms.files import Form
from reporting.forms.measures import MEASURES, Base, rows_of, value_of
from reporting.forms.table_rows import OWN, REST, rows_for, units_form
from reporting.forms.tabulate import FormTable, Raw, TableLine, compute, days_left, one_moment
from reporting.returns.filling import fill, form_of, scope_of
from reporting.returns.models import Return
from unions.common.formats import people, wan

MOST_NAMED = 3
GRADES = ("红", "橙")


@dataclass(frozen=True)
class DraftRow:
    """One row of a breakdown: open cases, people (人) and money (yuan) not yet resolved. `own`: no unit of its own, but the books of the
    whole itself, or what stands below it beside the units compared: named as part of a sum, never as the worst."""

    name: str
    cases: Raw
    workers: Raw
    amount: Raw
    own: bool = False


LEFT = ("cases_unclosed", "workers_outstanding", "amount_outstanding")


class DraftFacts:
    """What one return says on a day, and what stood before it; every part is read once, when a draft asks for it."""

    def __init__(self, report: Return, day: date) -> None:
        self.report, self.day = report, day
        self.form, self.scope = form_of(report), scope_of(report, day)

    @cached_property
    def table(self) -> FormTable | None:
        return None if self.form.is_list else fill(self.report, self.day).table()

    @cached_property
    def total(self) -> dict[str, Raw]:
        """Measure → its figure in the bottom line of the return."""
        lines = [line for line in self.table.lines if line.stub.total] if self.table else []
        return {figure.column.measure: figure.raw for figure in lines[-1].figures} if lines else {}

    def figure(self, measure: str) -> Raw:
        if measure not in self.total:
            self.total[measure] = whole(self.form, self.scope, [measure])[measure]
        return self.total[measure]

    @cached_property
    def earlier(self) -> Scope:
        """The period of the same length before this one."""
        rhythm = self.scope.period.rhythm or "month"
        first, last = days_of(rhythm, self.scope.since - timedelta(days=1))
        return replace(self.scope, period=Period(first, last, last))

    @cached_property
    def before(self) -> dict[str, Raw]:
        names = ["cases_new", "workers_new", "amount_new", "grave_events"]
        return whole(self.form, self.earlier, names)

    @cached_property
    def by_unit(self) -> list[DraftRow]:
        return left_by_unit(self.form, self.scope)


def drafts_of(report: Return, day: date) -> dict[str, str]:
    """Heading → the words it begins with, for the headings whose form names a draft."""
    facts = DraftFacts(report, day)
    return {section.heading: DRAFTS[section.draft](facts) for section in facts.form.sections if section.draft}


# ---- reading ------------------------------------------------------------------------------------------------------------


def whole(form: Form, scope: Scope, names: list[str]) -> dict[str, Raw]:
    """The figures of the unit and everything below it."""
    scope = scope.counted_from(form.since)
    rows = rows_for(units_form(form), scope)
    with one_moment():
        found = compute([MEASURES[name] for name in names], rows, scope)
    return {name: values[-1] for name, values in found.items() if name in names}


def left_by_unit(form: Form, scope: Scope) -> list[DraftRow]:
    """What is not yet resolved, by unit below, the most cases first; units without any are left out."""
    scope = scope.counted_from(form.since)
    rows = rows_for(units_form(form), scope)
    with one_moment():
        found = compute([MEASURES[name] for name in LEFT], rows, scope)
    cases, workers, amounts = (found[name] for name in LEFT)
    parts = [
        DraftRow(stub.text, cases[nth], workers[nth], amounts[nth], own=stub.key in (OWN, REST))
        for nth, stub in enumerate(rows.stubs[:-1])
    ]
    return sorted((part for part in parts if part.cases), key=lambda part: -part.cases)


def _left_by_row(facts: DraftFacts) -> list[DraftRow]:
    """The same by the smallest rows of the table, the most money first."""
    if facts.table is None or not set(LEFT) <= {column.measure for column in facts.form.columns}:
        return []
    lines = [line for line in facts.table.lines if not line.stub.total and not line.stub.key]
    finest = [line for line in lines if not any(other.stub.takes < line.stub.takes for other in lines)]
    cases, workers, amounts = LEFT
    parts = [
        DraftRow(line.stub.text.removeprefix("其中："), _of(line, cases), _of(line, workers), _of(line, amounts))
        for line in finest
    ]
    return sorted((part for part in parts if part.cases), key=lambda part: -part.amount)


def _of(line: TableLine, measure: str) -> Raw:
    return next(figure.raw for figure in line.figures if figure.column.measure == measure)


def _greatest_cases(scope: Scope) -> list[tuple[Case, Decimal]]:
    """The open cases with the most money outstanding, the greatest first."""
    measure = MEASURES["amount_outstanding"]
    sums = rows_of(Base.ENTRIES, scope).filter(measure.when(scope)).values("case_id")
    top = sums.annotate(left=Sum(value_of(measure))).filter(left__gt=0).order_by("-left", "case_id")[:MOST_NAMED]
    left = {row["case_id"]: row["left"] for row in top}
    cases = Case.objects.select_related("employer").in_bulk(list(left))
    return [(cases[pk], amount) for pk, amount in left.items()]


class Late(StrEnum):
    """What the words tell apart among what is owed and was not done."""

    DATED = "dated"  # a day was set, and it has passed
    AT_ONCE = "at once"  # no day was set; the local reminder's hours, or the day itself where none are set, have passed
    UNSENT = "unsent"  # a return


def _overdue(facts: DraftFacts) -> dict[Late, list[tuple[str, int]]]:
    """What ran out by the end of the last day counted and was not done by then, by kind: title and how many, the most first.

    The return in which the words stand is not counted among them.
    """
    end = timezone.make_aware(datetime.combine(facts.scope.last + timedelta(days=1), time.min))
    open_then = (Q(met_at=None) | Q(met_at__gte=end)) & (Q(lifted_at=None) | Q(lifted_at__gte=end))
    owed = {"sense": "due", "backfilled": False, "path__startswith": facts.report.union.path}
    rows = (
        Obligation.objects.filter(open_then, **owed)
        .annotate(until=Coalesce("due_at", "warn_at", "started_at"))
        .filter(until__lt=end)
    )
    rows = rows.exclude(subject=facts.report.stream).order_by()
    unsent = Q(subject__startswith="return:", due_at__isnull=False)
    kinds = {Late.DATED: Q(due_at__isnull=False) & ~unsent, Late.AT_ONCE: Q(due_at=None), Late.UNSENT: unsent}
    return {
        kind: [
            (row["title"], row["count"])
            for row in rows.filter(condition).values("title").annotate(count=Count("pk")).order_by("-count", "title")
        ]
        for kind, condition in kinds.items()
    }


def _graded(facts: DraftFacts) -> dict[str, list[str]]:
    """Employers by grade as it stands with the unit, the gravest first."""
    rows = WarningStanding.objects.filter(union=facts.report.union, level__in=GRADES).select_related("employer")
    found: dict[str, list[str]] = {grade: [] for grade in GRADES}
    for row in rows:
        found[row.level].append(row.employer.name)
    return found


# ---- saying -------------------------------------------------------------------------------------------------------------


def _sum(workers: Raw, amount: Raw) -> str:
    return f"{people(int(workers))} 人、{wan(amount)} 万元"


def _named(parts: Iterable[DraftRow]) -> str:
    return "、".join(f"{part.name}（{part.cases} 件，{_sum(part.workers, part.amount)}）" for part in parts)


def _names(names: list[str]) -> str:
    if not names:
        return ""
    more = f" 等 {len(names)} 家" if len(names) > MOST_NAMED else ""
    return f"（{'、'.join(names[:MOST_NAMED])}{more}）"


def _compared(now: Raw, before: Raw, unit: str) -> str:
    if now == before:
        return f"与上期持平（{before} {unit}）"
    return f"比上期{'增加' if now > before else '减少'} {abs(now - before)} {unit}（上期 {before} {unit}）"


def _overview(facts: DraftFacts) -> str:
    f, before = facts.figure, facts.before
    new = f"{facts.scope.period}，{facts.report.union}及所辖各级工会新查实欠薪案件 {f('cases_new')} 件"
    more = f"，涉及 {_sum(f('workers_new'), f('amount_new'))}；{_compared(f('cases_new'), before['cases_new'], '件')}，上期涉及 {_sum(before['workers_new'], before['amount_new'])}。"
    solved = f"本期办结 {f('cases_closed')} 件，解决 {_sum(f('workers_resolved'), f('amount_resolved'))}。"
    return f"{new}{more}\n{solved}{_left(facts)}"


def _left(facts: DraftFacts) -> str:
    count, day = facts.figure("cases_unclosed"), chinese_day(facts.scope.last)
    if not count:
        return f"截至{day}，没有查实后尚未办结的案件。"
    sums = _sum(facts.figure("workers_outstanding"), facts.figure("amount_outstanding"))
    return f"截至{day}，查实案件尚未办结 {count} 件，涉及 {sums}。"


def _where(facts: DraftFacts) -> str:
    found = []
    if rows := _left_by_row(facts):
        found.append(f"从行业看，尚未解决的欠薪集中在{_named(rows[:MOST_NAMED])}。")
    if below := [part for part in facts.by_unit if not part.own]:
        found.append(f"从单位看，尚未办结案件较多的是{_named(below[:MOST_NAMED])}。")
    if cases := _greatest_cases(facts.scope):
        listed = "；".join(f"{case.employer.name}（{case}，尚欠 {wan(left)} 万元）" for case, left in cases)
        found.append(f"尚未解决金额较大的案件：{listed}。")
    return "\n".join(found) or _left(facts)


def _events(facts: DraftFacts) -> str:
    now, before = facts.figure("grave_events"), facts.before["grave_events"]
    head = f"本期受理群体性、极端事件 {now} 起，{_compared(now, before, '起')}。"
    return f"{head}\n{_terms(facts)}"


def _terms(facts: DraftFacts) -> str:
    late, day = _overdue(facts), chinese_day(facts.scope.last)
    if not any(late.values()):
        return f"截至{day}，没有超过期限的办理事项，没有超过提醒时限的即办事项，没有逾期未报的报表。"
    said = [
        f"超过期限的办理事项 {_listed(late[Late.DATED])}" if late[Late.DATED] else "",
        f"应即时办理、超过提醒时限仍未完成的事项 {_listed(late[Late.AT_ONCE])}" if late[Late.AT_ONCE] else "",
        f"逾期未报的报表 {sum(count for _, count in late[Late.UNSENT])} 份" if late[Late.UNSENT] else "",
    ]
    return f"截至{day}，{'；'.join(filter(None, said))}。"


def _listed(rows: list[tuple[str, int]]) -> str:
    listed = "、".join(f"{title} {count} 项" for title, count in rows[:MOST_NAMED])
    return f"{sum(count for _, count in rows)} 项，其中{listed}"


def _warnings(facts: DraftFacts) -> str:
    signals = WarningSignal.objects.standing().filter(path__startswith=facts.report.union.path)
    now, before = (
        signals.filter(received_on__range=(scope.since, scope.last)).count() for scope in (facts.scope, facts.earlier)
    )
    head = f"本期收到预警信息 {now} 条，{_compared(now, before, '条')}。"
    graded = _graded(facts)
    if not WarningStanding.objects.filter(union=facts.report.union).exists():
        return f"{head}目前没有评定预警等级的用人单位。"
    if not any(graded.values()):
        return f"{head}目前没有红色、橙色预警的用人单位。"
    said = "，".join(f"{grade}色 {len(names)} 家{_names(names)}" for grade, names in graded.items())
    return f"{head}\n目前预警等级为{said}。"


def _campaign_overview(facts: DraftFacts) -> str:
    f = facts.figure
    seen = f"检查用人单位 {f('employers_inspected')} 户、工程项目 {f('projects_inspected')} 个，涉及职工 {people(int(f('workers_inspected')))} 人，其中农民工 {people(int(f('migrants_inspected')))} 人。"
    taken = f"受理线索、案件 {f('clues_accepted')} 件，查实欠薪案件 {f('cases_verified')} 件（含行动开始时尚未办结的存量案件），涉及 {_sum(f('workers_owed'), f('amount_owed'))}。"
    solved = f"已办结 {f('cases_closed')} 件，解决 {_sum(f('workers_resolved'), f('amount_resolved'))}。"
    return f"{facts.scope.period}，{seen}\n{taken}{solved}"


def _campaign_measures(facts: DraftFacts) -> str:
    f = facts.figure
    law = f"作出行政处理处罚 {f('penalties')} 件，列入失信联合惩戒名单 {f('employers_listed')} 户，移送公安机关 {f('police_transfers')} 件。"
    aid = f"调解（仲裁）结案、提供法律援助 {f('cases_mediated')} 件。"
    funds = f"动用工资保证金 {wan(f('deposit_advanced'))} 万元、应急周转金 {wan(f('emergency_advanced'))} 万元。"
    return f"{law}\n{aid}{funds}"


def _campaign_problems(facts: DraftFacts) -> str:
    rows = _left_by_row(facts)
    where = f"集中在{_named(rows[:MOST_NAMED])}。" if rows else ""
    return f"{_left(facts)}{where}\n受理群体性、极端事件 {facts.figure('grave_events')} 起。{_terms(facts)}"


def _campaign_next(facts: DraftFacts) -> str:
    left, count = days_left(facts.form, facts.scope), facts.figure("cases_unclosed")
    head = f"距专项行动结束还有 {left} 天，" if left else "专项行动已经结束，"
    if not count and not facts.figure("cases_verified"):
        return f"{head}没有查实的欠薪案件。"
    if not count:
        return f"{head}查实案件已全部办结，实现动态清零。"
    units = "、".join(f"{part.name} {part.cases} 件" for part in sorted(facts.by_unit, key=lambda part: part.own))
    return f"{head}尚有 {count} 件查实案件没有办结：{units}。"


def _ranking(facts: DraftFacts) -> str:
    """Words for a table that ranks its units; by its ranking measure, a share."""
    lines = [line for line in facts.table.lines if line.rank] if facts.table and facts.form.rank_by else []
    if not lines:
        return f"没有参加排名的单位（查实案件不足 {FEWEST} 件的不排名次）。"
    rates = [(line.stub.text, _of(line, facts.form.rank_by), line.rank) for line in lines]
    average = facts.figure(facts.form.rank_by)
    first, last = rates[0][2], rates[-1][2]
    best = "、".join(f"{name}（{rate:.1f}%）" for name, rate, rank in rates if rank == first)
    said = [f"办结率居首位的是{best}。"]
    if last != first:
        worst = "、".join(f"{name}（{rate:.1f}%）" for name, rate, rank in rates if rank == last)
        said.append(f"居末位的是{worst}。")
    if low := [name for name, rate, _ in rates if rate < average]:
        said.append(f"低于平均办结率（{average:.1f}%）的有：{'、'.join(low)}。")
    return "".join(said)


def _progress(facts: DraftFacts) -> str:
    f, day = facts.figure, chinese_day(facts.scope.last)
    known = f"专项行动开始至{day}，累计查实欠薪案件 {f('cases_verified_to_date')} 件，涉及 {_sum(f('workers_owed_to_date'), f('amount_owed_to_date'))}；"
    closing = Rate(int(f("cases_closed_to_date")), int(f("cases_verified_to_date")))
    solved = f"办结 {f('cases_closed_to_date')} 件，办结率 {closing.text(1, '%')}，解决 {_sum(f('workers_resolved_to_date'), f('amount_resolved_to_date'))}。"
    month = f"本期查实 {f('cases_new')} 件，{_compared(f('cases_new'), facts.before['cases_new'], '件')}，办结 {f('cases_closed')} 件。"
    return f"{known}{solved}\n{month}"


def _inspections(facts: DraftFacts) -> str:
    f = facts.figure
    return (
        f"{facts.scope.period}开展检查 {f('inspections_made')} 次，检查用人单位 {f('employers_inspected')} 户"
        f"（其中重点检查对象 {f('key_employers_inspected')} 户）、工程项目 {f('projects_inspected')} 个，"
        f"涉及职工 {people(int(f('workers_inspected')))} 人，其中农民工 {people(int(f('migrants_inspected')))} 人。"
    )


def _findings(facts: DraftFacts) -> str:
    f = facts.figure
    return (
        f"发现问题的检查 {f('inspections_with_findings')} 次，检查后受理线索、案件 {f('cases_after_inspection')} 件；"
        f"本期共受理线索、案件 {f('clues_accepted')} 件，"
        f"尚未解决 {_sum(f('workers_outstanding'), f('amount_outstanding'))}。\n{_terms(facts)}"
    )


def _recipients(facts: DraftFacts) -> str:
    """The units that have a row of their own."""
    lines = facts.table.lines if facts.table else []
    return "、".join(line.stub.text for line in lines if line.stub.is_unit and line.stub.key not in (OWN, REST))


DRAFTS: dict[str, Callable[[DraftFacts], str]] = {
    "overview": _overview,
    "where": _where,
    "events": _events,
    "warnings": _warnings,
    "campaign-overview": _campaign_overview,
    "campaign-measures": _campaign_measures,
    "campaign-problems": _campaign_problems,
    "campaign-next": _campaign_next,
    "progress": _progress,
    "ranking": _ranking,
    "recipients": _recipients,
    "inspections": _inspections,
    "findings": _findings,
}
