"""Celery inside the one process, and that process from start to Ctrl-C."""

import os
import re
import select
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.working_copy import WorkingCopy, alive, make_copy, within

START_LIMIT_SECONDS = 5.0

TASKS = """
import os, sys, time
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from config.celery import app
from config.embedded.background import Background
from config.timetable import QUEUES, row

done, ticks = [], []

@app.task(name="done")
def note(word):
    done.append(word)

@app.task(name="tick")
def tick():
    ticks.append(time.monotonic())

app.conf.beat_schedule = {"tick": row("tick", 0.3)}
inside = Background(Path("var/beat-schedule"))
inside.start()
for queue in QUEUES:
    note.apply_async([queue], queue=queue)
deadline = time.monotonic() + 15
while time.monotonic() < deadline and not (set(done) == set(QUEUES) and len(ticks) >= 2):
    time.sleep(0.02)
began = time.monotonic()
inside.stop()
print(sorted(done) == sorted(QUEUES), len(ticks) >= 2, time.monotonic() - began < 6, flush=True)
"""


@pytest.fixture(scope="module")
def copy() -> Iterator[WorkingCopy]:
    """One copy for all: each test leaves it whole and stopped, and the first start makes its tables."""
    made = make_copy()
    yield made
    made.clean()


def test_tasks_of_every_queue_and_the_clock_run_in_threads(copy: WorkingCopy) -> None:
    (copy.path / "var").mkdir(exist_ok=True)
    code, output = copy.run(copy.python, "-c", TASKS)
    assert code == 0, output
    assert output.splitlines()[-1] == "True True True"


class Serving:
    """A `manage.py serve` that answers."""

    def __init__(self, copy: WorkingCopy) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.output = ""
        began = time.monotonic()
        self.process = copy.start(copy.python, "manage.py", "serve", PORT=str(self.port))
        self._read_until("按 Ctrl-C 停止")
        self.seconds = min(time.monotonic() - began, self._processor_seconds())
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
            assert answer.status == 200

    def _processor_seconds(self) -> float:
        """What the start cost the processor: the wall clock of a machine busy with other things says little."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def workers(self) -> list[int]:
        said = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in said.stdout.split()]

    def end(self) -> int:
        rest, _ = self.process.communicate(timeout=30)
        self.output += rest
        return self.process.returncode

    def _read_until(self, text: str) -> None:
        assert self.process.stdout
        while text not in self.output:
            assert select.select([self.process.stdout], [], [], 180)[0], self.output
            # Past the text layer: what it holds back select() does not see.
            piece = os.read(self.process.stdout.fileno(), 65536).decode(errors="replace")
            assert piece, self.output
            self.output += piece


def test_one_process_from_start_to_ctrl_c(copy: WorkingCopy) -> None:
    first = Serving(copy)
    assert re.search(rf"http://127\.0\.0\.1:{first.port}\b", first.output)
    assert copy.servers()
    os.killpg(first.process.pid, signal.SIGINT)
    assert first.end() == 0
    assert "Traceback" not in first.output
    assert within(20, lambda: not copy.servers() and not copy.keepers())

    second = Serving(copy)
    assert second.seconds < START_LIMIT_SECONDS
    assert "正在" not in second.output
    workers = second.workers()
    assert workers
    # What a closed terminal sends; SIGTERM takes the same way.
    second.process.send_signal(signal.SIGHUP)
    assert second.end() == 0
    assert not any(map(alive, workers))
    assert within(20, lambda: not copy.servers() and not copy.keepers())


def test_kill_9_of_the_serving_process_leaves_nothing_running(copy: WorkingCopy) -> None:
    serving = Serving(copy)
    workers = serving.workers()
    serving.process.kill()
    serving.end()
    assert within(20, lambda: not any(map(alive, workers)))
    assert within(20, lambda: not copy.servers() and not copy.keepers())
    assert copy.sql("SELECT 1") == ["1"]
