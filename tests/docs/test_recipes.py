"""The recipes of docs/how-to-add.md, followed: in a copy of the project, which then runs what was added.

The copy gets a kind of ledger entry, a role, a way for reminders and a feature, each in the files its recipe names; its migrations are
made by the command; probe.py uses all four as people do. The other recipes were followed by commits, which the table names.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings

from tests.working_copy import PROJECT, WorkingCopy, make_copy

HERE = Path(__file__).parent
TABLE = (PROJECT / "docs/how-to-add.md").read_text(encoding="utf-8").split("## Followed")[1]
# Recipe → file → what is written before which words.
EDITS: dict[str, dict[str, list[tuple[str, str]]]] = {
    "kind of ledger entry": {
        "arrears/cases/models/ledger.py": [('    UNTRUE = "untrue"', '    GOODS = "goods", "以物抵付"\n')],
        "arrears/cases/ledger.py": [("EntryKind.ADVANCED)\n", "EntryKind.GOODS, ")],
        "arrears/cases/forms/steps.py": [
            ("    EntryKind.UNTRUE:", '    EntryKind.GOODS: "职工同意以实物抵付的工资。",\n')
        ],
    },
    "role": {
        "unions/people/rights.py": [
            ('    SYSTEM_ADMIN = "system_admin"', '    OBSERVER = "observer", "观察员"\n'),
            (
                "    RoleName.SYSTEM_ADMIN: _role(",
                '    RoleName.OBSERVER: _role(Right.PEOPLE, "查看本单位和所辖单位的案件。", Right.VIEW),\n',
            ),
        ]
    },
    "way for reminders": {
        "arrears/reminders/models.py": [
            ('    MESSAGE = "message"', '    PHONE = "phone", "语音电话"\n'),
            (
                "    changed_at = models.DateTimeField()\n\n    class Meta:\n        default_permissions = ()\n        constraints",
                "    phone = _kinds(only_immediate)\n    phone_to = models.CharField(max_length=64, blank=True)\n",
            ),
        ],
        "arrears/reminders/ways.py": [
            (
                "@dataclass(frozen=True)\nclass Way:",
                "def _call(row: Sending, to: str) -> None:\n"
                '    gateway = Webhook(settings.PHONE_GATEWAY_URL, "0123456789abcdef", 5)\n'
                '    gateway.send(to, row.reminder.short, f"call-{row.reminder_id}", int(row.changed_at.timestamp()))\n\n\n',
            ),
            (
                "        Way(\n            Via.MESSAGE,",
                "        Way(Via.PHONE, _call, lambda: bool(settings.PHONE_GATEWAY_URL), "
                'label="打电话提醒", to_label="座机或手机号", to_help="留空则不打电话。"),\n',
            ),
        ],
        "config/settings.py": [("MESSAGE_WEBHOOK_URL =", 'PHONE_GATEWAY_URL = env.str("PHONE_GATEWAY_URL", "")\n')],
    },
    "feature": {
        "config/settings.py": [('    "arrears.transfers",\n', '    "arrears.calls",\n')],
        "config/urls.py": [
            ('    path("", include("arrears.transfers.urls")),', '    path("", include("arrears.calls.urls")),\n')
        ],
        "pyproject.toml": [("plans | ", "calls | ")],
    },
}
APPS = {
    "kind of ledger entry": "arrears/cases",
    "role": "unions",
    "way for reminders": "arrears/reminders",
    "feature": "arrears/calls",
}
SETTINGS = """from config.settings import *
ALLOWED_HOSTS = ["*"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
"""


@pytest.fixture
def gateway() -> Iterator[HTTPServer]:
    """A gateway for telephone calls, beside the program; `calls` are the bodies it took."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.calls.append(body.decode())  # type: ignore[attr-defined]
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Taking)
    server.calls = []  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def copy() -> Iterator[WorkingCopy]:
    copy = make_copy(compiled=False)
    yield copy
    copy.clean()


def follow(copy: WorkingCopy) -> None:
    """Write what the recipes say; each place must be there, and once."""
    for edits in EDITS.values():
        for name, places in edits.items():
            text = (copy.path / name).read_text(encoding="utf-8")
            for before, new in places:
                assert text.count(before) == 1, f"{name}: {before!r} stands there {text.count(before)} times"
                text = text.replace(before, new + before)
            (copy.path / name).write_text(text, encoding="utf-8")
    folder = copy.path / "arrears/calls"
    shutil.copytree(HERE / "calls", folder, ignore=shutil.ignore_patterns("*.html", "__pycache__"))
    (folder / "migrations").mkdir()
    (folder / "migrations/__init__.py").touch()
    page = copy.path / "templates/arrears/calls/calls.html"
    page.parent.mkdir()
    shutil.copy(HERE / "calls/calls.html", page)


def migrations(copy: WorkingCopy) -> set[Path]:
    return {path.relative_to(copy.path) for path in copy.path.glob("*/**/migrations/0*.py")}


def test_four_recipes_followed_in_a_copy_of_the_project(
    copy: WorkingCopy, gateway: HTTPServer, database_url: str, subjects_database: None, transactional_db: None
) -> None:
    before = migrations(copy)
    follow(copy)
    (copy.path / "probe_settings.py").write_text(SETTINGS, encoding="utf-8")
    shutil.copy(HERE / "probe.py", copy.path)
    code, output = copy.run(
        copy.python,
        "probe.py",
        DATABASE_URL=database_url,
        SECRET_KEY=settings.SECRET_KEY,
        FIELD_KEYS=",".join(settings.FIELD_KEYS),
        BEHIND_HTTPS="false",
        PYTHONPATH=str(PROJECT),  # for the cast
        PHONE_GATEWAY_URL=f"http://127.0.0.1:{gateway.server_port}/",
    )
    assert code == 0, output
    proved = ["ledger_kind", "role", "reminder_way", "feature"]
    assert [line for line in output.splitlines() if line in proved] == proved, output
    [call] = gateway.calls  # type: ignore[attr-defined]
    assert '"to": "13800000000"' in call and "今日 1 项" in call
    # One migration for each, and the layers still hold.
    made = {str(path.parent.parent) for path in migrations(copy) - before}
    assert made == set(APPS.values())
    code, output = copy.run(copy.python, "-c", "from importlinter.cli import lint_imports_command as c; c()")
    assert code == 0, output


@pytest.mark.parametrize("recipe", EDITS)
def test_a_recipe_takes_as_many_files_as_the_table_says(recipe: str) -> None:
    [said] = re.findall(rf"^\| {recipe} \| ([^|]+) \|", TABLE, re.M)
    edited = len(EDITS[recipe])
    if recipe == "feature":
        assert all(len(places) == 1 and places[0][1].count("\n") < 2 for places in EDITS[recipe].values())
        assert said.strip() == f"its folders, and {edited} lines in {edited} files"
    else:
        assert said.strip() == str(edited + 1)  # and the migration


def test_every_recipe_was_followed() -> None:
    """Twelve rows; a test that is named is there."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", TABLE, re.M)[2:]
    assert len(rows) == 12
    for recipe, _, followed in rows:
        tests = re.findall(r"`tests/([\w/.]+)::(\w+)`", followed)
        assert tests or "“" in followed, recipe
        for file, name in tests:
            assert f"def {name}(" in (PROJECT / "tests" / file).read_text(encoding="utf-8"), name
