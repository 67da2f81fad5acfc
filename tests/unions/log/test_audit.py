"""The event log: chained, sealed, and every tampering named."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from tests.cast import AT, World
from unions import tasks
from unions.log import audit
from unions.models import Event, Seal

LATER = AT + timedelta(hours=1)


@contextmanager
def tampering() -> Iterator[None]:
    """Someone with the database password and a steady hand."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE unions_event DISABLE TRIGGER USER")
        yield
        cursor.execute("ALTER TABLE unions_event ENABLE TRIGGER USER")


def whys() -> list[str]:
    return [row.why for row in (*audit.broken_links(), *audit.broken_seals())]


def test_the_log_of_the_cast_holds(world: World) -> None:
    audit.seal(LATER)
    assert whys() == []


def test_the_database_itself_refuses_changes(world: World) -> None:
    for act in (lambda: Event.objects.update(verb="x"), lambda: Event.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_changed_event_is_named(world: World) -> None:
    with tampering():
        Event.objects.filter(stream=f"union:{world.unions['370202'].pk}").update(data={"name": "别的"})
    assert whys() == ["内容与校验值不符，记录被改动过"]


def test_a_dropped_event_is_named(world: World) -> None:
    user = world.user("sun")
    for _ in range(3):
        audit.record("user:1", "unlock", user, AT)
    with tampering():
        Event.objects.filter(stream="user:1", seq=2).delete()
    assert whys() == ["缺少第 2 条记录"]


def test_a_dropped_stream_shows_in_the_seal(world: World) -> None:
    audit.record("user:1", "unlock", None, AT)
    audit.seal(LATER)
    with tampering():
        Event.objects.filter(stream="user:1").delete()
    count = Event.objects.count()
    assert whys() == [f"封存校验不符：应有 {count + 1} 条记录，现有 {count} 条"]


def test_seals_follow_each_other_and_skip_nothing(world: World) -> None:
    first = audit.seal(LATER)
    assert first is not None and audit.seal(LATER) is None
    audit.record("user:1", "unlock", None, AT)
    second = audit.seal(LATER)
    assert second is not None and (second.events, Seal.objects.count()) == (1, 2)
    assert whys() == []


@pytest.mark.django_db(transaction=True)
def test_a_seal_waits_for_a_writer_that_began_before_it() -> None:
    """Its event has the lower id but becomes visible later; sealed without it, the log would seem tampered with."""
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            audit.record("user:1", "unlock", None, AT)
            written.set()
            go_on.wait(10)
        connections.close_all()

    writer = threading.Thread(target=slow)
    writer.start()
    written.wait(10)
    audit.record("user:2", "unlock", None, AT)
    threading.Timer(0.5, go_on.set).start()
    seal = audit.seal(LATER)
    writer.join()
    assert seal is not None and seal.events == 2
    assert whys() == []


def test_births_in_bulk_are_like_any_other(world: World) -> None:
    data = {"name": '制表\t符、换行\n、反斜杠\\N 与 "引号"', "on": AT.date()}
    audit.record_births(
        Event(stream=f"x:{n}", verb="found", by=world.user("sun"), union=None, at=AT, data=data) for n in range(3)
    )
    assert Event.objects.get(stream="x:1").data["name"] == data["name"]
    assert whys() == []


def test_the_command(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    assert "全部相符" in capsys.readouterr().out
    with tampering():
        Event.objects.filter(stream=f"union:{world.unions['370202'].pk}").update(verb="edit")
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_audit", "--json")
    (broken,) = json.loads(capsys.readouterr().out)["breaks"]
    assert (broken["seq"], broken["why"]) == (1, "内容与校验值不符，记录被改动过")


def test_a_question_lost_with_the_broker_is_answered_by_the_clock(world: World) -> None:
    audit.record(tasks.LOG, "verify-asked", None, AT)
    tasks.seal_events()
    assert Event.objects.filter(stream=tasks.LOG).last().data == {"breaks": 0, "named": []}
    tasks.seal_events()
    assert Event.objects.filter(stream=tasks.LOG).count() == 2


def test_pages_for_auditors_only(client: Client, world: World) -> None:
    def at(who: str, path: str = "/audit/") -> int:
        client.force_login(world.user(who), backend="unions.people.backends.AppointmentBackend")
        return client.get(path).status_code

    assert {who: at(who) for who in ("shenji", "xitong", "anquan", "han")} == {
        "shenji": 200,
        "xitong": 403,
        "anquan": 403,
        "han": 403,
    }


def test_reading_and_checking_one_stream(client: Client, world: World) -> None:
    client.force_login(world.user("shenji"), backend="unions.people.backends.AppointmentBackend")
    page = client.get("/audit/", {"q": "370202", "since": "2026-11-01", "by": ""}).text
    assert "成立单位" in page and "核验这一组" in page
    stream = f"union:{world.unions['370202'].pk}"
    answer = client.post("/audit/verify/", {"stream": stream}, follow=True)
    assert "环环相接" in answer.text
    assert client.get("/audit/?since=nonsense&before=x").status_code == 200
    assert client.post("/audit/verify/", {"stream": "case:999"}).status_code == 403
