"""What a rulebook holds: one official notice (or the law behind it) as typed entries, each with its clause and quotation.

These models are what the reader enforces and what the page 规则文件写法 tells: every field says what its key means.

`basis` names the law a number comes from where the notice itself gives none. `local` says that neither gives one and the
number is a local setting; screens must say so. `reading` is our interpretation where the words leave room.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from arrears.law.rules import vocabulary as words
from arrears.law.rules.toml_reader import (
    NOT_WRITTEN,
    AmountValue,
    ClockValue,
    DayValue,
    FlagValue,
    TextValue,
    TomlModel,
    ValueKind,
    WholeValue,
    WordsValue,
    WordValue,
    field,
    keys_of,
    refuse,
    tables,
)

END_OF_DAY = time(23, 59, 59)  # a day given without an hour ends with its last second
MOST = 1_000_000  # of whole numbers that have no limit of their own
MOST_DAYS, MOST_MONTHS = 2500, 120  # of one term: about ten years
MOST_YEARS, MOST_LEVELS = 20, 20
MOST_ENTRIES = 300  # of one section; the longest of ours has 30
# How a heading begins: “六（四）联合督导”, “二（一）1 线上排查”, “三 末段 报送”, “附件 1”.
PLACE = re.compile(r"(附件 ?\d*|抬头|[一二三四五六七八九十]+)((?:（[一二三四五六七八九十]+）\d*)?(?: 末段)?)")

# Texts as long as what is stored of them; `…OrNone` may be left empty.
Name = Annotated[str, TextValue(60)]
NameOrNone = Annotated[str, TextValue(60, blank=True)]
ClauseId = Annotated[str, TextValue(30)]
Label = Annotated[str, TextValue(20)]
LabelOrNone = Annotated[str, TextValue(20, blank=True)]
Title = Annotated[str, TextValue(80)]
TitleOrNone = Annotated[str, TextValue(80, blank=True)]
LongTitle = Annotated[str, TextValue(200)]
LongTitleOrNone = Annotated[str, TextValue(200, blank=True)]
BasisOrNone = Annotated[str, TextValue(120, blank=True)]
Region = Annotated[str, TextValue(9, blank=True)]
Prose = Annotated[str, TextValue(2000)]
ProseOrNone = Annotated[str, TextValue(2000, blank=True)]
ADay = Annotated[date, DayValue()]
AClock = Annotated[time, ClockValue()]
AFlag = Annotated[bool, FlagValue()]
Count = Annotated[int, WholeValue(MOST)]
Days = Annotated[int, WholeValue(MOST_DAYS)]
Sum = Annotated[Decimal, AmountValue()]
UnionKinds = Annotated[tuple[str, ...], WordsValue(words.UNION_KINDS)]
Moments = Annotated[tuple[str, ...], WordsValue(words.MOMENTS)]


class WeekdayValue(ValueKind):
    """A weekday by its name; 0 is Monday."""

    def read(self, value: Any) -> int:
        return words.WEEKDAY_NAMES.index(WordValue(words.WEEKDAY_NAMES).read(value))


class WeightsValue(ValueKind):
    """A table of amounts by kinds of warning signals, as pairs."""

    def __init__(self, known: Iterable[str] = (*words.SIGNALS, *words.OWN_SIGNALS)) -> None:
        self.known = tuple(known)

    def read(self, value: Any) -> tuple[tuple[str, Decimal], ...]:
        if not isinstance(value, dict):
            refuse("应是一个表，如 { … }。")
        for kind in value:
            if kind not in self.known:
                refuse(f"里的“{kind}”不认识，可用：{'、'.join(self.known)}。")
        return tuple((kind, AmountValue().read(amount)) for kind, amount in value.items())


@dataclass(frozen=True, kw_only=True)
class Clause(TomlModel):
    line: Annotated[int, NOT_WRITTEN] = 0
    id: ClauseId = field("条款号，如 TZ-5")
    heading: Prose = field("第几条、标题")
    quotation: ProseOrNone = field("能认出这一条的原文", "")
    summary: Prose = field("系统据此做什么，一句话")

    @property
    def place(self) -> str:
        """Where it stands, as people quote it: “第六条（四）”; a heading that does not begin so stands for itself."""
        found = PLACE.match(self.heading)
        if found is None:
            return self.heading
        article, part = found[1].replace(" ", ""), found[2].replace(" ", "")
        return f"{article}{part}" if article.startswith(("附件", "抬头")) else f"第{article}条{part}"

    @property
    def topic(self) -> str:
        """What follows its place in the heading: “联合督导”."""
        found = PLACE.match(self.heading)
        return self.heading[found.end() :].strip() if found else ""


@dataclass(frozen=True, kw_only=True)
class Entry(TomlModel):
    """What every entry carries. `line`: where it begins in its file. A law need not be quoted, but gives its basis."""

    line: Annotated[int, NOT_WRITTEN] = 0
    name: Name = field("本项的名字，同一类里不重复；延续上一版的同一事项沿用原名")
    clause: ClauseId = field("依据的条款，须在本文件的 [[clause]] 里")
    quotation: ProseOrNone = field("原文摘句，逐字抄录，够认出是哪一句即可（法律文件可不写）", "", must=True)
    title: Title = field("事项名称，显示在时限、报表和提醒里")
    reading: ProseOrNone = field("原文留有余地时，写明按什么理解", "")
    basis: BasisOrNone = field("数字出自法律法规而不是本通知时，写明是哪一条", "")
    local: AFlag = field("true：数字由本地设定，页面会写明通知没有规定", False)


@dataclass(frozen=True, kw_only=True)
class Campaign(TomlModel):
    """专项行动: a window, both days included."""

    line: Annotated[int, NOT_WRITTEN] = 0
    name: Name = field("名字，供期限和报表引用")
    clause: ClauseId = field("依据的条款")
    quotation: Prose = field("原文摘句")
    title: Title = field("名称")
    first: ADay = field("起")
    last: ADay = field("止")


@dataclass(frozen=True, kw_only=True)
class Alternative(TomlModel):
    """Tests that must all hold. `_from` includes the number (以上), `_over` does not (超过). Amounts are yuan.

    `one_worker`: the tests are about one and the same worker. `flags`: "extreme", "mass", "escalation_signs".
    """

    workers_from: Count | None = field("人数以上", None)
    workers_over: Count | None = field("人数超过", None)
    amount_from: Sum | None = field("金额以上，元", None)
    amount_over: Sum | None = field("金额超过，元", None)
    months_from: Sum | None = field("拖欠月数以上", None)
    months_over: Sum | None = field("拖欠月数超过", None)
    one_worker: AFlag = field("true：上面各项说的是同一名职工", False)
    flags: Annotated[tuple[str, ...], WordsValue(words.FLAGS)] = field("事件的性质", (), words="事件性质")


@dataclass(frozen=True, kw_only=True)
class Threshold(Entry):
    """Any of `any` triggers `effect`; `immediate`: at once."""

    any: tuple[Alternative, ...] = field(
        "一种或几种情形，满足任何一种即达到；情形里的各项条件须同时满足", (), must=True
    )
    effect: Prose = field("达到后做什么")
    immediate: AFlag = field("true：立即", False)


@dataclass(frozen=True, kw_only=True)
class Ground(Entry):
    """上报依据: upon what a case may be reported up. `when`: the threshold it must reach; "" for one of every union's own grounds
    (vocabulary.GROUNDS), which then goes up in this notice's words. `senders`: kinds of unions, empty for any. `immediate`:
    every level above knows at once.
    """

    when: ProseOrNone = field("达到哪个门槛可用；各级通用的不写", "")
    senders: UnionKinds = field("限于哪些类型的工会；不写即都可用", (), words="工会类型")
    immediate: AFlag = field("true：一经提出，各级同时知悉", False)


@dataclass(frozen=True, kw_only=True)
class Crime(Entry):
    """拒不支付劳动报酬罪 in one region (code prefix). No `any`: the region's amounts are not known, and that is said."""

    any: tuple[Alternative, ...] = field("同门槛；不写即尚未掌握，页面会照实说", ())
    region: Region = field("行政区划代码开头几位", "")


@dataclass(frozen=True, kw_only=True)
class Only(TomlModel):
    """What a case or subject must be for a deadline to arise; empty means any."""

    union_kinds: UnionKinds = field("工会类型", (), words="工会类型")
    natures: Annotated[tuple[str, ...], WordsValue(words.NATURES)] = field("工程项目性质", (), words="项目性质")
    channels: Annotated[tuple[str, ...], WordsValue(words.CHANNELS)] = field("受理渠道", (), words="受理渠道")
    region: Region = field("行政区划代码开头几位", "")
    hard: AFlag | None = field("true：只限疑难复杂的；false：不含疑难复杂的", None)


@dataclass(frozen=True, kw_only=True)
class DeadlineRule(Entry):
    """A term that runs from the first of `starts` that happened until one of `met_by` did.

    Exactly one of `workdays`, `days` (calendar), `months`, `by` (a fixed day) and `at_once` is set. `sense`: "due" is a
    duty, "opens" the first day something is allowed, "ends" the day something lapses. `stock`: also takes what started before
    the campaign, counted from its first day. `owed_by`: kinds of unions that can do it; another kind never holds it, the nearest of
    these above the case does. `when`: only if the threshold of that name triggers. `since`: the law behind it
    came into force after the notice, and judges only what started then or later. `warn_after_hours` is always local: the notices
    give no hours.
    """

    subject: Annotated[str, WordValue(words.SUBJECTS)] = field("关于什么", words="期限所属事项")
    holder: Title = field("通知所称的责任方")
    owed_by: UnionKinds = field(
        "由哪些类型的工会承担；不写即不限。案件不在这些工会手里的，由其上级中最近的一个承担", (), words="工会类型"
    )
    starts: Annotated[tuple[str, ...], WordsValue(words.MOMENTS, 1)] = field(
        "从哪一天起算；写几个时，取第一个有日期的", words="日期"
    )
    met_by: Moments = field("以哪一件事为完成", (), words="日期")
    workdays: Days | None = field("几个工作日内", None)
    days: Days | None = field("几日内（自然日，末日遇休息日顺延）", None)
    months: Annotated[int, WholeValue(MOST_MONTHS)] | None = field("几个月内", None)
    by: ADay | None = field("统一期限，一个日期", None)
    at_once: AFlag = field("true：立即，只累计用时，不算逾期", False)
    warn_after_hours: Days | None = field("立即办理的，满几小时提醒（本地设置）", None)
    extension_workdays: Days | None = field("经批准可延长几个工作日", None)
    extension_days: Days | None = field("经批准可延长几日", None)
    sense: Annotated[str, WordValue(words.SENSES)] = field(
        "due 须办（不写即是）、opens 期满后方可办、ends 期满即失效", "due"
    )
    campaign: ProseOrNone = field("只在哪个行动期间", "")
    stock: AFlag = field("true：行动开始以前的存量也算，自首日起", False)
    when: ProseOrNone = field("达到哪个门槛才有", "")
    since: ADay | None = field("所依据的法规自哪天施行，此前发生的不算", None)
    only: Only = field("限于哪些案件", Only())

    @cached_property
    def able(self) -> frozenset[str]:
        """Kinds of unions that may hold it: those named, else those that can do what meets it; empty for any."""
        ways = [words.ABLE.get(name, words.UNION_KINDS) for name in self.met_by]
        able = frozenset(self.owed_by or (kind for way in ways for kind in way))
        return frozenset() if able.issuperset(words.UNION_KINDS) else able


@dataclass(frozen=True, kw_only=True)
class DueRule(TomlModel):
    """How the due day of a periodic return follows from its period; exactly one of the days is set.

    `weekday`: 0 is Monday, in the due period, rolled to the next working day. `workday`: the n-th working day of the due
    period. `last_workday`: of the covered period; `workdays_after_end`: so many after that period is over. `workdays_after` counts
    from `after`. `on` is a fixed day.
    """

    weekday: Annotated[int, WeekdayValue()] | None = field("每周星期几，遇休息日顺延", None, words="星期")
    workday: Count | None = field("当期第几个工作日", None)
    last_workday: AFlag = field("true：所报期间最后一个工作日（通知写明期末以前报的才用）", False)
    workdays_after_end: Days | None = field("所报期间结束后几个工作日内", None)
    workdays_after: Days | None = field("after 之后几个工作日", None)
    on: ADay | None = field("一个日期", None)
    after: ADay | None = field("与 workdays_after 一起写的日期", None)
    time: AClock = field("几时以前，如 16:00:00；不写即当日 24 时", END_OF_DAY)


@dataclass(frozen=True, kw_only=True)
class ReturnRule(Entry):
    """A periodic return (报表) or, as a routine, periodic work without one. `every`: week, month, quarter, year or once.

    `covers`: the period it reports is "this" (the one it falls due in) or the "previous" one; once: `first`…`last`.
    `senders`: the kinds of unions obliged; `receiver`: to whom. `silence`: what it means when nothing was sent by the due
    time: "missing", or "zero" where the notice takes it for a zero report. `onward`: whom the receiver sends the
    compilation on to, on the due day.
    """

    form: NameOrNone = field("表式代码；[[routine]]（不填表的定期工作）不写", "", must=True)
    every: Annotated[str, WordValue(words.RHYTHMS)] = field("周期：week、month、quarter、year、once")
    covers: Annotated[str, WordValue(("this", "previous"))] = field(
        "this 报本期（不写即是），previous 报上一期", "this"
    )
    first: ADay | None = field("只报一次的，所报期间起", None)
    last: ADay | None = field("只报一次的，所报期间止", None)
    due: DueRule = field("何时以前报")
    campaign: ProseOrNone = field("只在哪个行动期间", "")
    senders: UnionKinds = field("由哪些类型的工会报", (), words="工会类型")
    receiver: TitleOrNone = field("报给谁", "")
    silence: Annotated[str, WordValue(("missing", "zero"))] = field(
        "到期未报：missing 漏报（不写即是），zero 视为零报告", "missing"
    )
    onward: ProseOrNone = field("接收单位汇总后再报给谁", "")


@dataclass(frozen=True, kw_only=True)
class PublicationRule(Entry):
    """How often offenders are published, and by whom."""

    every: Annotated[str, WordValue(("quarter", "half-year"))] = field("quarter 每季度，half-year 每半年")
    by: Prose = field("由谁公布")


@dataclass(frozen=True, kw_only=True)
class GradeLevel(TomlModel):
    """One step of a grade. `signals_from`: so many signals reach it, `points_from`: so many points; `every_days`: the inspection
    rhythm it brings, `service` what else is offered.

    Of a risk class any of these reaches it: `warned_from`, the warning grade by its rank from the mildest (1); `arrears_from`
    verified cases within the grade's `years`; `unfinished_from` cases not finished; `findings_from` findings not put right;
    `workforce_from` people employed.
    """

    label: Label = field("名称，如 红色")
    signals_from: Count | None = field("信息条数以上", None)
    points_from: Sum | None = field("分值以上", None)
    every_days: Days | None = field("多少天检查一次", None)
    service: LongTitleOrNone = field("另外提供什么服务", "")
    warned_from: Annotated[int, WholeValue(MOST_LEVELS)] | None = field("预警等级以上（由轻到重数第几级）", None)
    arrears_from: Count | None = field("几年内查实的欠薪件数以上", None)
    unfinished_from: Count | None = field("未结件数以上", None)
    findings_from: Count | None = field("未整改问题数以上", None)
    workforce_from: Count | None = field("用工人数以上", None)


@dataclass(frozen=True, kw_only=True)
class Grade(Entry):
    """Levels, the mildest first. `weights`: points by kind of signal (others weigh 1), gone after `decay_days` in a straight line.
    `own`: from how many rows on our own books raise a signal by themselves (SD-2.1a); complaints those of `decay_days`.
    `years`: how far back the cases of `arrears_from` reach.
    """

    levels: tuple[GradeLevel, ...] = field("各级，由轻到重", (), must=True)
    weights: Annotated[tuple[tuple[str, Decimal], ...], WeightsValue()] = field(
        "每类预警信息计几分；没写的计 1 分", (), words="预警信息"
    )
    own: Annotated[tuple[tuple[str, Decimal], ...], WeightsValue(words.OWN_SIGNALS)] = field(
        "本系统自身的记录满多少条即产生预警：complaints 投诉，works_payment 工程款，wage_payment 工资支付，findings 检查问题；不写即不产生",
        (),
        words="预警信息",
    )
    decay_days: Count | None = field("分值在多少天内按日递减到零", None)
    years: Annotated[int, WholeValue(MOST_YEARS)] | None = field("欠薪件数往前看几年", None)


@dataclass(frozen=True, kw_only=True)
class Subsidy(Entry):
    """以案定补. `per_case`: yuan; None: not set, and screens say so."""

    per_case: Sum | None = field("元；不写即尚未设定", None)


@dataclass(frozen=True, kw_only=True)
class Indicator(Entry):
    """One thing units are judged by (考核指标). `measure`: a word of vocabulary.JUDGED, a share of rows in percent.

    At `full` percent it earns all its `weight`, at `zero` nothing, between them in a straight line. `reach`: "own" judges the
    unit's own rows, "below" those of every unit under it too. `body`: the part of the assessment it belongs to. `days`: calendar
    days of the first act; `per_year`: inspections wanted in a year; `per_quarter`: pieces of prevention work wanted in a quarter;
    `needs`: what a case must have to count as complete.
    """

    measure: Annotated[str, WordValue(words.JUDGED)] = field("按什么算", words="考核口径")
    weight: Sum = field("权重")
    full: Sum = field("得满分的百分比；不写即 100", Decimal(100))
    zero: Sum = field("得零分的百分比；不写即 0", Decimal(0))
    reach: Annotated[str, WordValue(words.REACHES)] = field("own 只看本单位（不写即是），below 连同所辖", "own")
    body: LabelOrNone = field("考核分块的名称", "")
    days: Days | None = field("首次办理的天数（prompt）", None)
    per_year: Count | None = field("每年应排查几次（inspected）", None)
    needs: Annotated[tuple[str, ...], WordsValue(words.NEEDS)] = field(
        "台账齐全要有哪些（complete）", (), words="台账要素"
    )
    per_quarter: Count | None = field("每季应有几项预防工作（prevented）", None)


@dataclass(frozen=True, kw_only=True)
class Requirement(Entry):
    """What a notice asks of a step of the work, or says about it. What keeps a case from closing does so only where one is in
    force; elsewhere nothing is asked and nothing quoted. A law's steps back where a notice speaks of the same step.
    """

    step: Annotated[str, WordValue(words.REQUIREMENTS)] = field("要求的是哪一步", words="办理要求")
    only: Only = field("限于哪些案件", Only())


@dataclass(frozen=True, kw_only=True)
class Rulebook(TomlModel):
    """One notice. In force from `first` to `last` (None: until revoked), for the union `attached_to` and all below it.

    A law has no union: it holds everywhere, and steps back where a notice has an entry of the same name.
    """

    key: Name = field("规则代码，也是文件名，如 qingdao-2021")
    kind: Annotated[str, WordValue(("notice", "law"))] = field(
        "notice（通知，不写即是）或 law（各地通用的法律，不写 attached_to）", "notice"
    )
    title: LongTitle = field("通知标题")
    issuer: Title = field("印发机关")
    number: TitleOrNone = field("文号", "")
    short: LabelOrNone = field("页面上引用条款时的简称；不写用文号", "")
    issued: ADay = field("印发日期")
    first: ADay = field("自哪天起施行")
    last: ADay | None = field("有效期止；不写即长期有效", None)
    attached_to: LabelOrNone = field("适用的工会编码，适用于它和它以下各级", "", must=True)
    region: Region = field("适用地方的行政区划代码开头几位，如 3702", "")
    clauses: Annotated[tuple[Clause, ...], tables("clause", MOST_ENTRIES)] = ()
    campaigns: Annotated[tuple[Campaign, ...], tables("campaign", MOST_ENTRIES)] = ()
    thresholds: Annotated[tuple[Threshold, ...], tables("threshold", MOST_ENTRIES)] = ()
    grounds: Annotated[tuple[Ground, ...], tables("ground", MOST_ENTRIES)] = ()
    crimes: Annotated[tuple[Crime, ...], tables("crime", MOST_ENTRIES)] = ()
    deadlines: Annotated[tuple[DeadlineRule, ...], tables("deadline", MOST_ENTRIES)] = ()
    returns: Annotated[tuple[ReturnRule, ...], tables("return", MOST_ENTRIES)] = ()
    routines: Annotated[tuple[ReturnRule, ...], tables("routine", MOST_ENTRIES)] = ()
    publications: Annotated[tuple[PublicationRule, ...], tables("publication", MOST_ENTRIES)] = ()
    grades: Annotated[tuple[Grade, ...], tables("grade", MOST_ENTRIES)] = ()
    indicators: Annotated[tuple[Indicator, ...], tables("indicator", MOST_ENTRIES)] = ()
    subsidies: Annotated[tuple[Subsidy, ...], tables("subsidy", MOST_ENTRIES)] = ()
    requirements: Annotated[tuple[Requirement, ...], tables("requirement", MOST_ENTRIES)] = ()
    digest: Annotated[str, NOT_WRITTEN] = ""  # SHA-256 (hex) of the text it was read from
    # When two people had entered it, here or at the unit it is read for; None: it came with the program.
    entered_at: Annotated[datetime | None, NOT_WRITTEN] = None

    def in_force(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)

    def clause(self, id: str) -> Clause:
        return next(clause for clause in self.clauses if clause.id == id)

    def asks(self, step: str) -> bool:
        """Whether it asks something of a step of the work (vocabulary.REQUIREMENTS), on whatever day."""
        return any(entry.step == step for entry in self.requirements)

    def named(self, clause: Clause) -> str:
        """A clause as the screen calls it: “青岛通知第六条（四）”."""
        return f"{self.short or self.number or f'《{self.title}》'}{clause.place}"

    def threshold(self, name: str) -> Threshold:
        return self._thresholds_by_name[name]

    def deadlines_about(self, subject: str) -> list[DeadlineRule]:
        return self._deadlines_by_subject.get(subject, [])

    def window(self, campaign: str) -> tuple[date, date]:
        """The days of a campaign; of "", those the notice is in force."""
        return self._windows[campaign]

    # A hundred thousand cases ask for these: looked up, not searched.

    @cached_property
    def _thresholds_by_name(self) -> dict[str, Threshold]:
        return {threshold.name: threshold for threshold in self.thresholds}

    @cached_property
    def _deadlines_by_subject(self) -> dict[str, list[DeadlineRule]]:
        subjects = {rule.subject for rule in self.deadlines}
        return {subject: [rule for rule in self.deadlines if rule.subject == subject] for subject in subjects}

    @cached_property
    def _windows(self) -> dict[str, tuple[date, date]]:
        windows = {campaign.name: (campaign.first, campaign.last) for campaign in self.campaigns}
        return {"": (self.first, self.last or date.max), **windows}

    def entries(self) -> Iterable[Entry]:
        yield from self.thresholds
        yield from self.grounds
        yield from self.crimes
        yield from self.deadlines
        yield from self.returns
        yield from self.routines
        yield from self.publications
        yield from self.grades
        yield from self.indicators
        yield from self.subsidies
        yield from self.requirements


# [[section]] → the field with its entries; the digest, which no file sets, is the last field of all.
SECTIONS = {name: one.name for name, one in zip(keys_of(Rulebook), fields(Rulebook), strict=False) if name != one.name}
