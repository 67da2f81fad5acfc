"""YK-2.5: orders to rectify and preserved assets, with department or court, amount, from and to, and their result."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.sanctions.actions import sanctions
from arrears.sanctions.actions.sanctions import Decision
from arrears.sanctions.models import Sanction, SanctionKind, SanctionOutcome
from tests.cast import AT, World, a_case
from tests.readers import as_user
from tests.warned import under_yingkou
from unions.common.clock import day_of
from unions.common.refusals import Refused

K, R = SanctionKind, SanctionOutcome


def term(row: Sanction) -> Obligation:
    return Obligation.objects.get(subject=row.stream)


def test_YK_2_5_an_order_to_rectify_has_its_term_and_result(world: World) -> None:
    under_yingkou(world)
    case, he = a_case(world), world.user("he")
    said = Decision(K.RECTIFY, "市南区人社局", "南人社改〔2026〕1号", date(2026, 11, 12))
    with pytest.raises(Refused, match="整改期限"):
        sanctions.record_sanction(case, said, he, AT)
    said = Decision(K.RECTIFY, "市南区人社局", "南人社改〔2026〕1号", date(2026, 11, 12), pay_by=date(2026, 11, 18))
    row = sanctions.record_sanction(case, said, he, AT)
    owed = term(row)
    assert owed.title == "整改指令期满：核实是否整改" and owed.clause == "YK-2.5"
    assert owed.due_at and day_of(owed.due_at) == date(2026, 11, 18) and row.late_on(date(2026, 11, 19))
    assert not Sanction.objects.unpaid_on(date(2026, 11, 19)).exists(), "nobody was told to pay by it"
    with pytest.raises(Refused, match="没有这种结果"):
        sanctions.record_outcome(row, R.PAID, date(2026, 11, 19), "", he, AT)
    sanctions.record_outcome(row, R.RECTIFIED, date(2026, 11, 19), "已补发并公示", he, AT)
    row.refresh_from_db()
    assert not row.late_on(date(2026, 11, 20)) and term(row).met_at is not None


def test_YK_2_5_assets_are_preserved_with_court_amount_from_and_to(world: World) -> None:
    case, he = a_case(world), as_user(world, "he")
    sent: dict[str, Any] = {
        "kind": "preserve",
        "department": "市南区人民法院",
        "number": "（2026）鲁0202财保7号",
        "decided_on": "2026-11-12",
        "amount": "120,000",
        "held_from": "2026-11-13",
        "held_until": "2026-12-25",
        "detail": "冻结基本户存款",
    }
    address = reverse("case-sanction", args=[case.pk])
    assert "财产保全必填" in he.post(address, sent | {"held_until": ""}).text
    assert "不能早于保全起日" in he.post(address, sent | {"held_until": "2026-11-12"}).text
    assert he.post(address, sent).status_code == 302
    row = Sanction.objects.get(case=case)
    assert (row.amount, row.held_from, row.held_until) == (Decimal(120000), date(2026, 11, 13), date(2026, 12, 25))
    rebuild_all(AT)
    owed = term(row)
    assert owed.title == "财产保全到期：申请续行保全或登记结果" and owed.due_at
    assert day_of(owed.due_at) == date(2026, 12, 25)
    listed = he.get(reverse("sanctions"), {"kind": "preserve"})
    assert [one.pk for one in listed.context["page"].rows] == [row.pk] and "保全中的金额" in listed.text
    book = openpyxl.load_workbook(BytesIO(he.get(reverse("sanctions-sheet"), {"kind": "preserve"}).content))
    assert any("市南区人民法院" in line for line in book.active.iter_rows(values_only=True))
    page = he.get(row.get_absolute_url())
    assert [key for key, _ in page.context["forms"]["outcome"].fields["outcome"].choices] == [
        "paid",
        "realised",
        "released",
    ]
    done = {"outcome": "realised", "on": "2026-11-20", "note": "扣划后发放"}
    sanctions.record_outcome(row, R.REALISED, date(2026, 11, 20), done["note"], world.user("he"), AT)
    assert "已变现，用于支付工资" in he.get(row.get_absolute_url()).text


def test_YK_2_5_the_list_says_late_of_what_its_page_says_it(world: World) -> None:
    """Of preserved assets the preservation is the term, whatever day to pay stands beside it."""
    case, he, today = a_case(world), world.user("he"), date(2026, 11, 19)
    days = {"decided_on": date(2026, 11, 12), "pay_by": date(2026, 11, 13)}
    held = {"amount": Decimal(120000), "held_from": date(2026, 11, 13)}
    rows = [
        sanctions.record_sanction(case, Decision(kind, "市南区人民法院", f"{nth}号", **days, **more), he, AT)
        for nth, (kind, more) in enumerate(
            [
                (K.ORDER, {}),
                (K.RECTIFY, {}),
                (K.PRESERVE, held | {"held_until": date(2026, 11, 18)}),
                (K.PRESERVE, held | {"held_until": date(2026, 12, 25)}),
            ]
        )
    ]
    listed = {row.pk: bool(row.late) for row in Sanction.objects.with_lateness(today)}  # type: ignore[attr-defined]
    assert listed == {row.pk: row.late_on(today) for row in rows}
    assert [listed[row.pk] for row in rows] == [True, True, True, False]
