"""A form brought in by the province in the browser, activated by another, and the layout of each period."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from arrears.law.editions import rulebook_editions as shelf
from arrears.law.editions import uploads
from reporting.exports import actions as exports
from reporting.exports.models import Export
from reporting.forms.editions import form_for
from reporting.forms.editions.sheet_writer import to_workbook
from reporting.forms.files import FOLDER, UNITS
from reporting.forms.listing import VALUES
from reporting.forms.measures import MEASURES
from reporting.forms.models import FormEdition
from tests.arrears.law.test_schedule import SIXTH
from tests.books import write_case
from tests.cast import AT, World, an_employer
from tests.form_uploads import WINTER, in_force, second_province, sent, this_winter
from tests.readers import as_user, days_ago
from tests.rulebook_uploads import post as post_rulebook
from unions.models import UnionKind
from unions.tree import actions as tree

TODAY = timezone.localdate
OLD_PERIOD = {"from": "2023-11-16", "as_of": "2024-01-03"}


def now() -> Any:
    return timezone.now()


def exported(client: Client, **asked: str) -> Any:
    """Ask for a workbook as the page does, have it written, and open it."""
    answer = client.post(reverse("export-new"), {"form": "shandong-winter", "union": "370000"} | asked)
    export = Export.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))
    exports.JOB.work(export.pk, now)
    export.refresh_from_db()
    content = b"".join(client.get(reverse("export-file", args=[export.pk])).streaming_content)  # type: ignore[attr-defined]
    return export, load_workbook(BytesIO(content)).worksheets[0]


def printed_header(sheet: Any) -> str:
    """The cells above the body, without the line breaks a narrow column makes."""
    cells = [cell.value for row in sheet.iter_rows(max_row=6) for cell in row]
    return "".join(str(cell) for cell in cells).replace("\n", "")


def brought_in_and_activated(world: World, data: bytes | str, name: str, since: date) -> FormEdition:
    """As the two people do it in the browser."""
    shen, yang = as_user(world, "shen"), as_user(world, "yang")
    answer = sent(shen, data, name)
    assert answer.status_code == 302, answer.content.decode()
    page = yang.get(answer["Location"])
    assert page.status_code == 200 and "与原格式相比" in page.content.decode()
    edition = FormEdition.objects.latest("pk")
    given = {"since": f"{since}", "seal": page.context["seal"]}
    answer = yang.post(reverse("form-edition-activate", args=[edition.pk]), given)
    assert answer.status_code == 302, answer.content.decode()
    return edition


def test_SD_A_another_layout_replaces_the_proposed_one_without_code(
    world: World, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    write_case(world, TODAY() - timedelta(2), 7, "70000", employer=an_employer("新冬建设"))
    write_case(world, date(2023, 12, 1), 3, "30000", employer=an_employer("旧冬建设"))
    brought_in_and_activated(world, this_winter(), "shandong-winter.toml", TODAY())
    shen = as_user(world, "shen")

    new, sheet = exported(shen, **{"from": days_ago(5), "as_of": days_ago(0)})
    assert sheet["A1"].value == "根治欠薪冬季专项行动进展表" and not str(sheet["A2"].value).startswith("（拟制版式")
    assert "已调处" in printed_header(sheet) and "检查用人单位户数" not in printed_header(sheet)
    assert new.form_digest == form_for("shandong-winter", TODAY()).digest

    old, sheet = exported(shen, **OLD_PERIOD)
    assert sheet["A1"].value == "根治欠薪冬季专项行动情况表" and "拟制版式" in sheet["A2"].value
    assert "检查用人单位户数" in printed_header(sheet) and "已调处" not in printed_header(sheet)
    assert old.form_digest == form_for("shandong-winter", date(2024, 1, 3)).digest != new.form_digest

    page = shen.get(reverse("form", args=["shandong-winter"]))
    assert "根治欠薪冬季专项行动进展表" in page.content.decode()
    page = shen.get(reverse("form", args=["shandong-winter"]), OLD_PERIOD)
    assert "拟制版式" in page.content.decode()


def test_an_export_asked_for_before_keeps_its_layout(world: World, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    shen = as_user(world, "shen")
    asked = {"form": "shandong-winter", "union": "370000", "from": days_ago(3), "as_of": days_ago(0)}
    shen.post(reverse("export-new"), asked)
    export = Export.objects.get()
    in_force(world, TODAY() - timedelta(1))
    exports.JOB.work(export.pk, now)
    export.refresh_from_db()
    assert load_workbook(export.file).worksheets[0]["A1"].value == "根治欠薪冬季专项行动情况表"
    shen.post(reverse("export-new"), asked)
    assert Export.objects.count() == 2, "the same question in another layout is another workbook"


def test_the_command_writes_the_layout_of_the_period(world: World, tmp_path: Path, capsys: Any) -> None:
    in_force(world, TODAY())
    for name, since, as_of in (("old", "2023-11-16", "2024-01-03"), ("new", days_ago(5), days_ago(0))):
        call_command(
            "export",
            "shandong-winter",
            "--union",
            "370000",
            "--from",
            since,
            "--as-of",
            as_of,
            "--out",
            str(tmp_path / f"{name}.xlsx"),
        )
    titles = [load_workbook(tmp_path / f"{name}.xlsx").worksheets[0]["A1"].value for name in ("old", "new")]
    assert titles == ["根治欠薪冬季专项行动情况表", "根治欠薪冬季专项行动进展表"]


def test_the_spreadsheet_filled_in_becomes_the_same_kind_of_edition(world: World) -> None:
    shen = as_user(world, "shen")
    blank = shen.get(reverse("form-sheet", args=["shandong-winter"]))
    book = load_workbook(BytesIO(blank.content))
    book["基本信息"]["B3"] = "根治欠薪冬季专项行动月报表"
    out = BytesIO()
    book.save(out)
    edition = brought_in_and_activated(world, out.getvalue(), "填好的表.xlsx", TODAY())
    assert (edition.key, edition.file) == ("shandong-winter", "填好的表.xlsx")
    assert form_for("shandong-winter", TODAY()).title == "根治欠薪冬季专项行动月报表"
    again = shen.get(reverse("form-text", args=["shandong-winter"])).content.decode()
    assert again == edition.content, "the next one is drawn from the edition in force"


def test_the_preview_shows_this_months_figures_and_nothing_else_changes(world: World) -> None:
    write_case(world, TODAY(), 7, "70000", employer=an_employer("新冬建设"))
    shen = as_user(world, "shen")
    sent(shen, WINTER.replace("情况表", "试看表"))
    page = shen.get(FormEdition.objects.get().get_absolute_url()).content.decode()
    assert "试看表" in page and "<td>7.00</td>" in page and "改动" in page
    assert "试看表" not in shen.get(reverse("forms")).content.decode()


def test_a_list_by_a_threshold_nobody_wrote_is_told_not_broken(world: World) -> None:
    shen = as_user(world, "shen")
    text = (FOLDER / "qingdao-quarterly.toml").read_text("utf-8").replace('"QD-4.1c"', '"XX-1"')
    sent(shen, text.replace("欠薪情况季度汇总表", "无门槛的汇总表"), "no-threshold.toml")
    answer = shen.get(FormEdition.objects.get().get_absolute_url())
    assert answer.status_code in (200, 422)


def test_a_title_as_long_as_may_be(world: World) -> None:
    shen = as_user(world, "shen")
    assert sent(shen, WINTER.replace("根治欠薪冬季专项行动情况表", "长" * 300)).status_code == 302
    assert shen.get(FormEdition.objects.get().get_absolute_url()).status_code == 200


def test_a_bad_file_says_the_line_and_keeps_nothing(world: World) -> None:
    answer = sent(as_user(world, "shen"), WINTER.replace('"amount_owed"', '"amount_owned"'))
    page = answer.content.decode()
    line = next(n for n, words in enumerate(WINTER.splitlines(), 1) if '"amount_owed"' in words)
    assert answer.status_code == 422 and f"第 {line} 行：“涉及金额（万元）”的指标 amount_owned 不认识" in page
    assert "toml-wrong" in page and not FormEdition.objects.exists()


def test_bad_cells_are_listed(world: World) -> None:
    book = load_workbook(BytesIO(to_workbook("shandong-winter", WINTER)))
    book["栏目"]["A4"] = "=1+1"
    book["行"]["A3"] = None
    out = BytesIO()
    book.save(out)
    answer = sent(as_user(world, "shen"), out.getvalue(), "x.xlsx")
    page = answer.content.decode()
    assert answer.status_code == 422 and "要改的单元格" in page
    assert "“栏目”表第 4 行 A 列" in page and "“行”表第 3 行 A 列" in page


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"x" * 10_000_000, "big.toml", "文件超过 1000 KB"),
        (b"\xff\xfe\x00", "x.toml", "也不是 UTF-8 文本"),
        (b" \n", "x.toml", "文件是空的"),
        (b"PK\x03\x04" + b"0" * 100, "x.xlsx", "已损坏"),
        (WINTER.encode(), "我的表.toml", "只能用小写字母"),
    ],
)
def test_what_is_no_form_at_all(world: World, data: bytes, name: str, told: str) -> None:
    answer = sent(as_user(world, "shen"), data, name)
    assert answer.status_code == 422 and told in answer.content.decode()


def test_a_day_too_early_stands_at_its_field(world: World) -> None:
    sent(as_user(world, "shen"), this_winter())
    edition = FormEdition.objects.get()
    yang = as_user(world, "yang")
    given = {"since": "2024-01-01", "seal": yang.get(edition.get_absolute_url()).context["seal"]}
    answer = yang.post(reverse("form-edition-activate", args=[edition.pk]), given)
    assert answer.status_code == 422 and "启用日 2024-01-01 早于" in answer.content.decode()
    answer = yang.post(reverse("form-edition-activate", args=[edition.pk]), given | {"since": "soon"})
    assert answer.status_code == 422 and 'value="soon"' in answer.content.decode()


def test_the_way_out_in_the_browser(world: World) -> None:
    edition = in_force(world, TODAY())
    shen, yang = as_user(world, "shen"), as_user(world, "yang")
    assert shen.post(reverse("form-edition-ask-withdrawal", args=[edition.pk]), {"reason": "有误"}).status_code == 302
    assert shen.post(reverse("form-edition-withdraw", args=[edition.pk])).status_code == 403
    seen = yang.get(edition.get_absolute_url())
    page, seal = seen.content.decode(), {"seal": seen.context["seal"]}
    assert "有误" in page and "继续使用" in page
    assert yang.post(reverse("form-edition-keep", args=[edition.pk])).status_code == 302
    assert yang.post(reverse("form-edition-withdraw", args=[edition.pk]), seal).status_code == 409
    shen.post(reverse("form-edition-ask-withdrawal", args=[edition.pk]), {"reason": "有误"})
    assert yang.post(reverse("form-edition-withdraw", args=[edition.pk]), seal).status_code == 302
    page = shen.get(reverse("form-editions")).content.decode()
    assert "已停用" in page and form_for("shandong-winter", TODAY()).label == "拟制版式"


def test_another_province_sees_nothing_of_it(world: World) -> None:
    edition = in_force(second_province(world), TODAY())
    tong = as_user(world, "tong")
    assert tong.get(edition.get_absolute_url()).status_code == 404
    assert tong.post(reverse("form-edition-ask-withdrawal", args=[edition.pk]), {"reason": "x"}).status_code == 404
    assert sent(tong, WINTER).status_code == 422


def test_authors_find_every_measure_value_and_unit(world: World) -> None:
    page = as_user(world, "shen").get(reverse("form-measures")).content.decode()
    for name in (*MEASURES, *VALUES, *UNITS):
        assert name in page
    assert all(one.what in page for one in MEASURES.values())


def test_price_of_the_list(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        in_force(world, TODAY() + timedelta(number), this_winter(f"第{number}稿"))
    shen = as_user(world, "shen")
    shen.get(reverse("form-editions"))
    with django_assert_max_num_queries(16):
        assert "第2稿" in shen.get(reverse("form-editions")).content.decode()


# A sixth notice ------------------------------------------------------------------------------------------------------

A_WEEK = timedelta(7)


def sixth_notice() -> str:
    """The invented notice of tests/arrears/law/test_schedule.py, its campaign around today."""
    first, last = TODAY() - A_WEEK, TODAY() + 5 * A_WEEK
    text = SIXTH.replace("2026-04-01", f"{first}").replace("2026-05-15", f"{last}")
    return text.replace("first = 2026-03-01", f"first = {first}").replace("issued = 2026-02-20", f"issued = {first}")


def its_table() -> str:
    text = (
        this_winter("南屯市春季清欠行动周报")
        .replace('"370000"', '"990100"')
        .replace("鲁就办〔2023〕18号", "南工发〔2030〕7号")
    )
    return text.replace('period = "campaign"', 'period = "week"').replace('"SD-A"', '"NT-2"')


def test_a_sixth_notice_brings_its_own_table_by_files_alone(world: World, tmp_path: Path) -> None:
    second_province(world, "990000", "南屯省总工会")
    tong, pi = as_user(world, "tong"), as_user(world, "pi")
    answer = post_rulebook(tong, sixth_notice(), since=days_ago(30), until=days_ago(0))
    assert answer.status_code == 302, answer.content.decode()
    book_pk = int(answer["Location"].rstrip("/").rpartition("/")[2])
    uploads.JOB.work(book_pk, now)
    seal = pi.get(reverse("rulebook-trial", args=[book_pk])).context["seal"]
    assert pi.post(reverse("rulebook-activate", args=[book_pk]), {"seal": seal}).status_code == 302

    answer = sent(tong, its_table(), "nantun-weekly.toml")
    assert answer.status_code == 302, answer.content.decode()
    edition = FormEdition.objects.get()
    seen = pi.get(edition.get_absolute_url())
    assert "这是一张新报表" in seen.content.decode()
    given = {"since": f"{TODAY() - A_WEEK}", "seal": seen.context["seal"]}
    assert pi.post(reverse("form-edition-activate", args=[edition.pk]), given).status_code == 302

    book = shelf.rulebooks_at()["nantun-2030-7"]
    weekly = next(rule for rule in book.returns if rule.name == "weekly")
    form = form_for(weekly.form, TODAY())
    assert (form.title, form.clause, form.digest) == ("南屯市春季清欠行动周报", weekly.clause, edition.digest)

    city = world.unions["990100"]
    enterprise = tree.found("990100E0001", "南屯建筑工会", UnionKind.ENTERPRISE, city, date(2001, 1, 1), None, AT)
    world.unions["990100E0001"] = enterprise
    write_case(world, TODAY(), 9, "90000", "990100E0001", employer=an_employer("南屯建筑"))
    week = f"{TODAY().isocalendar().year}-W{TODAY().isocalendar().week:02d}"
    page = tong.get(reverse("form", args=["nantun-weekly"]), {"union": "990100", "period": week}).content.decode()
    assert "南屯市春季清欠行动周报" in page and "9.00" in page
    out = tmp_path / "week.xlsx"
    call_command("export", "nantun-weekly", "--union", "990100", "--period", week, "--out", str(out))
    sheet = load_workbook(out).worksheets[0]
    assert sheet["A1"].value == "南屯市春季清欠行动周报"
    assert 9 in [cell.value for row in sheet.iter_rows() for cell in row]
