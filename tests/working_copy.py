"""A copy of the project in a directory of its own, run by real commands under a real account."""

import compileall
import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from config.embedded import keeper
from config.embedded.place import POINTER, key_of
from tests.settings import RUN_DIR

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = Path(sysconfig.get_paths()["purelib"])
PARTS = (
    ".ci",
    "Makefile",
    "arrears",
    "config",
    "manage.py",
    "pyproject.toml",
    "reporting",
    "requirements.in",
    "requirements.txt",
    "static",
    "templates",
    "unions",
)
# Nothing of the surrounding test run may reach the commands of a copy.
FOREIGN = (
    "XINBAO_VAR",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "FIELD_KEYS",
    "DJANGO_SETTINGS_MODULE",
    "PYTHONPATH",
    "PORT",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
)
ORDINARY_USER = "xinbao-test"


class WorkingCopy:
    """One copy; `user` is the account its commands run under (None: our own)."""

    def __init__(self, path: Path, user: str | None = None) -> None:
        self.path = path
        self.user = user
        self.environment = {k: v for k, v in os.environ.items() if k not in FOREIGN}
        self.environment |= {"DEMO": "false", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
        self.python = sys.executable
        if user:
            self.python = _interpreter_for(user)
            self.environment |= {"PYTHONPATH": str(_packages_for(user)), "HOME": str(path), "USER": user}
            self.give_to_user()

    def give_to_user(self) -> None:
        entry = pwd.getpwnam(self.user or "root")
        for found in [self.path, *self.path.rglob("*")]:
            os.chown(found, entry.pw_uid, entry.pw_gid, follow_symlinks=False)

    def start(self, *argv: str, **environment: str) -> subprocess.Popen[str]:
        """A program in the copy's directory, in a process group of its own, output in one pipe."""
        identity: dict[str, object] = {}
        if self.user:
            entry = pwd.getpwnam(self.user)
            identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        return subprocess.Popen(
            argv,
            cwd=self.path,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # A run started in the background hands down an ignored Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            **identity,  # type: ignore[call-overload]
        )

    def run(self, *argv: str, **environment: str) -> tuple[int, str]:
        """Exit code and everything printed."""
        with self.start(*argv, **environment) as process:
            output, _ = process.communicate(timeout=120)
        return process.returncode, output

    def manage(self, *argv: str, **environment: str) -> tuple[int, str]:
        return self.run(self.python, "manage.py", *argv, **environment)

    def sql(self, *statements: str, **environment: str) -> list[str]:
        """The first value of each statement, all sent by one real `manage.py` command."""
        code, output = self.manage("shell", "-v", "0", "-c", _program(*statements), **environment)
        assert code == 0, output
        return output.strip().splitlines()

    def start_waiting(self, statement: str = "SELECT 1") -> subprocess.Popen[str]:
        """A command that has used the database, and stays until it is ended."""
        program = _program(statement) + "; import time; time.sleep(120)"
        process = self.start(self.python, "manage.py", "shell", "-v", "0", "-c", program)
        assert process.stdout
        first = process.stdout.readline()
        assert first.strip().isdigit(), first + process.stdout.read()
        return process

    @property
    def state(self) -> Path:
        pointer = self.path / "var" / POINTER
        return Path(pointer.read_text().splitlines()[0]) if pointer.exists() else self.path / "var" / "postgres"

    def servers(self) -> list[int]:
        return keeper.processes_in(self.state / "data")

    def keepers(self) -> list[int]:
        return [pid for pid in _processes() if f"keeper.py\0{self.state}\0".encode() in _command_line(pid)]

    def clean(self) -> None:
        for pid in self.keepers():
            os.kill(pid, signal.SIGKILL)
        keeper.stop(self.state / "data")
        for leftover in (self.state, self.path, *Path("/tmp").glob(f"xinbao-*-{key_of(self.state)}")):
            shutil.rmtree(leftover, ignore_errors=True)


def make_copy(user: str | None = None, name: str = "copy", compiled: bool = True) -> WorkingCopy:
    """`compiled`: with the byte code, which its commands do not write; else they read each module from its source."""
    home = Path(tempfile.mkdtemp(prefix="w", dir=RUN_DIR))
    home.chmod(0o755)
    path = home / name
    path.mkdir(parents=True)
    _copy_parts(_compiled() if compiled else PROJECT, path, "*.map", *([] if compiled else ["__pycache__"]))
    return WorkingCopy(path, user)


@cache
def _compiled() -> Path:
    path = RUN_DIR / "compiled"
    _copy_parts(PROJECT, path, "*.map")
    compileall.compile_dir(path, quiet=1)
    return path


def _copy_parts(project: Path, path: Path, *ignored: str) -> None:
    path.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = project / part
        if source.is_dir():
            shutil.copytree(source, path / part, ignore=shutil.ignore_patterns(*ignored))
        elif source.exists():
            shutil.copy2(source, path / part)


def within(seconds: float, true: Callable[[], object]) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    """Running, that is neither gone nor a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def ordinary_user() -> str | None:
    """An account for tests as somebody who is not root: made when we are root, None when we are not."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(ORDINARY_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", ORDINARY_USER], check=True)
    return ORDINARY_USER


def _program(*statements: str) -> str:
    connect = "from django.db import connection; c = connection.cursor()"
    one = "c.execute({!r}); print(c.fetchone()[0] if c.description else 0, flush=True)"
    return "; ".join([connect, *(one.format(statement) for statement in statements)])


@cache
def _interpreter_for(user: str) -> str:
    """A Python of our version the user may run (ours may lie in a private home)."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}", "/usr/bin/python3"]
    for candidate in candidates:
        said = _as_user(user, candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
        if said == version:
            return candidate
    raise AssertionError(f"no Python {version} that the account {user} may run")


@cache
def _packages_for(user: str) -> Path:
    """Our installed packages where the user may read them."""
    if _as_user(user, "/usr/bin/cat", str(PACKAGES / "django" / "__init__.py")):
        return PACKAGES

    copied = RUN_DIR / "packages"
    if not copied.exists():
        shutil.copytree(PACKAGES, copied, ignore=shutil.ignore_patterns("__pycache__", "playwright", "mypy*"))
    return copied


def _as_user(user: str, *argv: str) -> str:
    entry = pwd.getpwnam(user)
    try:
        done = subprocess.run(
            argv, cwd="/", user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], capture_output=True, text=True
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
