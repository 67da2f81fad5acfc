"""The window under attack: guessing, floods, huge bodies, scripts, proofs and forms used twice."""

import re
import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arrears.portal import limits, proof, receipts
from arrears.portal.actions import worker as writing
from arrears.portal.models import MessageKind, WindowLetter, WindowTally
from arrears.portal.views import public as window_public
from tests.cast import World
from tests.readers import as_user
from tests.window import ENTER, MINE, MORE, WRITE, form_of, look, photo, pin_in, told, work, write
from unions.common import visits
from unions.common.client_address import client_address


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# ---- guessing ---------------------------------------------------------------------------------------------------------


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_a_wrong_number_and_a_wrong_pin_get_the_same_answer_in_the_same_steps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = write().letter
    hashed: list[str] = []
    real = hashers.check_password

    def counted(password: str, encoded: str) -> bool:
        hashed.append(encoded)
        return bool(real(password, encoded))

    monkeypatch.setattr(receipts, "check_password", counted)
    number = letter.number
    other = str(int(number) - 1)
    answers, prices = [], []
    for asked, pin in ((number, "00000000"), (other, "00000000")):
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post(ENTER, {"number": asked, "pin": pin})
        # The first try of all within the hour also drops old tallies.
        prices.append(sum("DELETE" not in query["sql"] for query in queries))
        answers.append((answer.status_code, without_tokens(answer.text).replace(asked, "#")))
    assert answers[0] == answers[1] and answers[0][0] == 422
    assert prices[0] == prices[1]
    assert len(hashed) == 2 and all(hashed), "each of them costs one hash"
    # The same algorithm and cost: a made-up hash tells nothing by its time.
    assert len({hashers.identify_hasher(one).algorithm for one in hashed}) == 1


@pytest.mark.parametrize("there", [True, False])
def test_guessing_is_slowed_down_alike_whether_the_letter_exists(world: World, there: bool) -> None:
    number = write().letter.number if there else "123456789012"
    codes = [Client().post(ENTER, {"number": number, "pin": f"{n:08}"}).status_code for n in range(14)]
    assert codes == [422] * limits.ONE_NUMBER.most + [429, 429]


def test_even_the_right_pin_waits_after_too_many_guesses(world: World) -> None:
    written = write()
    for n in range(limits.ONE_NUMBER.most):
        Client().post(ENTER, {"number": written.letter.number, "pin": f"{n:08}"})
    answer = Client().post(ENTER, {"number": written.letter.number, "pin": written.pin})
    assert answer.status_code == 429 and "查询太频繁" in answer.text and answer["Retry-After"] == "3600"


def test_many_numbers_from_one_address_are_slowed_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LOOKUPS", limits.Limit("lookup", 3, "太频繁"))
    codes = [Client().post(ENTER, {"number": str(10**11 + n), "pin": "1"}).status_code for n in range(5)]
    assert codes == [422, 422, 422, 429, 429]
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").post(ENTER, {"number": "9", "pin": "1"})
    assert elsewhere.status_code == 422


def test_numbers_say_nothing_of_each_other(world: World) -> None:
    numbers = [int(write().letter.number) for _ in range(4)]
    assert all(abs(a - b) > 1000 for a, b in pairwise(numbers))
    assert all(len(str(number)) == 12 for number in numbers)


def test_nobody_gets_in_without_number_and_pin(world: World) -> None:
    written = write()
    assert Client().get(MINE).status_code == 302
    assert Client().post(MORE, {"text": "x"}).status_code == 302
    client = Client()
    session = client.session
    session["visits"] = "nonsense"
    session.save()
    assert client.get(MINE).status_code == 302
    mine = look(written)
    write(employer_name="别的公司")
    page = mine.get(MINE).text
    assert "别的公司" not in page and written.letter.shown_number in page


def test_the_session_key_changes_when_somebody_is_let_in(world: World) -> None:
    written, client = write(), Client()
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    look(written, client)
    assert client.session.session_key != before


# ---- floods -----------------------------------------------------------------------------------------------------------


def test_letters_without_work_are_few_and_with_work_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPROVEN", limits.Limit("unproven", 2, "未经浏览器验算，限 2 封"))
    assert [Client().post(WRITE, told()).status_code for _ in range(3)] == [200, 200, 429]
    refused = Client().post(WRITE, told(words="一字不差"))
    assert "限 2 封" in refused.text and "一字不差" in refused.text and refused["Retry-After"] == "3600"
    assert Client().post(WRITE, form_of(Client(), worked=True)).status_code == 200


def test_a_proof_counts_once_and_only_one_of_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPROVEN", limits.Limit("unproven", 0, "限"))
    form = form_of(Client(), worked=True)
    assert Client().post(WRITE, form).status_code == 200
    replayed = form | {"token": receipts.new_form()}
    assert Client().post(WRITE, replayed).status_code == 429
    invented = "own-challenge"
    assert Client().post(WRITE, told(challenge=invented, answer=work(invented))).status_code == 429
    fresh = proof.challenge()
    wrong = next(str(n) for n in range(100) if not proof.solves(fresh, str(n)))
    assert Client().post(WRITE, told(challenge=fresh, answer=wrong)).status_code == 429
    assert WindowLetter.objects.count() == 1


def test_a_proof_of_yesterday_is_remembered_over_midnight(world: World) -> None:
    challenge = proof.challenge()
    answer, late = work(challenge), timezone.now().replace(hour=23, minute=59)
    assert proof.spend(challenge, answer, late)
    assert not proof.spend(challenge, answer, late + timedelta(minutes=2))


def test_tallies_keep_no_address_and_are_dropped(world: World) -> None:
    now = timezone.now()
    limits.count("lookup", "203.0.113.7", now - timedelta(days=3))
    assert "203.0.113.7" not in str(WindowTally.objects.values_list("key", flat=True))
    limits.count("lookup", "203.0.113.7", now)
    assert WindowTally.objects.count() == 1


def test_the_address_is_what_the_nearest_proxy_saw(settings: Any, rf: Any) -> None:
    settings.BEHIND_HTTPS = True
    request = rf.get("/", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9")
    assert client_address(request) == "203.0.113.9"
    six = rf.get("/", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="2001:db8::1")
    assert client_address(six) == "2001:db8::/64"
    settings.BEHIND_HTTPS = False
    assert client_address(request) == "10.0.0.2"


# ---- bodies -----------------------------------------------------------------------------------------------------------


def test_a_huge_body_is_refused_before_it_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_public, "BODY_MOST", 1000)
    answer = Client().post(WRITE, told(words="字" * 600))
    assert answer.status_code == 413 and "照片加起来太大了" in answer.text
    mine = look(write_small())
    assert mine.post(MORE, {"text": "字" * 600}).status_code == 413
    assert WindowLetter.objects.count() == 1


def write_small() -> Any:
    before, window_public.BODY_MOST = window_public.BODY_MOST, 10**6
    try:
        return write()
    finally:
        window_public.BODY_MOST = before


def test_bad_photos_cost_neither_the_letter_nor_the_good_ones(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PAPER_BYTES", 2000)
    bad = [
        SimpleUploadedFile("病毒.jpg", b"MZ" + b"0" * 50),
        SimpleUploadedFile("空.png", b""),
        photo("大.png", b"0" * 3000),
    ]
    written = write(papers=[*bad, photo()])
    assert [paper.name for paper in written.letter.papers.all()] == ["欠条.png"]
    assert "“病毒.jpg”不是可接受的证据文件" in written.page and "“大.png”超过" in written.page


def test_files_of_one_letter_are_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PAPERS_MOST", 2)
    written = write(papers=[photo(f"{n}.png", bytes([n])) for n in range(3)])
    assert written.letter.papers.count() == 2 and "一封来信最多 2 份材料" in written.page


def test_a_paper_is_given_out_as_an_attachment_to_the_unit_only(world: World) -> None:
    letter = write(papers=[photo("../../x.png")]).letter
    paper = letter.papers.get()
    assert paper.name == "x.png" and ".." not in paper.file.name
    url = f"/worker-letters/{letter.pk}/papers/{paper.pk}/"
    answer = as_user(world, "sun").get(url)
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert as_user(world, "lv").get(url).status_code == 403
    assert as_user(world, "feng").get(url).status_code == 404


SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_scripts_in_names_are_only_text(world: World) -> None:
    written = write(employer_name=SCRIPT, words=SCRIPT, name=SCRIPT[:40], place=SCRIPT, papers=[photo(f"{SCRIPT}.png")])
    mine = look(written)
    mine.post(MORE, {"text": SCRIPT})
    pages = [
        mine.get(MINE).text,
        as_user(world, "sun").get(written.letter.get_absolute_url()).text,
        as_user(world, "sun").get("/worker-letters/").text,
        Client().get(f"/window/?at={SCRIPT}").text,
    ]
    assert all("<script>alert" not in page and "<img src=x" not in page for page in pages)


def test_nulls_and_overlong_texts_are_refused_with_a_sentence(world: World) -> None:
    answer = Client().post(WRITE, told(words="字" * 2001))
    assert answer.status_code == 422 and "最多 2000 个字" in answer.text
    assert Client().post(WRITE, told(words="a\0b")).status_code == 422
    assert Client().post(ENTER, {"number": "1\0", "pin": "1"}).status_code == 422
    assert Client().get("/window/?at=%00").status_code == 404
    assert Client().post(WRITE, told(region_code="999999")).status_code == 422


def test_forms_without_the_csrf_token_are_refused(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    for url in (WRITE, ENTER, MORE, "/window/mine/withdraw/"):
        assert strict.post(url, told()).status_code == 403
    assert WindowLetter.objects.count() == 0


# ---- the same again ---------------------------------------------------------------------------------------------------


def test_the_same_form_twice_is_one_letter_with_a_fresh_pin(world: World) -> None:
    form = form_of(Client())
    first, second = (pin_in(Client().post(WRITE, form).text), Client().post(WRITE, form | {"papers": [photo()]}))
    letter = WindowLetter.objects.get()
    assert "这封来信已经收到" in second.text and letter.papers.count() == 1
    assert receipts.find(letter.number, first) is None and receipts.find(letter.number, pin_in(second.text))
    assert letter.messages.count() == 0
    Client().post(WRITE, form | {"words": "改写过的话"})
    Client().post(WRITE, form | {"words": "改写过的话"})
    assert [(row.kind, row.text.text) for row in letter.messages.all()] == [(MessageKind.MORE, "改写过的话")]


def test_once_opened_the_pin_is_given_no_more(world: World) -> None:
    client = Client()
    form = form_of(client)
    pin = pin_in(client.post(WRITE, form).text)
    letter = WindowLetter.objects.get()
    assert receipts.find(letter.number, pin)
    client.post(ENTER, {"number": letter.number, "pin": pin})
    again = client.post(WRITE, form)
    assert pin_in(again.text) == "" and receipts.find(letter.number, pin)


def test_an_answer_sent_twice_stands_once(world: World) -> None:
    mine = look(write())
    for _ in range(2):
        mine.post(MORE, {"text": "工资表在工头手里"})
        mine.post("/window/mine/withdraw/", {"reason": ""})
    kinds = list(WindowLetter.objects.get().messages.values_list("kind", flat=True))
    assert kinds == [MessageKind.MORE, MessageKind.WITHDRAW]


@pytest.mark.django_db(transaction=True)
def test_one_form_from_many_hands_at_once_is_one_letter(world: World) -> None:
    form = form_of(Client())
    codes: list[int] = []

    def send() -> None:
        try:
            codes.append(Client().post(WRITE, form).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert WindowLetter.objects.count() == 1 and set(codes) <= {200, 409}


def test_idle_time_is_counted_from_the_last_use() -> None:
    assert timedelta(minutes=10) <= visits.IDLE <= timedelta(hours=1)
