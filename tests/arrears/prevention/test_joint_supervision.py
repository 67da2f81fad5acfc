"""QD-6.4b: joint supervision has partners, day, place and what was agreed; it hangs on cases or an employer."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from arrears.law.models import Obligation
from arrears.law.rules.reader import delivered_rulebooks
from arrears.prevention import counts
from arrears.prevention.actions import log
from arrears.prevention.actions.log import Work
from arrears.prevention.models import PLANNED, PreventionKind, PreventionWork
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user
from unions.common.refusals import Refused

TODAY, STEP = AT.date(), PLANNED[PreventionKind.JOINT]
JOINT = Work(
    PreventionKind.JOINT,
    TODAY,
    "四方联动联合督导",
    "议定两项。",
    place="区调解中心",
    agenda="支付安排",
    partners="人社局、住建局",
)


def term(stream: str) -> Obligation:
    return Obligation.objects.get(subject=stream)


def test_QD_6_4b_it_hangs_on_cases_and_what_was_agreed_has_terms(world: World) -> None:
    unit, sun = world.unions["370202"], world.user("sun")
    first = a_case(world)
    second = a_case(world, employer=an_employer("另一户", "370202"))
    for change, field in (
        ({"place": " ", "cases": (first,)}, "place"),
        ({"partners": "", "cases": (first,)}, "partners"),
        ({}, "cases"),
        ({"kind": "visit", "firms": 1, "cases": (first,)}, "cases"),
    ):
        with pytest.raises(Refused) as refused:
            log.record(unit, replace(JOINT, **change), [], sun, AT)
        assert list(refused.value.fields) == [field]
    planned = replace(JOINT, on=TODAY + timedelta(days=3), done="", cases=(first, second))
    plan = log.record(unit, planned, [], sun, AT)
    assert plan.is_plan and term(plan.stream).is_open and term(plan.stream).clause == "QD-6.4b"
    held_at = AT + timedelta(days=3)
    held = log.edit(plan, replace(planned, done="已督导"), [], sun, held_at, seen=plan.version)
    held.refresh_from_db()
    assert set(held.cases.all()) == {first, second} and held.firms == 2
    assert {one.name for one in held.employers.all()} == {first.employer.name, "另一户"}
    task = log.add_task(held, "核查账户", "住建局", TODAY + timedelta(days=9), sun, held_at)
    assert term(task.stream).is_open and term(task.stream).bearer == "住建局"
    log.finish_task(task, TODAY + timedelta(days=5), "已核查", sun, AT + timedelta(days=5))
    assert not term(task.stream).is_open
    _, total = counts.per_unit(unit, TODAY, TODAY + timedelta(days=9))
    assert (total.times, total.tasks, total.firms) == ({"joint": 1}, "1/1", 2)
    alone = log.record(unit, replace(JOINT, title="单独一户", named=("某单位",)), [], sun, AT)
    assert alone.employers.get().name == "某单位"
    asking = {key for key, book in delivered_rulebooks().items() for one in book.requirements if one.step == STEP}
    assert asking == {"qingdao-2021"}, "elsewhere it is refused as any kind that no notice asks for"


def test_QD_6_4b_from_the_page_of_the_case(world: World) -> None:
    case, today = a_case(world), timezone.localdate()
    sun = as_user(world, "sun")
    route = f"{reverse('case', args=[case.pk])}?tab=referrals"
    assert "尚未开展联合督导" in sun.get(route).text
    form = sun.get(reverse("prevention-new"), {"kind": "joint", "cases": case.number}).context["form"]
    assert form.initial["cases"] == case.number
    begun = f"{reverse('prevention-new')}?kind=joint&cases={case.number}"
    sun.post(reverse("prevention-new-autosave"), {"kind": "visit", "title": "走访"})
    assert "已恢复上次未提交的内容" in sun.get(begun).text
    again = sun.post(reverse("prevention-new-autosave"), {"forget": "1", "back": begun})
    assert again["Location"] == begun, "the case it was begun from is not lost"
    sent = {
        "union": "370202",
        "kind": "joint",
        "on": str(today),
        "title": "联合督导海风",
        "partners": "人社局、公安分局",
        "agenda": "支付安排",
        "place": "区调解中心",
        "done": "责成支付",
        "cases": "没有这件",
    }
    wrong = sun.post(reverse("prevention-new"), sent)
    assert wrong.status_code == 422 and "没有找到您可以查看的案件“没有这件”" in wrong.text
    url = sun.post(reverse("prevention-new"), sent | {"cases": case.number})["Location"]
    work = PreventionWork.objects.get()
    assert list(work.cases.all()) == [case]
    assert "督导的案件" in sun.get(url).text and "联合督导海风" in sun.get(route).text
    sun.post(f"{url}tasks/", {"what": "核查账户", "responsible": "住建局", "due_on": str(today)})
    assert "议定 1 项，未落实 1 项" in sun.get(route).text
    edited = sun.get(reverse("prevention-edit", args=[work.pk])).context["form"].initial
    assert (edited["cases"], edited["named"]) == (case.number, "")
    sheet = sun.get(reverse("prevention-export"), {"kind": "joint"})
    cells = {str(cell) for row in openpyxl.load_workbook(io.BytesIO(sheet.content)).active.values for cell in row}
    assert {"联合督导", "人社局、公安分局", "区调解中心"} <= cells
