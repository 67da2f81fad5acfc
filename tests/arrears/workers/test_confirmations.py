"""到账确认: what workers say of payments, without an account, and what it keeps from being written off."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from arrears.cases import ledger, snapshot, workflow
from arrears.cases.models import Case, EntryKind, LedgerEntry, State
from arrears.cases.second_person import WORK
from arrears.portal.models import WindowLetter
from arrears.reminders.models import Reminder
from arrears.workers import confirmations, payments
from arrears.workers.models import ArrivalAnswer, ArrivalFinding, PaymentAnswer, PaymentSlip, Worker, WorkerPayment
from arrears.workers.views.paid import link_of_slip, link_of_worker
from tests.arrears.desk.test_browser_spine import Open, enter
from tests.arrears.workers.test_workers import facts, listed
from tests.cast import AT, World, a_case
from tests.readers import as_user
from tests.unions.common.test_visual_language import violations
from tests.window import look, write
from unions.approvals import seal_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log.audit import broken_links
from unions.models import Event


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(world: World) -> Case:
    """An open case whose twelve listed workers were all paid on the day of the cast."""
    made = a_case(world)
    rows = listed(world, made)
    pay(world, made, {row.pk: row.owed for row in rows})
    return made


def pay(world: World, case: Case, amounts: dict[int, Decimal]) -> LedgerEntry:
    entry = payments.pay(case, amounts, payments.Payment(AT.date()), world.user("he"), timezone.now())
    case.refresh_from_db()
    return entry


def workers(case: Case) -> list[Worker]:
    return list(case.workers.order_by("pk"))


def say(worker: Worker, answer: ArrivalAnswer, received: int | None = None, words: str = "") -> PaymentAnswer:
    (asked,) = confirmations.asked_payments(worker)
    amount = None if received is None else Decimal(received)
    return confirmations.give_answer(asked.payment, answer, amount, words, timezone.now())


def settle(world: World, case: Case) -> Case:
    case.refresh_from_db()
    return workflow.move(case, "settle", world.user("he"), timezone.now(), seen=case.version, conclusion="paid")


def slips(world: World, case: Case) -> list[confirmations.NewSlip]:
    return confirmations.print_slips(case, world.user("he"), timezone.now())


def opened(new: confirmations.NewSlip) -> Client:
    """A worker who typed the number and code of her slip."""
    client = Client()
    answer = client.post("/window/mine/enter/", {"number": new.slip.shown_number, "pin": new.shown_code})
    assert answer.status_code == 302 and answer["Location"] == "/window/paid/"
    return client


# ---- from payment to write-off ------------------------------------------------------------------------------------------


def test_what_a_worker_contradicts_is_not_written_off_until_a_person_has_looked(world: World, case: Case) -> None:
    """不解决不销账: the worker has the last word on whether the money came."""
    row = say(workers(case)[0], ArrivalAnswer.NOTHING, words="卡里没有")
    with pytest.raises(Refused, match="1 名职工表示登记的清偿未足额收到"):
        settle(world, case)
    confirmations.examine(
        row, ArrivalFinding.ARRIVED, "与本人通话，银行流水在另一张卡。", world.user("he"), timezone.now()
    )
    done = settle(world, case)
    shown = as_user(world, "wang").get(f"/cases/{case.pk}/moves/close/").text
    assert "职工表示没有收到" in shown and "核实已到账：与本人通话" in shown
    at, seal = timezone.now(), seal_of(snapshot.closing(done))
    assert workflow.move(done, "close", world.user("wang"), at, seen=done.version, seal=seal).state == State.CLOSED


def test_found_unpaid_stays_barred_until_the_entry_is_reversed(world: World, case: Case) -> None:
    row = say(workers(case)[0], ArrivalAnswer.LESS, 3000)
    confirmations.examine(row, ArrivalFinding.UNPAID, "单位承认只发了 3000 元。", world.user("he"), timezone.now())
    with pytest.raises(Refused, match="请冲正该笔清偿后按实际发放重新登记"):
        settle(world, case)
    entry = case.entries.get(kind=EntryKind.PAID)
    ledger.reverse(entry, timezone.localdate(), world.user("he"), timezone.now(), "实发不足")
    assert not PaymentAnswer.objects.contradicting().exists(), "what was reversed was paid to nobody"


def test_silence_is_silence_and_delays_nothing(world: World, case: Case) -> None:
    say(workers(case)[0], ArrivalAnswer.RECEIVED)
    counted = confirmations.shares(case)
    assert (counted.paid, counted.confirmed, counted.contradicting, counted.silent) == (12, 1, 0, 11)
    assert settle(world, case).state == State.SETTLED
    text = as_user(world, "he").get(f"/cases/{case.pk}/workers/", headers={"HX-Request": "true"}).text
    assert "本人确认 1 人（8%）" in text and "未答复 11 人。未答复不视为已到账" in text


def test_the_share_that_confirmed_opens_the_workers_with_their_names_masked(world: World, case: Case) -> None:
    """From the overview and the comparison to every worker paid in the year, those who have not confirmed first."""
    first, second = workers(case)[:2]
    say(first, ArrivalAnswer.RECEIVED)
    say(second, ArrivalAnswer.NOTHING)
    client = as_user(world, "han")
    year = {"unit": "370000", "period": "2026"}
    lines = client.get("/overview/", year).context["summary"]
    [share] = [line["now"] for line in lines if line["column"].name == "confirmed-rate"]
    assert (share.text, share.note) == ("8.33", "1/12")
    page = client.get(reverse("comparison-rows", args=["confirmed-rate"]), year)
    told = [(part.good, part.said) for part in page.context["behind"].parts]
    assert sorted(told) == [(False, "未答复")] * 10 + [(False, "没有收到"), (True, "已足额收到")]
    assert first.name.text not in page.text and first.masked_name in page.text
    assert told[-1][0], "what is not confirmed stands first"
    assert 'data-label="计入"' in page.text and 'data-label="日期"' not in page.text, "a worker has no day of her own"


def test_she_may_answer_again_and_the_last_word_counts(world: World, case: Case) -> None:
    worker = workers(case)[0]
    first = say(worker, ArrivalAnswer.NOTHING)
    assert say(worker, ArrivalAnswer.NOTHING).pk == first.pk, "a double click is one answer"
    say(worker, ArrivalAnswer.RECEIVED)
    assert not PaymentAnswer.objects.contradicting().exists() and PaymentAnswer.objects.count() == 2
    with pytest.raises(Stale):
        confirmations.examine(first, ArrivalFinding.ARRIVED, "晚了一步", world.user("he"), timezone.now())
    last = say(worker, ArrivalAnswer.LESS, 9000)
    assert list(PaymentAnswer.objects.contradicting()) == [last]


def test_what_was_written_anew_keeps_what_she_said(world: World, case: Case) -> None:
    """An entry repeated on another day is the same money."""
    say(workers(case)[0], ArrivalAnswer.RECEIVED)
    entry = case.entries.get(kind=EntryKind.PAID)
    new = pay_again(world, case, entry)
    assert PaymentAnswer.objects.standing().get().payment.entry == new


def pay_again(world: World, case: Case, entry: LedgerEntry) -> LedgerEntry:
    he, at = world.user("he"), timezone.now()
    ledger.reverse(entry, entry.on, he, at, "日期有误")
    new = ledger.post(
        case, EntryKind.PAID, entry.on, he, at, workers=entry.workers, migrants=entry.migrants, amount=entry.amount
    )
    payments.follow_repeats([(entry, new)], he, at)
    return new


# ---- who may --------------------------------------------------------------------------------------------------------


def test_the_handler_and_the_approver_are_told_at_once(world: World, case: Case) -> None:
    say(workers(case)[0], ArrivalAnswer.NOTHING)
    told_people = set(
        Reminder.objects.filter(key__startswith="payment-answer:").values_list("user__username", flat=True)
    )
    assert "wang" in told_people and told_people & {"he", "li"}
    assert "职工0" not in "".join(Reminder.objects.values_list("title", flat=True))


def test_only_the_unit_that_handles_looks_into_it(world: World, case: Case) -> None:
    row = say(workers(case)[0], ArrivalAnswer.NOTHING)
    for name in ("wang", "sun", "feng"):
        with pytest.raises(Forbidden):
            confirmations.examine(row, ArrivalFinding.ARRIVED, "看过", world.user(name), timezone.now())
        with pytest.raises(Forbidden):
            confirmations.print_slips(case, world.user(name), timezone.now())
    nothing = as_user(world, "wang").post(reverse("case-worker-answer", args=[case.pk, row.pk]))
    assert nothing.status_code == 403, "before what was typed is looked at"
    with pytest.raises(Refused, match="核实方式"):
        confirmations.examine(row, ArrivalFinding.ARRIVED, " ", world.user("he"), timezone.now())
    with pytest.raises(Refused, match="号码"):
        confirmations.examine(row, ArrivalFinding.ARRIVED, "电话 13812345678", world.user("he"), timezone.now())


def test_the_log_knows_no_name_and_holds(world: World, case: Case) -> None:
    row = say(workers(case)[0], ArrivalAnswer.LESS, 3000, "我叫职工1，电话 13800000001")
    confirmations.examine(row, ArrivalFinding.UNPAID, "单位承认", world.user("he"), timezone.now())
    slips(world, case)
    data = str(list(Event.objects.filter(stream=case.stream).values_list("verb", "data")))
    assert "worker.answer.less" in data and "职工1" not in data and "13800000001" not in data
    assert list(broken_links(case.stream)) == []


# ---- in the window --------------------------------------------------------------------------------------------------


def test_a_slip_opens_her_own_sum_and_no_other(world: World, case: Case) -> None:
    new = slips(world, case)[0]
    assert len(PaymentSlip.objects.filter(valid=True)) == 12
    client = opened(new)
    text = client.get("/window/paid/").text
    assert "10,000.00 元" in text and "120,000" not in text
    assert "海风建设有限公司" in text
    others = confirmations.asked_payments(workers(case)[5])[0].payment
    assert client.post("/window/paid/", {"payment": others.pk, "answer": "nothing"}).status_code == 404
    assert client.post("/window/paid/", {"payment": "9" * 30, "answer": "nothing"}).status_code == 404
    own = confirmations.asked_payments(new.slip.worker)[0].payment
    refused = client.post("/window/paid/", {"payment": own.pk, "answer": "less", "received": "10000", "words": "原话"})
    assert refused.status_code == 422 and "少于它的数" in refused.text and "原话" in refused.text
    assert client.post("/window/paid/", {"payment": own.pk}).status_code == 422
    assert client.post("/window/paid/", {"payment": own.pk, "answer": "less", "received": "3,000"}).status_code == 302
    assert "只收到一部分 3,000.00 元" in client.get("/window/paid/").text
    client.post("/window/paid/", {"leave": "1"})
    assert client.get("/window/paid/").status_code == 302


def test_a_link_lets_in_and_a_newer_slip_takes_its_place(world: World, case: Case) -> None:
    old = slips(world, case)[0]
    link = link_of_slip(old.slip).partition("//")[2].partition("/")[2]
    assert Client().get(f"/{link}").status_code == 302
    slips(world, case)
    assert Client().get(f"/{link}").status_code == 404
    assert Client().get("/window/paid/nonsense/").status_code == 404
    assert Client().post("/window/mine/enter/", {"number": old.slip.number, "pin": old.code}).status_code == 422


def test_who_has_confirmed_gets_no_more_slips(world: World, case: Case) -> None:
    for worker in workers(case):
        say(worker, ArrivalAnswer.RECEIVED)
    with pytest.raises(Refused, match="均已答复"):
        slips(world, case)


def test_nobody_gets_a_slip_to_take_back_what_a_worker_said(world: World, case: Case) -> None:
    """An officer sees the codes he prints: none are drawn for whoever contradicts, and what is taken back is shown."""
    first, second = workers(case)[:2]
    say(first, ArrivalAnswer.NOTHING)
    assert first.pk not in {new.slip.worker_id for new in slips(world, case)}
    say(second, ArrivalAnswer.NOTHING)
    say(second, ArrivalAnswer.RECEIVED)
    row = PaymentAnswer.objects.contradicting().get()
    confirmations.examine(row, ArrivalFinding.ARRIVED, "已核对流水", world.user("he"), timezone.now())
    settle(world, case)
    shown = as_user(world, "wang").get(f"/cases/{case.pk}/moves/close/").text
    assert "职工曾表示未足额收到" in shown and "改为已足额收到" in shown


def test_whoever_cleared_it_up_is_no_second_person(world: World, case: Case) -> None:
    row = say(workers(case)[0], ArrivalAnswer.NOTHING)
    confirmations.examine(row, ArrivalFinding.ARRIVED, "已核对流水", world.user("he"), timezone.now())
    case.refresh_from_db()
    done = {event.verb for event in Event.objects.filter(stream=case.stream)} & set(WORK)
    assert "worker.examined.arrived" in done


def test_leaving_shuts_the_letter_and_the_payments(world: World, case: Case) -> None:
    receipt = write()
    client = look(receipt)
    new = slips(world, case)[0]
    client.post("/window/mine/enter/", {"number": new.slip.number, "pin": new.code})
    assert client.get("/window/mine/").status_code == client.get("/window/paid/").status_code == 200
    client.post("/window/paid/", {"leave": "1"})
    assert client.get("/window/mine/").status_code == client.get("/window/paid/").status_code == 302


def test_the_writer_of_a_letter_answers_from_her_letter(world: World) -> None:
    receipt = write()
    letter = receipt.letter
    case = a_case(world)
    WindowLetter.objects.filter(pk=letter.pk).update(case=case, standing="taken")
    (worker,) = listed(world, case, [facts(phone=letter.phone.text)])
    he = as_user(world, "he")
    assert "来信人是名单中的职工" in he.get(f"/worker-letters/{letter.pk}/").text
    assert "确认工资到账" not in look(receipt).get("/window/mine/").text
    assert he.post(f"/worker-letters/{letter.pk}/worker/", {"worker": worker.pk}).status_code == 302
    assert "确认工资到账" not in look(receipt).get("/window/mine/").text, "nothing was paid yet"
    pay(world, case, {worker.pk: Decimal(500)})
    client = look(receipt)
    page = client.get("/window/mine/").text
    href = page.partition('href="/window/paid/')[2].partition('"')[0]
    assert client.get(f"/window/paid/{href}").status_code == 302
    assert "500.00 元" in client.get("/window/paid/").text


def test_who_wrote_a_letter_is_taken_back_with_a_second_look(world: World) -> None:
    """What hangs on it is told: she answers no more from her letter, and what was answered meanwhile is looked into."""
    receipt = write()
    letter, case = receipt.letter, a_case(world)
    WindowLetter.objects.filter(pk=letter.pk).update(case=case, standing="taken")
    (worker,) = listed(world, case, [facts(phone=letter.phone.text)])
    he, at = as_user(world, "he"), f"/worker-letters/{letter.pk}/"
    assert he.post(f"{at}not-worker/", {"reason": "认错了"}).status_code == 409  # nobody is named yet
    he.post(f"{at}worker/", {"worker": worker.pk})
    pay(world, case, {worker.pk: Decimal(500)})
    payment = WorkerPayment.objects.get(worker=worker)
    PaymentAnswer.objects.create(payment=payment, answer=ArrivalAnswer.RECEIVED, at=timezone.now())
    page = he.get(at).text
    assert "撤销认定" in page and "名下已有 1 条到账答复" in page and 'name="asks_first"' in page
    assert he.post(f"{at}not-worker/", {"reason": " "}).status_code == 422
    said = he.post(f"{at}not-worker/", {"reason": "核实后并非本人"}, follow=True).text
    assert "已撤销认定" in said and "认定期间收到的 1 条到账答复仍然有效" in said
    assert "确认工资到账" not in look(receipt).get("/window/mine/").text
    undone = Event.objects.get(stream=letter.stream, verb="worker.undone")
    assert (undone.data["worker"], undone.data["reason"]) == (worker.pk, "核实后并非本人")
    assert he.post(f"{at}worker/", {"worker": worker.pk}).status_code == 302  # and may be established anew


@override_settings(SITE_URL="")
def test_confirmed_from_a_phone_in_a_real_browser(open_page: Open, world: World, transactional_db: None) -> None:
    """From payment to write-off at 390 pixels: contradicted, looked into, closed."""
    case = a_case(world)
    rows = listed(world, case)
    pay(world, case, {row.pk: row.owed for row in rows})
    he = enter(open_page, "he")
    he.goto(f"/cases/{case.pk}/?tab=workers")
    with he.expect_popup() as printed:
        he.get_by_role("button", name="到账确认单").click()
    sheet = printed.value
    sheet.get_by_role("heading", name="工资到账确认单").first.wait_for()
    number, code = sheet.locator(".slip-codes strong").all_inner_texts()[:2]
    phone = open_page(width=390, height=844)
    phone.goto("/window/mine/enter/")
    phone.get_by_label("来信编号").fill(number)
    phone.get_by_label("查询密码").fill(code)
    phone.get_by_role("button", name="查询").click()
    phone.get_by_role("heading", name="工资到账确认").wait_for()
    assert violations(phone) == []
    phone.get_by_label("没有收到").check()
    phone.get_by_role("button", name="提交答复").click()
    phone.get_by_text("核实之前本案不会办结。", exact=False).first.wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    he.goto(f"/cases/{case.pk}/?tab=workers")
    he.get_by_text("本人称没有收到").wait_for()
    he.get_by_text("登记核实结果").click()
    he.get_by_label("核实已到账").check()
    he.get_by_label("核实方式和凭据").fill("与本人通话，已到账。")
    he.get_by_role("button", name="登记", exact=True).click()
    he.get_by_text("已登记：核实已到账").wait_for()
    assert settle(world, case).state == State.SETTLED


def test_a_link_from_a_letter_dies_after_half_an_hour(
    world: World, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_of_worker(workers(case)[0].pk)
    assert Client().get(link).status_code == 302
    later = time.time() + 31 * 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert Client().get(link).status_code == 404
