"""Industries (GB/T 4754-2017) and which row of each official table a case belongs to (docs/decisions/006)."""

from django.db import models
from django.db.models import Case, Q, Value, When


class Industry(models.TextChoices):
    """The twenty 门类, one letter each."""

    A = "A", "农、林、牧、渔业"
    B = "B", "采矿业"
    C = "C", "制造业"
    D = "D", "电力、热力、燃气及水生产和供应业"
    E = "E", "建筑业"
    F = "F", "批发和零售业"
    G = "G", "交通运输、仓储和邮政业"
    H = "H", "住宿和餐饮业"
    I = "I", "信息传输、软件和信息技术服务业"  # noqa: E741 - the letter of the standard
    J = "J", "金融业"
    K = "K", "房地产业"
    L = "L", "租赁和商务服务业"
    M = "M", "科学研究和技术服务业"
    N = "N", "水利、环境和公共设施管理业"
    O = "O", "居民服务、修理和其他服务业"  # noqa: E741
    P = "P", "教育"
    Q = "Q", "卫生和社会工作"
    R = "R", "文化、体育和娱乐业"
    S = "S", "公共管理、社会保障和社会组织"
    T = "T", "国际组织"


# Annex 1 所属行业 (QH-A1 foot-note); every other letter prints 其他.
ANNEX_1_NAMES = {"C": "制造业", "E": "建筑业", "K": "房地产业", "H": "住宿餐饮业"}
ANNEX_1_OTHER = "其他"


def annex_1_name(letter: str) -> str:
    return ANNEX_1_NAMES.get(letter, ANNEX_1_OTHER)


class Nature(models.TextChoices):
    """项目性质: exclusive, precedence in this order."""

    GOVERNMENT = "government", "政府投资"
    SOE = "soe", "国企"
    OTHER = "other", "其他"


class TableRow(models.TextChoices):
    """The finest rows of Annex 2 and the Shandong table; coarser rows are sums of these."""

    GOVERNMENT = "government", "政府投资项目"
    SOE = "soe", "国企项目"
    PROJECT = "project", "其他项目"
    MANUFACTURING = "manufacturing", "制造业"
    OTHER = "other", "其他用人单位"


def table_row(industry: str, on_project: bool, nature: str) -> TableRow:
    """The row of one case or inspection. Mirrors `table_row_sql`; a test holds them together."""
    if industry == Industry.E or (on_project and industry not in (Industry.C, Industry.H)):
        match nature:
            case Nature.GOVERNMENT:
                return TableRow.GOVERNMENT
            case Nature.SOE:
                return TableRow.SOE
        return TableRow.PROJECT
    return TableRow.MANUFACTURING if industry == Industry.C else TableRow.OTHER


def table_row_sql() -> Case:
    """The same as a column the database keeps itself."""
    engineering = Q(industry="E") | (Q(on_project=True) & ~Q(industry__in=["C", "H"]))
    return Case(
        When(engineering & Q(nature="government"), then=Value("government")),
        When(engineering & Q(nature="soe"), then=Value("soe")),
        When(engineering, then=Value("project")),
        When(industry="C", then=Value("manufacturing")),
        default=Value("other"),
        output_field=models.CharField(max_length=13),
    )


class FocusSector(models.TextChoices):
    """QD-2: the sectors the notice asks to watch first."""

    CONSTRUCTION = "construction", "建筑施工"
    MANUFACTURING = "manufacturing", "加工制造"
    CATERING = "catering", "餐饮服务"
    DISPATCH = "dispatch", "劳务派遣"
