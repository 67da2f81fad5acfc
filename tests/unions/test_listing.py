"""What every list page can do: order, columns, kept views, print and the workbook of what is shown."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from arrears.cases.models import Case
from tests import departments
from tests.cast import AT, World, an_employer
from tests.cast import a_case as cast_case
from tests.readers import as_user
from unions.models import Event, ListView
from unions.people.rights import Right

ROOT = Path(__file__).parents[2]


LISTS = (
    "cases",
    "letters",
    "sanctions",
    "listings",
    "inspections",
    "reviews",
    "rounds",
    "prevention",
    "obligations",
    "escalations",
    "referrals",
    "clues",
    "oversights",
    "opinions",
    "receptions",
)


def a_case(world: World, accepted_on: str = "2026-11-10") -> Case:
    """Each of an employer of its own."""
    employer = an_employer(f"海风{Case.objects.count()}号建设有限公司")
    return cast_case(world, employer=employer, accepted_on=date.fromisoformat(accepted_on))


def rows_of(page: str) -> list[str]:
    return re.findall(r'<td class="title-cell case-number">\s*<a [^>]*>([^<]*)</a>', page)


def keep(client: Any, back: str, **sent: Any) -> Any:
    return client.post(reverse("list-view"), {"page": "cases", "back": back, **sent}, follow=True)


def book_of(answer: Any) -> list[tuple[Any, ...]]:
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    return [tuple(row) for row in load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)]


def test_a_heading_orders_the_list_both_ways_and_says_so(world: World) -> None:
    first, second = a_case(world, accepted_on="2026-11-02"), a_case(world, accepted_on="2026-11-01")
    li, cases = as_user(world, "li"), reverse("cases")
    assert rows_of(li.get(cases).text) == [second.number, first.number]
    up = li.get(f"{cases}?sort=accepted_on").text
    assert rows_of(up) == [second.number, first.number] and 'aria-sort="ascending"' in up
    down = li.get(f"{cases}?sort=-accepted_on").text
    assert rows_of(down) == [first.number, second.number] and 'aria-sort="descending"' in down
    assert "aria-sort" not in li.get(f"{cases}?sort=fingerprint").text


def test_an_order_by_a_heading_never_drifts_from_page_to_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arrears.desk.views.cases.PER_PAGE", 2)
    numbers = [a_case(world, accepted_on=f"2026-11-0{day}").number for day in (3, 1, 2, 1, 3)]
    li, seen, at = as_user(world, "li"), [], f"{reverse('cases')}?sort=-accepted_on"
    while at:
        page = li.get(at)
        seen += rows_of(page.text)
        following = page.context["page"].next
        at = f"{reverse('cases')}{following}" if following else ""
    assert sorted(seen) == sorted(numbers) and seen[0] == numbers[4] and seen[-1] == numbers[1]


@pytest.mark.parametrize("name", LISTS)
def test_every_heading_that_orders_a_list_does_so_both_ways(world: World, name: str) -> None:
    """Asked again after a cursor: its column can be compared."""
    lv, address = as_user(world, "lv"), reverse(name)
    listing = lv.get(address).context["page"].listing
    for column in listing.sorts.values():
        for way in ("", "-"):
            for after in ("", "&after=2026-11-01,1", "&after=1,1"):
                assert lv.get(f"{address}?sort={way}{column}{after}").status_code == 200, (column, way, after)


def test_columns_left_out_stay_out_of_page_print_and_workbook(world: World) -> None:
    a_case(world)
    qian, cases = as_user(world, "qian"), reverse("cases")
    page = qian.get(cases)
    headings = page.context["page"].listing.headings
    shown = [one for one in headings if one and one != "经办人"]
    after = keep(qian, cases, act="columns", heading=[one for one in headings if one], shown=shown).text
    left_out = headings.index("经办人") + 1
    assert f"without-{left_out}" in after and f"without-{left_out}" in qian.get(f"{cases}?copy=print").text
    assert f"without-{left_out}" not in as_user(world, "li").get(cases).text
    heads = next(row for row in book_of(qian.get(f"{cases}?copy=xlsx")) if "用人单位" in row)
    assert "经办人" not in heads and "受理日期" in heads


def test_the_workbook_is_what_the_page_shows_and_is_on_record(world: World) -> None:
    kept, other = a_case(world, accepted_on="2026-11-02"), a_case(world, accepted_on="2026-11-01")
    qian, cases = as_user(world, "qian"), reverse("cases")
    rows = book_of(qian.get(f"{cases}?since=2026-11-02&copy=xlsx"))
    said = "\n".join(str(cell) for row in rows for cell in row if cell)
    assert kept.number in said and other.number not in said and "受理日期从：2026-11-02" in said
    assert Event.objects.get(verb="export-list").data["asked"] == "since=2026-11-02&copy=xlsx"


def test_a_list_is_printed_whole_and_says_of_what(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arrears.desk.views.cases.PER_PAGE", 1)
    for _ in range(3):
        a_case(world)
    page = as_user(world, "li").get(f"{reverse('cases')}?state=unfinished&copy=print").text
    assert len(rows_of(page)) == 3 and "条件：状态：全部未结。" in page
    assert Event.objects.get(verb="print-list").data["asked"] == "state=unfinished&copy=print"
    monkeypatch.setattr("unions.listing.MOST_COPIED", 2)
    page = as_user(world, "li").get(f"{reverse('cases')}?copy=print").text
    assert len(rows_of(page)) == 2 and "仅列前" in page
    refused = as_user(world, "qian").get(f"{reverse('cases')}?copy=xlsx")
    assert refused.status_code == 422 and "请增加筛选条件" in refused.text


def test_what_cannot_be_laid_out_as_pdf_is_refused_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    a_case(world)
    monkeypatch.setattr("unions.common.pdf.MOST_ROWS", 0)
    refused = as_user(world, "qian").get(f"{reverse('cases')}?copy=xlsx&as=pdf")
    assert refused.status_code == 422 and "不宜生成 PDF" in refused.text


def test_who_may_not_export_takes_no_workbook(world: World) -> None:
    a_case(world)
    li = as_user(world, "li")
    may = bool(world.user("li").paths(Right.EXPORT))
    assert li.get(f"{reverse('cases')}?copy=xlsx").status_code == (200 if may else 403)
    assert ("导出本表" in li.get(reverse("cases")).text) == may


def test_a_view_is_kept_shared_renamed_and_deleted(world: World) -> None:
    a_case(world)
    li, cases = as_user(world, "li"), reverse("cases")
    saved = keep(li, f"{cases}?state=unfinished&sort=-accepted_on&after=1", act="save", name="未结", shared="on")
    view = ListView.objects.get(name="未结")
    assert view.query == "state=unfinished&sort=-accepted_on" and saved.redirect_chain[-1][0].endswith(
        f"view={view.pk}"
    )
    assert "未结" in as_user(world, "he").get(cases).text  # of the same unit
    assert f"view={view.pk}" not in as_user(world, "feng").get(cases).text
    assert keep(as_user(world, "he"), cases, act="delete", view=view.pk).status_code == 403
    assert keep(as_user(world, "feng"), cases, act="delete", view=view.pk).status_code == 404
    keep(li, cases, act="rename", view=view.pk, name="未结案件")
    assert ListView.objects.get(pk=view.pk).name == "未结案件"
    keep(li, cases, act="delete", view=view.pk)
    assert not ListView.objects.exists()


def test_people_of_departments_read_no_view_of_a_unit(world: World) -> None:
    departments.beside(world)
    ListView.objects.create(user=world.user("sun"), union=world.unions["370202"], page="cases", name="甲")
    assert ListView.objects.readable_by(world.user("qian"), AT.date()).exists()
    assert not ListView.objects.readable_by(world.user("ma"), AT.date()).exists()


def test_a_view_whose_condition_is_gone_says_so(world: World) -> None:
    view = ListView.objects.create(user=world.user("li"), page="cases", name="旧", query="colour=red")
    page = as_user(world, "li").get(f"{reverse('cases')}?{view.query}&view={view.pk}").text
    assert "此查询中有条件已停用" in page


def test_a_view_leads_to_no_other_site_and_needs_a_name(world: World) -> None:
    li = as_user(world, "li")
    assert keep(li, "https://elsewhere.example/", act="columns").status_code == 422
    assert keep(li, reverse("cases"), act="save", name=" ").status_code == 422


# Lists in which a page begins by its own way: no account reads them, or they are no table.
PLAIN = {"arrears/portal/views/public.py", "unions/listing.py"}


def test_every_list_page_has_the_mechanism() -> None:
    """A page of rows is `listed`, so that ordering, columns, views, print and the workbook come with it."""
    for path in ROOT.glob("*/**/*.py"):
        name = str(path.relative_to(ROOT))
        if name.startswith(("unions/", "arrears/", "reporting/")) and name not in PLAIN:
            assert not re.search(r"(?<!def )\bkeyset\(", path.read_text()), name
