"""The same form sent twice: Back and once more, a double click, a network that tries again. One row, and the second is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Case
from arrears.early_warning.models import WarningStep
from arrears.inspections.models import Review, Round
from arrears.portal.models import WindowWord
from arrears.serious.models import EmergencyNote, Opinion, ReceptionCase
from tests.arrears.api.test_api import draft_body
from tests.arrears.cases.test_hostile_race import together
from tests.arrears.inspections.test_rounds import watch
from tests.arrears.serious.test_serious_pages import now_typed
from tests.cast import World, an_employer, load
from tests.readers import as_user, days_ago
from tests.serious import a_reception, an_emergency
from tests.warned import a_signal, standing
from tests.window import hidden, write
from unions import idempotency as once
from unions.form_drafts import keep_all
from unions.models import Stash, Submission


class Sent(NamedTuple):
    who: str
    page: str
    to: str
    typed: dict[str, Any]
    makes: type[Model]


def a_taken(world: World) -> Sent:
    row = a_reception(world)
    typed = {"employer_name": "海天装饰有限公司", "region_code": "370202", "workers": "3", "amount": "9,000"}
    return Sent("sun", row.get_absolute_url(), reverse("reception-take", args=[row.pk]), typed, ReceptionCase)


def an_opinion_sent(world: World) -> Sent:
    typed = {"union": "370202E0001", "title": "讨薪视频", "source": "press", "seen_at": now_typed()}
    return Sent("he", reverse("opinion-new"), reverse("opinion-new"), typed, Opinion)


def a_round_sent(world: World) -> Sent:
    watch(world, an_employer())
    typed = {
        "union": "370202",
        "name": "冬季集中排查",
        "kind": "focused",
        "since": days_ago(9),
        "until": days_ago(-9),
        "places": "中山路一带",
        "members": "孙经办",
        "watched": "on",
    }
    return Sent("sun", reverse("round-new"), reverse("round-new"), typed, Round)


def a_review_sent(world: World) -> Sent:
    typed = {
        "planner": "370200",
        "kind": "peer",
        "name": "互查第一组",
        "inspector": "370203",
        "inspected": "370202",
        "leader": "冯经办",
        "since": "2026-11-01",
        "until": "2026-11-30",
        "scope": "台账",
    }
    return Sent("lv", reverse("review-new"), reverse("review-new"), typed, Review)


def a_step_sent(world: World) -> Sent:
    employer = an_employer()
    a_signal(world, employer)
    row = standing(world, employer)
    typed = {"kind": "above", "on": days_ago(0), "detail": "拟停产"}
    return Sent("sun", row.get_absolute_url(), reverse("warning-step", args=[row.pk]), typed, WarningStep)


def a_note_sent(world: World) -> Sent:
    row = an_emergency(world)
    typed = {"unit": world.unions["370202E0001"].pk, "kind": "demand", "text": "三日内付清"}
    return Sent("he", row.get_absolute_url(), reverse("emergency-note", args=[row.pk]), typed, EmergencyNote)


def a_word_sent(world: World) -> Sent:
    letter = write().letter
    to = reverse("worker-letter-step", args=[letter.pk, "say"])
    typed = {"kind": "question", "text": "工资表有吗？"}
    return Sent("sun", reverse("worker-letter", args=[letter.pk]), to, typed, WindowWord)


FORMS = (a_taken, an_opinion_sent, a_round_sent, a_review_sent, a_step_sent, a_note_sent, a_word_sent)


def key_on(page: str, to: str) -> str:
    """The key of the form that is sent `to`, as it stands on the page."""
    start = page.find(f'action="{to}"')
    return hidden(page[max(start, 0) :], "once")


@pytest.mark.parametrize("form", FORMS)
def test_one_after_the_other(world: World, form: Callable[[World], Sent]) -> None:
    sent = form(world)
    client, before = as_user(world, sent.who), sent.makes._default_manager.count()
    body = sent.typed | {"once": key_on(client.get(sent.page).text, sent.to)}
    first, second = client.post(sent.to, body), client.post(sent.to, body)
    assert (first.status_code, second.status_code) == (302, 409), (first.text, second.text)
    assert "已经提交过" in second.text and f'href="{first["Location"]}"' in second.text
    assert sent.makes._default_manager.count() == before + 1
    # The page opened anew is another form.
    assert key_on(client.get(sent.page).text, sent.to) != body["once"]


@pytest.fixture
def open_world(cast_database: None, transactional_db: None, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return load()


@pytest.mark.parametrize("form", FORMS)
def test_at_one_moment(open_world: World, form: Callable[[World], Sent]) -> None:
    sent = form(open_world)
    clients, before = [as_user(open_world, sent.who) for _ in range(3)], sent.makes._default_manager.count()
    body = sent.typed | {"once": key_on(clients[0].get(sent.page).text, sent.to)}
    answers = together(*(lambda client=client: client.post(sent.to, body) for client in clients))
    assert sorted(answer.status_code for answer in answers) == [302, 409, 409], answers
    assert sent.makes._default_manager.count() == before + 1


def test_a_refusal_leaves_the_key_to_the_next(world: World) -> None:
    """Nothing was taken, so the form that is shown again is sent with the key it had."""
    sent = a_taken(world)
    client = as_user(world, sent.who)
    body = sent.typed | {"once": key_on(client.get(sent.page).text, sent.to)}
    wrong = client.post(sent.to, body | {"amount": "九千"})
    assert wrong.status_code == 422 and key_on(wrong.text, sent.to) == body["once"]
    assert not Submission.objects.exists() and not ReceptionCase.objects.exists()
    assert client.post(sent.to, body).status_code == 302


def test_another_persons_key_is_not_hers(world: World) -> None:
    sent = a_note_sent(world)
    unit = world.unions["370202"].pk
    assert as_user(world, "he").post(sent.to, sent.typed | {"once": "k"}).status_code == 302
    assert as_user(world, "sun").post(sent.to, sent.typed | {"unit": unit, "once": "k"}).status_code == 302


def test_the_key_is_not_kept_with_what_is_typed(world: World) -> None:
    """A form restored from what was kept would be sent with a key that is used up."""
    user = world.user("sun")
    client = Client()
    posted = client.request().wsgi_request.POST.copy()
    posted.update({"once": "k", "employer_name": "海天装饰有限公司"})
    keep_all(user, "reception-take:1", posted, timezone.now())
    assert list(Stash.objects.get().fields) == ["employer_name"]


def test_keys_are_dropped_after_a_month(world: World) -> None:
    sent = a_note_sent(world)
    as_user(world, "he").post(sent.to, sent.typed | {"once": "k"})
    once.drop_old(timezone.now() + timedelta(days=29))
    assert Submission.objects.count() == 1
    once.drop_old(timezone.now() + timedelta(days=31))
    assert Submission.objects.count() == 0


# Programs ------------------------------------------------------------------------------------------------------------


def to_api(client: Client, key: str, **more: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(reverse("api-cases"), draft_body(**more), content_type="application/json", headers=headers)


def test_a_program_that_tries_again_is_answered_the_same_case(world: World) -> None:
    client = as_user(world, "li")
    first, second = to_api(client, "k"), to_api(client, "k")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"] and Case.objects.count() == 1
    other = to_api(client, "k", stated_workers=13)
    assert other.status_code == 422 and "已经用于另一份内容" in other.json()["detail"]
    assert to_api(client, "another").json()["id"] != first.json()["id"]
    assert to_api(client, "").status_code == 201  # without a key as ever
    assert Case.objects.count() == 3


def test_a_program_that_sends_at_one_moment(open_world: World) -> None:
    clients = [as_user(open_world, "li") for _ in range(3)]
    answers = together(*(lambda client=client: to_api(client, "k") for client in clients))
    assert [answer.status_code for answer in answers] == [201] * 3, [answer.text for answer in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1 and Case.objects.count() == 1


@pytest.mark.parametrize("key", ["k" * 256, "键", "\x00", "' OR 1=1"])
def test_odd_keys(world: World, key: str) -> None:
    answer = to_api(as_user(world, "li"), key)
    assert answer.status_code == (422 if len(key) > 255 else 201)


def test_a_refused_case_leaves_the_key(world: World) -> None:
    client = as_user(world, "li")
    assert to_api(client, "k", union="999999").status_code == 422
    assert to_api(client, "k").status_code == 201


def test_the_schema_tells_of_the_key(world: World) -> None:
    schema = as_user(world, "li").get(reverse("api-schema")).json()
    (told,) = [one for one in schema["paths"]["/api/cases/"]["post"]["parameters"] if one["in"] == "header"]
    assert told["name"] == "Idempotency-Key" and "不会登记两件" in told["description"]
