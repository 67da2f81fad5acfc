"""The workbook of a list is what its page shows: conditions that are not understood and too many rows are refused."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.cast import World, a_case, an_employer
from tests.readers import appointed, as_user
from unions import sheets
from unions.models import Event
from unions.people.rights import RoleName

# Name of the address → a condition of its page that cannot be read, and the page the sentence names.
LISTS = {
    "case-ledger-export": ("since=昨天", "台账"),
    "letters-export": ("since=昨天", "登记簿"),
    "prevention-export": ("since=昨天", "列表"),
    "risk-export": ("unit=没有这个单位", "列表"),
    "safety-nets-sheet": ("stored_as=没有这一种", "兜底保障"),
    "sanctions-sheet": ("kind=没有这一种", "处理处罚"),
    "warnings-sheet": ("level=没有这一级", "欠薪预警"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_condition_not_understood_is_no_condition_less(world: World, name: str) -> None:
    asked, page = LISTS[name]
    answer = as_user(world, "qian").get(f"{reverse(name)}?{asked}")
    assert answer.status_code == 422
    assert f"筛选条件有误，请回到{page}改正后再导出。" in answer.text
    assert not Event.objects.filter(verb__startswith="export-").exists()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_too_long_for_a_workbook_is_refused(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST", -1)
    answer = as_user(world, "qian").get(reverse(name))
    assert answer.status_code == 422 and "请增加筛选条件，分批导出" in answer.text


@pytest.mark.parametrize("address", ["case-ledger-export", "cases"])
def test_only_rows_of_units_one_exports_for_leave(world: World, address: str) -> None:
    """Decision 071: who reads a district and exports for one enterprise takes the enterprise's rows."""
    for code, role in (("370202", RoleName.CLERK), ("370202E0001", RoleName.OFFICER)):
        appointed(world, "gao", code, role)
    hers = a_case(world, employer=an_employer("海风一号建设有限公司"))
    other = a_case(world, "zheng", "370202T0001", employer=an_employer("海风二号建设有限公司"))
    gao = as_user(world, "gao")
    page = gao.get(reverse("cases")).text
    assert hers.number in page and other.number in page
    answer = gao.get(reverse(address), {"copy": "xlsx"})
    book = load_workbook(BytesIO(answer.content))
    said = "\n".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell)
    assert hers.number in said and other.number not in said
    assert "另有 1 条属于您没有导出权限的单位，未列入。" in said
