"""The import sheet: its columns, in order, and how each is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from arrears.cases.models import Case, Channel, Employer, Project
from arrears.cases.names import name_key, uscc_fault
from unions.common import xlsx_cells as cells
from unions.common.industries import ANNEX_1_NAMES, ANNEX_1_OTHER, Industry, Nature
from unions.common.tables import Column, Columns, Sort
from unions.common.text import narrow, plain_number
from unions.common.xlsx_cells import Bad, Reader

# 其他 of Annex 1 names no letter. O (居民服务、修理和其他服务业) prints 其他 in every official table.
OTHER_INDUSTRY = Industry.O
LONGEST_REMARK = 2000


@dataclass(frozen=True)
class ImportColumn:
    """One column. `blank` is what an empty cell or a missing column means."""

    name: str
    field: str
    how: str  # for the template: what to fill in
    example: Any
    blank: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()  # for the template's drop-down list
    sort: Sort = Sort.WORDS


YES_NO = ("是", "否")
COLUMNS: tuple[ImportColumn, ...] = (
    ImportColumn(
        "原编号", "original_number", "原台账里的编号；同一工会内不得重复。没有可不填。", "2021-017", "", sort=Sort.CODE
    ),
    ImportColumn("受理工会代码", "union_code", "受理这一件的工会的代码；不填即为导入时所选的工会。", "370202", ""),
    ImportColumn("受理日期", "accepted_on", "如 2021-06-01。", date(2021, 6, 1), required=True, sort=Sort.DAY),
    ImportColumn("企业名称", "employer", "与营业执照一致。", "示例建筑工程有限公司", "", required=True),
    ImportColumn("统一社会信用代码", "uscc", "18 位；没有可不填。", "", ""),
    ImportColumn("单位地址", "address", "可不填。", "示例路 1 号", ""),
    ImportColumn(
        "所属行业",
        "industry",
        "国标门类字母 A–T，或制造业、建筑业、房地产业、住宿餐饮业、其他；不填按“其他”。",
        "建筑业",
        OTHER_INDUSTRY.value,
        choices=(*ANNEX_1_NAMES.values(), ANNEX_1_OTHER),
    ),
    ImportColumn("是否工程建设项目", "on_project", "是或否；不填按“否”。", "是", False, choices=YES_NO),
    ImportColumn("项目名称", "project", "可不填。", "示例项目一期", ""),
    ImportColumn(
        "项目性质", "nature", "工程建设项目须填：政府投资、国企、其他。", "政府投资", "", choices=tuple(Nature.labels)
    ),
    ImportColumn(
        "受理渠道",
        "channel",
        "不填按“历史台账”。",
        Channel.VISIT.label,
        Channel.LEGACY.value,
        choices=tuple(Channel.labels),
    ),
    ImportColumn("欠薪涉及人数(人)", "workers", "整数，不小于 1。", 12, required=True, sort=Sort.FIGURE),
    ImportColumn("其中农民工(人)", "migrants", "整数；不填按 0。", 10, 0, sort=Sort.FIGURE),
    ImportColumn(
        "欠薪金额(元)", "amount", "以元为单位，最多两位小数。", Decimal("120000.00"), required=True, sort=Sort.FIGURE
    ),
    ImportColumn("欠薪起始日期", "owed_from", "可不填。", date(2021, 2, 1), sort=Sort.DAY),
    ImportColumn("欠薪截止日期", "owed_until", "可不填。", date(2021, 5, 31), sort=Sort.DAY),
    ImportColumn("已解决人数(人)", "resolved_workers", "整数；不填按 0。", 12, 0, sort=Sort.FIGURE),
    ImportColumn(
        "已解决金额(元)",
        "resolved_amount",
        "以元为单位；不填按 0。",
        Decimal("120000.00"),
        Decimal("0.00"),
        sort=Sort.FIGURE,
    ),
    ImportColumn("解决日期", "resolved_on", "有已解决人数或金额时须填。", date(2021, 6, 20), sort=Sort.DAY),
    ImportColumn("是否进行调解或提供法律服务", "mediated", "是或否；不填按“否”。", "是", False, choices=YES_NO),
    ImportColumn(
        "是否办结", "closed", "是或否；不填按“否”。全部解决才可填“是”（不解决不销账）。", "是", False, choices=YES_NO
    ),
    ImportColumn("办结日期", "closed_on", "已办结的须填。", date(2021, 6, 25), sort=Sort.DAY),
    ImportColumn("备注", "remark", f"可不填，{LONGEST_REMARK} 字以内。", "", "", sort=Sort.TEXT),
)
BY_FIELD = {column.field: column for column in COLUMNS}
SHEET = Columns(Column(one.field, one.name, one.sort, required=one.required) for one in COLUMNS)


def _original_number(value: Any) -> str:
    read = cells.text(_longest(Case, "original_number"))
    return read(plain_number(read(value)))


def readers(today: date) -> dict[str, Reader]:
    """Field → reader of a cell that is not blank."""
    day = cells.day(today)
    return {
        "original_number": _original_number,
        "union_code": cells.text(20),
        "accepted_on": day,
        "employer": _employer_name,
        "uscc": _uscc,
        "address": cells.text(_longest(Employer, "address")),
        "industry": cells.one_of(_industries(), "门类字母 A–T，或制造业、建筑业、房地产业、住宿餐饮业、其他"),
        "on_project": cells.yes_no,
        "project": cells.text(_longest(Project, "name")),
        "nature": cells.one_of(
            {nature.label: nature.value for nature in Nature} | {"政府": "government", "国有企业": "soe"},
            "政府投资、国企、其他",
        ),
        "channel": cells.one_of(_channels(), "、".join(Channel.labels)),
        "workers": cells.people,
        "migrants": cells.people,
        "amount": cells.yuan,
        "owed_from": day,
        "owed_until": day,
        "resolved_workers": cells.people,
        "resolved_amount": cells.yuan,
        "resolved_on": day,
        "mediated": cells.yes_no,
        "closed": cells.yes_no,
        "closed_on": day,
        "remark": cells.text(LONGEST_REMARK),
    }


def _longest(model: type[Any], field: str) -> int:
    return int(model._meta.get_field(field).max_length)


def _industries() -> dict[str, str]:
    letters = {industry.value: industry.value for industry in Industry}
    names = {industry.label: industry.value for industry in Industry}
    annex = {name: letter for letter, name in ANNEX_1_NAMES.items()}
    return letters | names | annex | {ANNEX_1_OTHER: OTHER_INDUSTRY.value}


def _channels() -> dict[str, str]:
    return {channel.label: channel.value for channel in Channel} | {
        "12351": "hotline",
        "来访": "visit",
        "媒体": "media",
    }


_name = cells.text(_longest(Employer, "name"))


@lru_cache(maxsize=4096)
def _employer_name(value: Any) -> str:
    name = str(_name(value))
    key = name_key(name)
    if not key:
        raise Bad("没有可以识别的文字，请填企业名称。")
    if len(key) > _longest(Employer, "name_key"):
        raise Bad(f"超过 {_longest(Employer, 'name_key')} 个字，请缩短。")
    return name


_code = cells.text(40)


@lru_cache(maxsize=4096)
def _uscc(value: Any) -> str:
    code = narrow(_code(value)).replace(" ", "").replace("-", "").upper()
    if fault := uscc_fault(code):
        raise Bad(fault)
    return code
