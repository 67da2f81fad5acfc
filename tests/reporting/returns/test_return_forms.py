"""Every delivered form as a return: filled, signed, looked at, computed again, printed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from reporting.forms.files import known
from reporting.returns import actions as life
from reporting.returns.models import Return
from tests import qinghai
from tests.cast import load, moment
from tests.qinghai import a_case, fresh
from tests.readers import as_user
from unions.models import UnionKind

FORMS = sorted(known())


@pytest.mark.parametrize("key", FORMS)
def test_a_form_goes_from_draft_to_paper(qinghai_database: None, db: None, key: str) -> None:
    world, form = load(), known()[key]
    first = max(form.since, date(2022, 10, 1))
    last = min(form.until or date.max, first + timedelta(days=6))
    a_case(world, "630100", first, moment(f"{first} 10:00"))
    unit, at = world.unions["630100"], moment(f"{last} 17:00")
    assert unit.kind == UnionKind.CITY
    report = Return.objects.create(
        rulebook=qinghai.BOOK,
        rule="weekly",
        period=key[:24],
        union=unit,
        path=unit.path,
        receiver=world.unions["630000"],
        clause=form.clause,
        title=form.short,
        form=key,
        first=first,
        last=last,
        due_at=at,
        explanation="",
        calendar_version="x",
        opened_at=at,
        changed_at=at,
    )
    n0, a0 = as_user(world, "n0"), as_user(world, "a0")
    assert n0.get(report.get_absolute_url()).status_code == 200
    life.move(report, "sign", world.user("n0"), at, seen=0, reason="属实。")
    shown = fresh(report).versions.get().hash
    assert shown in a0.get(report.get_absolute_url()).content.decode()
    life.move(report, "approve", world.user("a0"), at, seen=1, seal=shown)
    page = as_user(world, "shengji").get(reverse("return-version", args=[report.pk, 1]), {"again": 1})
    assert "复算一致" in page.content.decode()
    assert n0.get(reverse("return-paper", args=[report.pk, 1])).status_code == 200
    if not form.is_list:
        assert page.content.decode().count("/cell/?version=1") == len(page.context["table"]) * sum(
            bool(column.measure) for column in form.columns
        )
        row = page.context["table"][0][1][0].url
        assert n0.get(row).status_code == 200
