"""The way through the program: at most seven sections by what people come to do, each with its pages."""

from __future__ import annotations

from dataclasses import dataclass

from unions.people.rights import Right

EVERYONE: frozenset[Right] = frozenset()
READERS = frozenset({Right.VIEW})


@dataclass(frozen=True)
class SectionPage:
    """A page that can be chosen by name. `needs`: rights of which one is enough."""

    label: str
    name: str  # of its URL
    needs: frozenset[Right] = READERS


@dataclass(frozen=True)
class Section:
    """`key` is what is typed after g to go there."""

    label: str
    icon: str
    pages: tuple[SectionPage, ...]
    key: str = ""


SECTIONS = (
    Section(
        "工作台",
        "home",
        (
            SectionPage("工作台", "desk", EVERYONE),
            SectionPage("收到的事项", "incoming", EVERYONE),
            SectionPage("办理时限", "obligations"),
            SectionPage("提醒", "inbox", EVERYONE),
        ),
        "w",
    ),
    Section(
        "案件",
        "folders",
        (
            SectionPage("欠薪案件", "cases"),
            SectionPage("线索与转办", "clues"),
            SectionPage("职工来信", "worker-letters"),
            SectionPage("上报与接收", "escalations"),
            SectionPage("转送部门", "referrals"),
            SectionPage("一函两书", "letters"),
            SectionPage("重大事项", "oversights"),
            SectionPage("兜底保障", "safety-nets"),
            SectionPage("惩戒公布", "sanctions"),
        ),
        "c",
    ),
    Section("审批", "circle-check", (SectionPage("待我审批", "approvals", frozenset({Right.APPROVE})),), "a"),
    Section(
        "报送",
        "report",
        (
            SectionPage("报表报送", "returns"),
            SectionPage("报表", "forms"),
            SectionPage("我的导出", "exports", frozenset({Right.EXPORT})),
        ),
        "r",
    ),
    Section("统计分析", "chart-bar", (SectionPage("概览", "overview"), SectionPage("考核评价", "evaluation")), "s"),
    Section(
        "预防治理",
        "shield-check",
        (
            SectionPage("欠薪预警", "warnings"),
            SectionPage("集中排查", "inspections"),
            SectionPage("预防工作", "prevention"),
        ),
        "p",
    ),
    Section(
        "管理",
        "sitemap",
        (
            SectionPage("工会组织", "unions", EVERYONE),
            SectionPage("协作部门", "agencies", frozenset({Right.VIEW, Right.PEOPLE})),
            SectionPage("账号安全", "accounts", frozenset({Right.ACCOUNTS})),
            SectionPage("操作记录", "audit", frozenset({Right.AUDIT})),
        ),
        "m",
    ),
)

# What everybody may look up stands in the menu 帮助 of the top bar.
HELP = Section(
    "帮助",
    "help-circle",
    (
        SectionPage("使用手册", "help", EVERYONE),
        SectionPage("通知与规则", "rulebooks", EVERYONE),
        SectionPage("工作日历", "work-calendar", EVERYONE),
    ),
)

# What the search offers to do, beside the pages.
ACTIONS = Section(
    "操作",
    "",
    (
        SectionPage("登记案件", "case-new", frozenset({Right.FILE})),
        SectionPage("导入台账", "case-import", frozenset({Right.FILE})),
        SectionPage("导入组织", "union-import", frozenset({Right.STRUCTURE})),
        SectionPage("提醒方式", "reminder-preferences", EVERYONE),
        SectionPage("修改密码", "password", EVERYONE),
    ),
)

# What an enterprise union has no part in: it neither compares units, nor punishes, nor pays, nor inspects others.
NOT_FOR_ENTERPRISES = frozenset(
    {
        "referrals",
        "oversights",
        "safety-nets",
        "sanctions",
        "overview",
        "evaluation",
        "warnings",
        "inspections",
        "unions",
        "agencies",
    }
)

# What people of departments are offered, and nobody else is offered "incoming".
WINDOW = frozenset({"incoming", "inbox", "help"})

# First part of an address → the page it belongs to, where that is not its own.
BELONGS_TO = {
    "import": "cases",
    "boards": "overview",
    "key-targets": "inspections",
    "rounds": "inspections",
    "reviews": "inspections",
    "projects": "inspections",
    "letter-layouts": "letters",
    "extensions": "obligations",
    "rulebook-uploads": "rulebooks",
    "form-editions": "forms",
    "rulebook-places": "rulebooks",
    "rulebook-writing": "rulebooks",
    "collections": "returns",
    "waivers": "returns",
    "employers": "cases",
    "mergers": "cases",
}
