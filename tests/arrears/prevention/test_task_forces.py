"""QH-2d: who is seconded to which task force from when to when; service actions with place, people served and helpers."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from arrears.inspections.models import Secondment
from arrears.prevention import counts
from arrears.prevention.actions import log
from arrears.prevention.actions.log import Work
from arrears.prevention.models import PreventionKind
from reporting.boards.counts import read_board
from tests.cast import AT, World
from tests.readers import as_user
from unions.common.refusals import Refused

SENT = {
    "union": "370202",
    "person": "李国强",
    "post": "权益保障部副部长",
    "task_force": "市根治欠薪专项行动工作专班",
    "task": "参加集中排查",
    "since": "2026-10-08",
}
DAY = date(2026, 11, 12)


def test_QH_2d_who_is_at_which_task_force_from_when_to_when(world: World) -> None:
    sun = as_user(world, "sun")
    assert sun.post(reverse("secondment-new"), SENT | {"until": "2026-10-01"}).status_code == 422
    assert sun.post(reverse("secondment-new"), SENT).status_code == 302
    assert sun.post(reverse("secondment-new"), SENT).status_code == 422, "not twice"
    row = Secondment.objects.get()
    page = sun.get(reverse("rounds"))
    assert "李国强" in page.text and "市根治欠薪专项行动工作专班" in page.text and "登记返岗" in page.text
    assert read_board(world.unions["370200"], AT).counts["seconded"] == 1, "seen by the level above"
    assert (
        as_user(world, "feng").post(reverse("secondment-end", args=[row.pk]), {"on": "2026-11-18"}).status_code == 404
    )
    assert as_user(world, "zhou").post(reverse("secondment-end", args=[row.pk])).status_code == 403
    assert sun.post(reverse("secondment-end", args=[row.pk]), {"on": "2026-10-01"}).status_code == 422
    assert sun.post(reverse("secondment-end", args=[row.pk]), {"on": "2026-11-18"}).status_code == 302
    row.refresh_from_db()
    assert row.until == date(2026, 11, 18)
    assert read_board(world.unions["370200"], AT).counts["seconded"] == 0
    book = openpyxl.load_workbook(io.BytesIO(sun.get(reverse("secondments-export")).content))
    (line,) = [line for line in book.active.iter_rows(values_only=True) if isinstance(line[0], int)]
    assert line[1:3] == ("市南区总工会", "李国强") and line[6].date() == date(2026, 10, 8)


def test_QH_2d_a_service_action_says_place_people_and_helpers_and_counts(world: World) -> None:
    unit, kind = world.unions["370202"], PreventionKind.LEGAL_SERVICE
    with pytest.raises(Refused, match=r"地点.*服务人员") as refused:
        log.record(unit, Work(kind.value, DAY, "公益法律服务", "咨询、代书", people=60), [], world.user("sun"), AT)
    assert set(refused.value.fields) == {"place", "helpers"}
    said = Work(kind.value, DAY, "公益法律服务", "咨询、代书", people=60, place="工地广场", helpers=6)
    work = log.record(unit, said, [], world.user("sun"), AT)
    shown = as_user(world, "sun").get(work.get_absolute_url()).text
    assert "工地广场" in shown and "服务人员" in shown
    rows, total = counts.per_unit(world.unions["370200"], date(2026, 11, 1), date(2026, 11, 30))
    assert total.times[kind] == 1 and total.people == 60 and rows
    book = openpyxl.load_workbook(io.BytesIO(as_user(world, "sun").get(reverse("prevention-export")).content))
    (line,) = [line for line in book.active.iter_rows(values_only=True) if isinstance(line[0], int)]
    assert "工地广场" in line and 6 in line
