"""Reminders on their way out: a real SMTP server and a real gateway on the loopback; twice delivered, died, refused, down."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connection

from arrears.reminders.checks import check_gateway
from arrears.reminders.models import DevMail, Reminder, ReminderKind, Sending, Via
from arrears.reminders.outbox import BACKOFF, NewReminder, put, send_due, send_one
from arrears.reminders.preferences import keep
from arrears.reminders.webhook import signature
from tests.cast import AT, World, load
from unions.models import JobState, User
from unions.models.job import SILENCE

SECRET = "a-shared-secret-of-the-gateway"


class Post:
    """A mail server in a thread. `answers`: "RCPT", "DATA", "." → what it says instead of yes; "" hangs up."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        post = self

        class Talk(socketserver.StreamRequestHandler):
            def say(self, step: str, words: str) -> bool:
                words = post.answers.get(step, words)
                if words:
                    self.wfile.write(f"{words}\r\n".encode())
                return bool(words)

            def handle(self) -> None:
                self.say("", "220 ready")
                while line := self.rfile.readline().decode().strip():
                    step = line.split()[0].upper()
                    if step == "QUIT":
                        self.say(step, "221 bye")
                        return
                    if not self.say(step, "354 go on" if step == "DATA" else "250 ok"):
                        return
                    if step == "DATA" and step not in post.answers:
                        text = b"".join(iter(self.rfile.readline, b".\r\n"))
                        parsed = email.message_from_bytes(text, policy=email.policy.default)
                        assert isinstance(parsed, EmailMessage)
                        post.taken.append(parsed)
                        if not self.say(".", "250 taken"):
                            return

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self.port: int = self.server.server_address[1]


class Gateway:
    """A gateway for short messages in a thread; `status` is what it answers."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        gateway = self

        class Talk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.taken.append(({key.lower(): value for key, value in self.headers.items()}, body))
                self.send_response(gateway.status)
                if gateway.status == 302:
                    self.send_header("Location", f"http://127.0.0.1:{gateway.port}/elsewhere")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Talk)
        self.port: int = self.server.server_address[1]


def serve(server: Any) -> Iterator[None]:
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    one = Post()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", one.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT, settings.SITE_URL = 5, "https://xinbao.example.org"
    for _ in serve(one.server):
        yield one


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    one = Gateway()
    settings.MESSAGE_WEBHOOK_URL = f"http://127.0.0.1:{one.port}/messages"
    settings.MESSAGE_WEBHOOK_SECRET, settings.MESSAGE_WEBHOOK_TIMEOUT = SECRET, 2
    for _ in serve(one.server):
        yield one


def write(world: World, *names: str, key: str = "digest:2026-11-20", kind: str = "digest") -> list[Sending]:
    item = {
        "text": "案件 SD-1：上报（青岛通知第五条），期限 2026-11-19",
        "short": "案件 SD-1，期限 2026-11-19",
        "url": "/obligations/1/",
    }
    words = [
        NewReminder(
            world.people[name].pk, ReminderKind(kind), key, "办理时限：1 项逾期未办", "/obligations/?list=open", [item]
        )
        for name in names
    ]
    put(words, AT)
    return list(Sending.objects.order_by("pk"))


@pytest.fixture
def li(world: World) -> World:
    User.objects.filter(username="li").update(email="li@example.org")
    return world


@pytest.fixture
def he(world: World) -> World:
    kinds: dict[str, list[str]] = {"in_app": [], "email": [], "message": ["digest", "immediate"]}
    keep(world.user("he"), kinds, {Via.MESSAGE: "13800000000"}, AT)
    return world


def clock(at: datetime = AT) -> Any:
    return lambda: at


# E-mail --------------------------------------------------------------------------------------------------------------


def test_a_mail_arrives_and_is_noted(li: World, post: Post) -> None:
    write(li, "li")
    assert send_due(clock()) == 1
    (mail,) = post.taken
    assert (mail["To"], mail["Subject"].strip()) == ("li@example.org", "【薪报】办理时限：1 项逾期未办")
    text = mail.get_content()
    assert "案件 SD-1：上报（青岛通知第五条），期限 2026-11-19" in text
    assert "https://xinbao.example.org/obligations/?list=open" in text
    assert mail["Message-ID"].startswith("<reminder-") and mail["Message-ID"].endswith("@xinbao.example.org>")
    row = Sending.objects.get()
    assert (row.state, row.attempts, row.finished_at) == (JobState.DONE, 1, AT)


def test_delivered_twice_is_sent_once(li: World, post: Post) -> None:
    (row,) = write(li, "li")
    write(li, "li")
    assert send_one(row.pk, clock()) and not send_one(row.pk, clock())
    assert send_due(clock()) == 0
    assert len(post.taken) == Sending.objects.count() == Reminder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_once(cast_database: None, transactional_db: None, post: Post) -> None:
    world = load()
    names = ["li", "he", "wang", "sun", "zhou", "lv"]
    for name in names:
        User.objects.filter(username=name).update(email=f"{name}@example.org")
    write(world, *names)
    gate, sent = threading.Barrier(4), []

    def work() -> None:
        gate.wait()
        sent.append(send_due(clock()))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert sum(sent) == 6
    assert sorted(mail["To"] for mail in post.taken) == sorted(f"{name}@example.org" for name in names)


def test_a_server_that_is_down_is_asked_once_per_round(li: World, settings: Any, post: Post) -> None:
    User.objects.filter(username="he").update(email="he@example.org")
    write(li, "li", "he")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        free = closed.getsockname()[1]
    settings.EMAIL_PORT = free
    assert send_due(clock()) == 0
    first, second = Sending.objects.order_by("pk")
    assert (first.state, first.attempts, first.next_at) == (JobState.WAITING, 1, AT + BACKOFF[0])
    assert (second.state, second.attempts) == (JobState.WAITING, 0), "the other waits without a try of its own"
    assert "连接不上" in first.error
    settings.EMAIL_PORT = post.port
    assert send_due(clock(AT + BACKOFF[0])) == 2 and len(post.taken) == 2


def test_a_refused_address_is_not_tried_again_and_stops_nobody(li: World, post: Post) -> None:
    User.objects.filter(username="he").update(email="he@example.org")
    write(li, "li", "he")
    post.answers["RCPT"] = "550 no such person"
    assert send_due(clock()) == 0
    assert {row.state for row in Sending.objects.all()} == {JobState.FAILED}
    assert "550" in Sending.objects.all()[0].error


def test_greylisted_is_tried_again_and_given_up_in_the_end(li: World, post: Post) -> None:
    (row,) = write(li, "li")
    post.answers["RCPT"] = "451 later"
    at = AT
    for wait in BACKOFF:
        send_due(clock(at))
        row.refresh_from_db()
        assert (row.state, row.next_at) == (JobState.WAITING, at + wait)
        assert send_due(clock(at + wait - timedelta(seconds=1))) == 0
        at += wait
    send_due(clock(at))
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.FAILED, len(BACKOFF) + 1)


def test_a_server_that_hangs_up_after_the_text_is_not_asked_again(li: World, post: Post) -> None:
    """It may have taken the mail: never twice."""
    (row,) = write(li, "li")
    post.answers["."] = ""
    assert send_due(clock()) == 0
    row.refresh_from_db()
    assert (row.state, len(post.taken)) == (JobState.UNCERTAIN, 1)
    del post.answers["."]
    assert send_due(clock(AT + timedelta(days=1))) == 0 and len(post.taken) == 1


def test_a_worker_that_died_leaves_the_mail_uncertain(li: World, post: Post) -> None:
    (row,) = write(li, "li")
    Sending.objects.update(state=JobState.RUNNING, attempts=1)
    send_due(clock(AT + SILENCE))
    assert Sending.objects.get().state == JobState.RUNNING, "perhaps it still works"
    send_due(clock(AT + SILENCE + timedelta(seconds=1)))
    row.refresh_from_db()
    assert (row.state, post.taken) == (JobState.UNCERTAIN, []) and "中断" in row.error


def test_who_left_meanwhile_is_not_written_to(li: World, post: Post) -> None:
    write(li, "li")
    User.objects.filter(username="li").update(is_active=False)
    assert send_due(clock()) == 0 and post.taken == []
    assert Sending.objects.get().state == JobState.FAILED


def test_no_line_of_a_title_becomes_a_header(li: World, post: Post) -> None:
    write(li, "li")
    Reminder.objects.update(title="一\r\nBcc: everyone@example.org")
    assert send_due(clock()) == 1
    assert post.taken[0]["Bcc"] is None


def test_without_a_server_the_mail_is_kept_once(li: World, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "arrears.reminders.dev_mail.Backend", ""
    write(li, "li")
    assert send_due(clock()) == 1
    Sending.objects.update(state=JobState.WAITING)
    send_due(clock())
    kept = DevMail.objects.get()
    assert (kept.to, kept.user) == ("li@example.org", li.user("li"))


def test_production_without_a_server_sends_no_mail(li: World, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMBEDDED = "", False
    assert write(li, "li") == [] and Reminder.objects.count() == 1


# Short messages ------------------------------------------------------------------------------------------------------


def test_a_message_is_signed_and_says_number_and_date_only(he: World, gateway: Gateway) -> None:
    write(he, "he")
    assert send_due(clock()) == 1
    ((headers, body),) = gateway.taken
    reminder = Reminder.objects.get()
    assert json.loads(body) == {
        "id": f"reminder-{reminder.pk}",
        "to": "13800000000",
        "text": "【薪报】办理时限：1 项逾期未办。最近一项：案件 SD-1，期限 2026-11-19。请登录薪报办理。",
    }
    stamp = int(headers["x-xinbao-timestamp"])
    assert stamp == int(AT.timestamp())
    assert headers["x-xinbao-signature"] == signature(SECRET, stamp, body)
    assert headers["idempotency-key"] == f"reminder-{reminder.pk}"


@pytest.mark.parametrize(
    ("status", "state"),
    [(500, JobState.WAITING), (429, JobState.WAITING), (400, JobState.FAILED), (302, JobState.FAILED)],
)
def test_what_the_gateway_answers(he: World, gateway: Gateway, status: int, state: JobState) -> None:
    write(he, "he")
    gateway.status = status
    assert send_due(clock()) == 0
    row = Sending.objects.get()
    assert (row.state, len(gateway.taken)) == (state, 1) and str(status) in row.error
    gateway.status = 204
    assert send_due(clock(AT + BACKOFF[0])) == (state == JobState.WAITING)


def test_a_repeated_message_bears_the_same_key(he: World, gateway: Gateway) -> None:
    """The worker died after the gateway had taken it: the gateway knows the key."""
    (row,) = write(he, "he")
    send_due(clock())
    Sending.objects.update(state=JobState.RUNNING)
    send_due(clock(AT + SILENCE + timedelta(seconds=1)))
    row.refresh_from_db()
    assert row.state == JobState.DONE and len(gateway.taken) == 2
    assert len({headers["idempotency-key"] for headers, _ in gateway.taken}) == 1


def test_a_gateway_that_hangs_is_left_after_the_time_limit(he: World, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.MESSAGE_WEBHOOK_URL = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        settings.MESSAGE_WEBHOOK_SECRET, settings.MESSAGE_WEBHOOK_TIMEOUT = SECRET, 0.2
        write(he, "he")
        assert send_due(clock()) == 0
    assert Sending.objects.get().state == JobState.WAITING


def test_half_a_set_up_stops_the_start(settings: Any) -> None:
    assert check_gateway() == []
    settings.MESSAGE_WEBHOOK_URL, settings.MESSAGE_WEBHOOK_SECRET = "gateway/messages", "short"
    assert [error.id for error in check_gateway()] == ["reporting.E201", "reporting.E202"]


# Over the broker -----------------------------------------------------------------------------------------------------


def test_sent_over_a_real_broker_as_soon_as_it_is_written(cast_database: None, post: Post, celery_worker: Any) -> None:
    world = load()
    User.objects.filter(username="li").update(email="li@example.org")
    write(world, "li", key="at-once:1", kind="immediate")
    deadline = threading.Event()
    for _ in range(100):
        if Sending.objects.get().state == JobState.DONE:
            break
        deadline.wait(0.1)
    assert Sending.objects.get().state == JobState.DONE and len(post.taken) == 1


def test_a_broker_that_is_down_loses_nothing(
    li: World, post: Post, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as asked:
        write(li, "li")
    assert len(asked) == 2, "one message to a worker, and her numbers are counted anew"
    assert send_due(clock()) == 1, "what nobody was told of is found by the clock"
