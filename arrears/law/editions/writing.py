"""规则文件的写法: every section and key a rulebook may have, in words for the office that writes next year's notice.

Drawn on a page beside the words that `rules.vocabulary` knows; a test holds the keys against the schema the reader enforces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from arrears.law.rules import rulebook, vocabulary
from unions.models import UnionKind


@dataclass(frozen=True)
class Key:
    """`words`: the list of words it may have, by its heading on the page; "" for free text, numbers and days."""

    name: str
    meaning: str
    must: bool = False
    words: str = ""


@dataclass(frozen=True)
class Section:
    """`schema`: what the reader makes of it."""

    name: str
    heading: str
    about: str
    keys: tuple[Key, ...]
    schema: type
    common: bool = False  # every entry's own keys (COMMON) come before


COMMON = (
    Key("name", "本项的名字，同一类里不重复；延续上一版的同一事项沿用原名", must=True),
    Key("clause", "依据的条款，须在本文件的 [[clause]] 里", must=True),
    Key("quotation", "原文摘句，逐字抄录，够认出是哪一句即可（法律文件可不写）", must=True),
    Key("title", "事项名称，显示在时限、报表和提醒里", must=True),
    Key("reading", "原文留有余地时，写明按什么理解"),
    Key("basis", "数字出自法律法规而不是本通知时，写明是哪一条"),
    Key("local", "true：数字由本地设定，页面会写明通知没有规定"),
)

HEAD = Section(
    "",
    "文件开头",
    "这份通知本身。",
    (
        Key("key", "规则代码，也是文件名，如 qingdao-2021", must=True),
        Key("kind", "notice（通知，不写即是）或 law（各地通用的法律，不写 attached_to）"),
        Key("title", "通知标题", must=True),
        Key("issuer", "印发机关", must=True),
        Key("number", "文号"),
        Key("issued", "印发日期", must=True),
        Key("first", "自哪天起施行", must=True),
        Key("last", "有效期止；不写即长期有效"),
        Key("attached_to", "适用的工会编码，适用于它和它以下各级", must=True),
        Key("region", "适用地方的行政区划代码开头几位，如 3702"),
    ),
    rulebook.Rulebook,
)

SECTIONS = (
    Section(
        "clause",
        "条款",
        "通知的每一条，其他各项都引用它。",
        (
            Key("id", "条款号，如 QD-5", must=True),
            Key("heading", "第几条、标题", must=True),
            Key("quotation", "能认出这一条的原文"),
            Key("summary", "系统据此做什么，一句话", must=True),
        ),
        rulebook.Clause,
    ),
    Section(
        "campaign",
        "行动期间",
        "专项行动的起止，含首尾两日。",
        (
            Key("name", "名字，供期限和报表引用", must=True),
            Key("clause", "依据的条款", must=True),
            Key("quotation", "原文摘句", must=True),
            Key("title", "名称", must=True),
            Key("first", "起", must=True),
            Key("last", "止", must=True),
        ),
        rulebook.Campaign,
    ),
    Section(
        "threshold",
        "门槛",
        "案件达到什么程度，要做什么。",
        (
            Key("any", "一种或几种情形，满足任何一种即达到；情形里的各项条件须同时满足", must=True),
            Key("effect", "达到后做什么", must=True),
            Key("immediate", "true：立即"),
        ),
        rulebook.Threshold,
        common=True,
    ),
    Section(
        "ground",
        "上报依据",
        "按什么上报。各级通用的四种只写名字，用本通知的条款和原文；其余的写明门槛。",
        (
            Key("when", "达到哪个门槛可用；各级通用的不写"),
            Key("senders", "限于哪些类型的工会；不写即都可用", words="工会类型"),
            Key("immediate", "true：一经提出，各级同时知悉"),
        ),
        rulebook.Ground,
        common=True,
    ),
    Section(
        "crime",
        "犯罪数额标准",
        "拒不支付劳动报酬罪的当地标准，与上报门槛分开。",
        (Key("any", "同门槛；不写即尚未掌握，页面会照实说"), Key("region", "行政区划代码开头几位")),
        rulebook.Crime,
        common=True,
    ),
    Section(
        "deadline",
        "办理期限",
        "从哪天起、多久之内、由谁办完什么。workdays、days、months、by、at_once 写且只写一种。",
        (
            Key("subject", "关于什么", must=True, words="期限所属事项"),
            Key("holder", "通知所称的责任方", must=True),
            Key("starts", "从哪一天起算；写几个时，取第一个有日期的", must=True, words="日期"),
            Key("met_by", "以哪一件事为完成", words="日期"),
            Key("workdays", "几个工作日内"),
            Key("days", "几日内（自然日，末日遇休息日顺延）"),
            Key("months", "几个月内"),
            Key("by", "统一期限，一个日期"),
            Key("at_once", "true：立即，只累计用时，不算逾期"),
            Key("warn_after_hours", "立即办理的，满几小时提醒（本地设置）"),
            Key("extension_workdays", "经批准可延长几个工作日"),
            Key("extension_days", "经批准可延长几日"),
            Key("sense", "due 须办（不写即是）、opens 期满后方可办、ends 期满即失效"),
            Key("campaign", "只在哪个行动期间"),
            Key("stock", "true：行动开始以前的存量也算，自首日起"),
            Key("when", "达到哪个门槛才有"),
            Key("since", "所依据的法规自哪天施行，此前发生的不算"),
            Key("only", "限于哪些案件"),
        ),
        rulebook.DeadlineRule,
        common=True,
    ),
    Section(
        "return",
        "报表",
        "哪些工会、每隔多久、何时以前报什么表。",
        (
            Key("form", "表式代码；[[routine]]（不填表的定期工作）不写", must=True),
            Key("every", "周期：week、month、quarter、year、once", must=True),
            Key("covers", "this 报本期（不写即是），previous 报上一期"),
            Key("first", "只报一次的，所报期间起"),
            Key("last", "只报一次的，所报期间止"),
            Key("due", "何时以前报", must=True),
            Key("campaign", "只在哪个行动期间"),
            Key("senders", "由哪些类型的工会报", words="工会类型"),
            Key("receiver", "报给谁"),
            Key("silence", "到期未报：missing 漏报（不写即是），zero 视为零报告"),
            Key("onward", "接收单位汇总后再报给谁"),
        ),
        rulebook.ReturnRule,
        common=True,
    ),
    Section(
        "publication",
        "社会公布",
        "多久公布一次，由谁公布。",
        (Key("every", "quarter 每季度，half-year 每半年", must=True), Key("by", "由谁公布", must=True)),
        rulebook.Publication,
        common=True,
    ),
    Section(
        "grade",
        "等级、类别",
        "预警等级（按信息条数或分值）和用人单位风险类别（按条件），由轻到重。",
        (
            Key("levels", "各级，由轻到重", must=True),
            Key("weights", "每类预警信息计几分；没写的计 1 分", words="预警信息"),
            Key("decay_days", "分值在多少天内按日递减到零"),
            Key("years", "欠薪件数往前看几年"),
        ),
        rulebook.Grade,
        common=True,
    ),
    Section(
        "indicator",
        "考核指标",
        "按什么考核，占几分。各项权重合计 100。",
        (
            Key("measure", "按什么算", must=True, words="考核口径"),
            Key("weight", "权重", must=True),
            Key("full", "得满分的百分比；不写即 100"),
            Key("zero", "得零分的百分比；不写即 0"),
            Key("reach", "own 只看本单位（不写即是），below 连同所辖"),
            Key("body", "考核分块的名称"),
            Key("days", "首次办理的天数（prompt）"),
            Key("per_year", "每年应排查几次（inspected）"),
            Key("needs", "台账齐全要有哪些（complete）", words="台账要素"),
            Key("per_quarter", "每季应有几项预防工作（prevented）"),
        ),
        rulebook.Indicator,
        common=True,
    ),
    Section(
        "subsidy", "以案定补", "每件补多少。", (Key("per_case", "元；不写即尚未设定"),), rulebook.Subsidy, common=True
    ),
)

INSIDE = (
    Section(
        "any",
        "情形（any 里的 { … }）",
        "一种情形的各项条件须同时满足；_from 含本数（以上），_over 不含本数（超过）。",
        (
            Key("workers_from", "人数以上"),
            Key("workers_over", "人数超过"),
            Key("amount_from", "金额以上，元"),
            Key("amount_over", "金额超过，元"),
            Key("months_from", "拖欠月数以上"),
            Key("months_over", "拖欠月数超过"),
            Key("one_worker", "true：上面各项说的是同一名职工"),
            Key("flags", "事件的性质", words="事件性质"),
        ),
        rulebook.Alternative,
    ),
    Section(
        "only",
        "限于（only = { … }）",
        "都不写即不限。",
        (
            Key("union_kinds", "工会类型", words="工会类型"),
            Key("natures", "工程项目性质", words="项目性质"),
            Key("channels", "受理渠道", words="受理渠道"),
            Key("region", "行政区划代码开头几位"),
            Key("hard", "true：只限疑难复杂的；false：不含疑难复杂的"),
        ),
        rulebook.Only,
    ),
    Section(
        "due",
        "何时报（due = { … }）",
        "前五项写且只写一种；遇休息日按各项说明处理。",
        (
            Key("weekday", "每周星期几，遇休息日顺延", words="星期"),
            Key("workday", "当期第几个工作日"),
            Key("last_workday", "true：所报期间最后一个工作日"),
            Key("workdays_after", "after 之后几个工作日"),
            Key("on", "一个日期"),
            Key("after", "与 workdays_after 一起写的日期"),
            Key("time", "几时以前，如 16:00:00；不写即当日 24 时"),
        ),
        rulebook.Due,
    ),
    Section(
        "levels",
        "一级（levels 里的 { … }）",
        "预警等级写条数或分值；风险类别最轻的不写条件，其余满足任何一项即进入。",
        (
            Key("label", "名称，如 红色", must=True),
            Key("signals_from", "信息条数以上"),
            Key("points_from", "分值以上"),
            Key("every_days", "多少天检查一次"),
            Key("service", "另外提供什么服务"),
            Key("warned_from", "预警等级以上（由轻到重数第几级）"),
            Key("arrears_from", "几年内查实的欠薪件数以上"),
            Key("unfinished_from", "未结件数以上"),
            Key("findings_from", "未整改问题数以上"),
            Key("workforce_from", "用工人数以上"),
        ),
        rulebook.Level,
    ),
)


def words() -> Mapping[str, Iterable[tuple[str, str]]]:
    """Heading → word and what it says on screen."""
    return {
        "上报依据（各级通用）": vocabulary.GROUNDS.items(),
        "日期": vocabulary.MOMENTS.items(),
        "期限所属事项": SUBJECTS.items(),
        "事件性质": vocabulary.FLAGS.items(),
        "工会类型": [(kind, UnionKind(kind).label) for kind in vocabulary.UNION_KINDS],
        "项目性质": vocabulary.NATURES.items(),
        "受理渠道": vocabulary.CHANNELS.items(),
        "预警信息": vocabulary.SIGNALS.items(),
        "考核口径": [(one, f"{part}，除以{whole}") for one, (part, whole) in vocabulary.JUDGED.items()],
        "台账要素": vocabulary.NEEDS.items(),
        "星期": zip(vocabulary.WEEKDAY_NAMES, "一二三四五六日", strict=True),
    }


SUBJECTS = {
    "case": "案件",
    "complaint": "投诉",
    "letter": "一函两书",
    "referral": "转送部门的事项",
    "warning": "预警信息",
    "opinion": "欠薪舆情",
    "deposit": "工资保证金",
    "listing": "失信联合惩戒",
    "dispute": "调解、仲裁、诉讼",
}
