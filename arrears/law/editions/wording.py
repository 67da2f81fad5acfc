"""What an entry of a rulebook says, in words a unionist reads: numbers with 含本数, terms, rhythms, holders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from arrears.law.rules.rulebook import (
    END_OF_DAY,
    Alternative,
    DeadlineRule,
    DueRule,
    Grade,
    GradeLevel,
    Ground,
    Indicator,
    Only,
    PublicationRule,
    Requirement,
    ReturnRule,
    Rulebook,
    Subsidy,
)
from arrears.law.rules.vocabulary import (
    CHANNELS,
    FLAGS,
    JUDGED,
    MOMENTS,
    NATURES,
    NEEDS,
    OWN_SIGNALS,
    REQUIREMENTS,
    SIGNALS,
)
from unions.models import UnionKind

EVERY = {"week": "每周", "month": "每月", "quarter": "每季度", "half-year": "每半年", "year": "每年", "once": "一次"}
WEEKDAYS = "一二三四五六日"


def alternative(test: Alternative) -> str:
    """同一名职工：欠薪 3 个月以上（含本数），且金额 10,000 元以上（含本数）"""
    parts = [
        *_bounds("涉及", test.workers_from, test.workers_over, "人"),
        *_bounds("欠薪", test.months_from, test.months_over, "个月"),
        *_bounds("金额", test.amount_from, test.amount_over, "元"),
        *(FLAGS[flag] for flag in test.flags),
    ]
    return ("同一名职工：" if test.one_worker else "") + "，且".join(parts)


def _bounds(what: str, least: Decimal | int | None, over: Decimal | int | None, unit: str) -> Iterable[str]:
    if least is not None:
        yield f"{what} {least:,} {unit}以上（含本数）"
    if over is not None:
        yield f"{what}超过 {over:,} {unit}（不含本数）"


def term(rule: DeadlineRule) -> str:
    """自协商失败起 5 个工作日内"""
    begun, *others = (MOMENTS[name] for name in rule.starts)
    since = f"自{begun}起" + "".join(f"（没有{begun}日期的，自{other}起）" for other in others[:1])
    since += "".join(f"（再没有的，自{other}起）" for other in others[1:])
    if rule.stock:
        since = f"行动开始时已{begun}而未办结的，自行动首日起"
    ends = {"due": "内", "opens": "后方可办理", "ends": "内，逾期失效"}[rule.sense]
    if rule.workdays:
        return f"{since} {rule.workdays} 个工作日{ends}"
    if rule.days:
        return f"{since} {rule.days} 日（自然日，末日遇休息日顺延）{ends}"
    if rule.months:
        return f"{since} {rule.months} 个月（末日遇休息日顺延）{ends}"
    if rule.by:
        return f"{begun}的，不迟于 {rule.by:%Y-%m-%d}"
    return f"{since}立即办理，累计用时"


def local_settings(rule: DeadlineRule) -> list[str]:
    """What in a term is no notice's number but set here."""
    said = ["期限的天数由本地设定，通知没有规定"] if rule.local else []
    if rule.warn_after_hours:
        said.append(f"满 {rule.warn_after_hours} 小时提醒，通知没有规定时数")
    return said


def extension(rule: DeadlineRule) -> str:
    if rule.extension_workdays:
        return f"经批准可延长 {rule.extension_workdays} 个工作日"
    return f"经批准可延长 {rule.extension_days} 日" if rule.extension_days else ""


def conditions(rule: DeadlineRule, book: Rulebook) -> list[str]:
    """When the term arises at all."""
    said = [
        *_limits(rule.only, book),
        f"达到门槛“{book.threshold(rule.when).title}”的" if rule.when else "",
        f"{rule.since:%Y-%m-%d} 起发生的（所依据的法规自该日施行）" if rule.since else "",
    ]
    return [one for one in said if one]


def _limits(only: Only, book: Rulebook) -> list[str]:
    """What an entry is limited to; empty texts where it is not."""
    return [
        "、".join(UnionKind(kind).label for kind in only.union_kinds),
        "、".join(NATURES[nature] for nature in only.natures),
        "渠道为" + "、".join(CHANNELS[channel] for channel in only.channels) if only.channels else "",
        f"行政区划代码以 {only.region} 开头的地方" if only.region and only.region != book.region else "",
        {True: "疑难复杂的", False: "不属疑难复杂的", None: ""}[only.hard],
    ]


def requirement(entry: Requirement, book: Rulebook) -> list[str]:
    """What is asked, and of which cases."""
    limits = [one for one in _limits(entry.only, book) if one]
    return [REQUIREMENTS[entry.step], *(["限于：" + "；".join(limits)] if limits else [])]


def ground(entry: Ground, book: Rulebook) -> list[str]:
    """When it is open, to whom, and what it sets going."""
    said = [
        f"达到门槛“{book.threshold(entry.when).title}”的案件可用" if entry.when else "按本条上报",
        "限于：" + "、".join(UnionKind(kind).label for kind in entry.senders) if entry.senders else "",
        "一经提出，各级同时知悉、逐级确认" if entry.immediate else "",
    ]
    return [one for one in said if one]


def met_by(rule: DeadlineRule) -> str:
    return "或".join(MOMENTS[name] for name in rule.met_by)


def rhythm(rule: ReturnRule) -> str:
    """每周一 16:00 前，报上一周"""
    covered = {"week": "周", "month": "月", "quarter": "季度", "year": "年"}.get(rule.every, "")
    return _due_day(rule.due, rule.every) + (f"，报上一{covered}" if rule.covers == "previous" else "")


def _due_day(due: DueRule, every: str) -> str:
    hour = "" if due.time == END_OF_DAY else f" {due.time:%H:%M} 前"
    if due.weekday is not None:
        return f"每周{WEEKDAYS[due.weekday]}{hour}，遇休息日顺延到下一个工作日"
    if due.workday:
        return f"{EVERY[every]}的前 {due.workday} 个工作日内{hour}"
    if due.workdays_after_end:
        return f"{EVERY[every]}结束后 {due.workdays_after_end} 个工作日内{hour}"
    if due.on:
        return f"{due.on:%Y-%m-%d}{hour or ' 前（含当日）'}"
    if due.after:
        return f"{due.after:%Y-%m-%d} 之后 {due.workdays_after} 个工作日内{hour}"
    return f"{EVERY[every]}的最后 1 个工作日前（含当日）{hour}"


def too_early(rule: ReturnRule) -> str:
    """Why a report on a period should not be due before it is over."""
    return (
        f"“{rule.title}”报的是一段期间的情况，却在期末以前到期（{_due_day(rule.due, rule.every)}），"
        "摘句里没有写明这一天。通知没有规定的，请改写 workdays_after_end（所报期间结束后几个工作日内）。"
    )


def covered_days(rule: ReturnRule) -> str:
    return f"{rule.first} 至 {rule.last}" if rule.first and rule.last else ""


def bearer(entry: DeadlineRule) -> str:
    """The notice's word for who owes it, and which kinds of unions can."""
    kinds = "、".join(kind.label for kind in UnionKind if kind.value in entry.able)
    return f"{entry.holder}（由{kinds}承担，下级没有这项职能的由其上最近的一级承担）" if kinds else entry.holder


def senders(rule: ReturnRule) -> str:
    kinds = "、".join(UnionKind(kind).label for kind in rule.senders)
    return f"{kinds or '有关单位'}{' → ' + rule.receiver if rule.receiver else ''}"


def publication(entry: PublicationRule) -> str:
    return f"{EVERY[entry.every]}公布一次，由{entry.by}公布"


def grade(entry: Grade) -> list[str]:
    if not any(_says_more(level) for level in entry.levels):
        return ["、".join(level.label for level in entry.levels)]
    return [*(_level(level, entry.years) for level in entry.levels), *_weights(entry)]


def _says_more(level: GradeLevel) -> bool:
    """Whether there is more to say of it than its name."""
    return bool(level.signals_from or level.points_from or level.every_days or _any_of(level, None))


def _weights(entry: Grade) -> list[str]:
    """What each kind of signal weighs, and for how long."""
    if not entry.weights:
        return []
    labels = SIGNALS | OWN_SIGNALS
    said = "、".join(f"{labels.get(kind, kind)} {format(points.normalize(), 'f')}" for kind, points in entry.weights)
    decay = f"；分值逐日递减，满 {entry.decay_days} 日不再计" if entry.decay_days else ""
    raised = "、".join(f"{labels[kind]} {format(least.normalize(), 'f')} 条" for kind, least in entry.own)
    return [f"每条计分：{said}{decay}", *([f"本系统的记录满以下条数即自动产生预警：{raised}"] if raised else [])]


def _level(level: GradeLevel, years: int | None) -> str:
    signals = f"，有效预警信息 {level.signals_from} 条以上（含本数）" if level.signals_from else ""
    points = f"，累计 {format(level.points_from.normalize(), 'f')} 分以上" if level.points_from else ""
    rhythm = f"，每 {level.every_days} 日检查一次" if level.every_days else ""
    service = f"；服务：{level.service}" if level.service else ""
    return level.label + signals + points + _any_of(level, years) + rhythm + service


def _any_of(level: GradeLevel, years: int | None) -> str:
    """What brings an employer into a risk class; the numbers are included."""
    said = [
        f"预警等级由轻到重第 {level.warned_from} 级以上" if level.warned_from else "",
        f"{years} 年内查实欠薪 {level.arrears_from} 件以上" if level.arrears_from else "",
        f"未结案件 {level.unfinished_from} 件以上" if level.unfinished_from else "",
        f"未整改的检查问题 {level.findings_from} 个以上" if level.findings_from else "",
        f"职工 {level.workforce_from} 人以上" if level.workforce_from else "",
    ]
    found = "，或".join(filter(None, said))
    return f"（{found}）" if found else ""


def subsidy(entry: Subsidy) -> str:
    return f"每件 {plain(entry.per_case)} 元" if entry.per_case else "每件金额：未设定"


def indicator(entry: Indicator) -> list[str]:
    """What is counted, what it weighs, where the marks begin and end."""
    part, whole = JUDGED[entry.measure]
    said = [f"权重 {plain(entry.weight)} 分" + (f"（{entry.body}）" if entry.body else ""), f"{whole}中，{part}占比"]
    said.append(f"达到 {plain(entry.full)}% 得满分，{plain(entry.zero)}% 及以下不得分，其间按比例计分")
    said.append("本单位和所辖单位的都计入" if entry.reach == "below" else "只计本单位自己的")
    if entry.days:
        said.append(f"首次办理：受理之后 {entry.days} 日内（自然日，含第 {entry.days} 日）")
    if entry.per_year:
        said.append(f"应有的排查：每年 {entry.per_year} 次，不满一年的按日折算")
    if entry.per_quarter:
        said.append(f"应有的预防工作：每季 {entry.per_quarter} 次，不满一季的按日折算")
    if entry.needs:
        said.append("要素：" + "、".join(NEEDS[one] for one in entry.needs))
    return said


def plain(number: Decimal) -> str:
    """20, 7.5: without idle zeros."""
    return format(number.normalize(), "f")


def validity(first: date, last: date | None) -> str:
    return f"{first:%Y-%m-%d} 起" + (f"，至 {last:%Y-%m-%d}" if last else "，长期有效")
