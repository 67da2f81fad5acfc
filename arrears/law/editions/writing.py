"""规则文件的写法: every section and key a rulebook may have, in words for the office that writes next year's notice.

Drawn from the models the reader enforces (`rules.rulebook`), on a page and in docs/rulebooks.md, beside the words of `rules.vocabulary`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from arrears.law.rules import rulebook, vocabulary
from arrears.law.rules.rulebook import Entry
from arrears.law.rules.toml_reader import keys_of
from unions.models import UnionKind


@dataclass(frozen=True)
class RulebookKey:
    """`words`: the list of words it may have, by its heading on the page; "" for free text, numbers and days."""

    name: str
    meaning: str
    must: bool = False
    words: str = ""


@dataclass(frozen=True)
class RulebookSection:
    """`schema`: the model of an entry. `common`: every entry's own keys (COMMON) come before."""

    name: str
    heading: str
    about: str
    schema: type

    @property
    def common(self) -> bool:
        return issubclass(self.schema, Entry)

    @property
    def keys(self) -> tuple[RulebookKey, ...]:
        return tuple(key for key in _keys(self.schema) if not self.common or key not in COMMON)


def _keys(schema: type) -> Iterator[RulebookKey]:
    for name, one in keys_of(schema).items():
        if one.meaning:  # the entries of a rulebook are sections of their own
            yield RulebookKey(name, one.meaning, one.must, one.words)


COMMON = tuple(_keys(Entry))
HEAD = RulebookSection("", "文件开头", "这份通知本身。", rulebook.Rulebook)
SECTIONS = (
    RulebookSection("clause", "条款", "通知的每一条，其他各项都引用它。", rulebook.Clause),
    RulebookSection("campaign", "行动期间", "专项行动的起止，含首尾两日。", rulebook.Campaign),
    RulebookSection("threshold", "门槛", "案件达到什么程度，要做什么。", rulebook.Threshold),
    RulebookSection(
        "ground",
        "上报依据",
        "按什么上报。各级通用的四种只写名字，用本通知的条款和原文；其余的写明门槛。",
        rulebook.Ground,
    ),
    RulebookSection("crime", "犯罪数额标准", "拒不支付劳动报酬罪的当地标准，与上报门槛分开。", rulebook.Crime),
    RulebookSection(
        "deadline",
        "办理期限",
        "从哪天起、多久之内、由谁办完什么。workdays、days、months、by、at_once 写且只写一种。",
        rulebook.DeadlineRule,
    ),
    RulebookSection("return", "报表", "哪些工会、每隔多久、何时以前报什么表。", rulebook.ReturnRule),
    RulebookSection("publication", "社会公布", "多久公布一次，由谁公布。", rulebook.PublicationRule),
    RulebookSection(
        "grade", "等级、类别", "预警等级（按信息条数或分值）和用人单位风险类别（按条件），由轻到重。", rulebook.Grade
    ),
    RulebookSection("indicator", "考核指标", "按什么考核，占几分。各项权重合计 100。", rulebook.Indicator),
    RulebookSection("subsidy", "以案定补", "每件补多少。", rulebook.Subsidy),
    RulebookSection(
        "requirement",
        "办理要求",
        "通知对某一步的要求。办结条件只在要求施行的地方才有；其余的在那一步引用本条。",
        rulebook.Requirement,
    ),
)
INSIDE = (
    RulebookSection(
        "any",
        "情形（any 里的 { … }）",
        "一种情形的各项条件须同时满足；_from 含本数（以上），_over 不含本数（超过）。",
        rulebook.Alternative,
    ),
    RulebookSection("only", "限于（only = { … }）", "都不写即不限。", rulebook.Only),
    RulebookSection("due", "何时报（due = { … }）", "前五项写且只写一种；遇休息日按各项说明处理。", rulebook.DueRule),
    RulebookSection(
        "levels",
        "一级（levels 里的 { … }）",
        "预警等级写条数或分值；风险类别最轻的不写条件，其余满足任何一项即进入。",
        rulebook.GradeLevel,
    ),
)


def as_markdown() -> str:
    """Draw the keys of every section, as docs/rulebooks.md has them."""
    common = RulebookSection("", "各项通用（[[clause]]、[[campaign]] 以外）", "", Entry)
    parts = []
    for section in (HEAD, common, *SECTIONS, *INSIDE):
        double = f"`[[{section.name}]]` " if section in SECTIONS else ""
        keys = COMMON if section is common else section.keys
        rows = [f"| `{key.name}`{' *' * key.must} | {key.meaning} |" for key in keys]
        about = f"{section.about}\n\n" if section.about else ""
        parts.append(f"### {double}{section.heading}\n\n{about}| key | meaning |\n| --- | --- |\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


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
        "办理要求": vocabulary.REQUIREMENTS.items(),
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
