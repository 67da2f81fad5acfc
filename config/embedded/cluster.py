"""One private PostgreSQL cluster: made when missing, mended when broken off, stopped when nobody uses it."""

import fcntl
import locale
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import binaries, keeper
from .account import Account, run_as, server_account
from .place import ROOT_HOME, ClusterPlace
from .refusal import Refusal

USER = DATABASE = "xinbao"
START_SECONDS = 60
LARGEST_LOG = 5 * 2**20
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "max_connections": "80",
    "logging_collector": "off",
}
# A test's data need not outlive the machine, and several processes share the server.
FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "max_connections": "300",
    "shared_buffers": "256MB",
}


@dataclass(frozen=True)
class Cluster:
    place: ClusterPlace
    for_tests: bool = False

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The server runs inside this block; the last one to leave stops it.

        Raises Refusal with a clear sentence when it cannot be started.
        """
        owner = os.getpid()
        self.make_directories()
        users = self._enter()
        try:
            yield
        finally:
            # A forked child leaves through here too; only the process that entered may lock up.
            if os.getpid() == owner:
                self._leave(users)

    def _enter(self) -> int:
        with self._lock("start"):
            users = _open(self.place.locks / "users")
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self._ensure_running()
            except BaseException:
                os.close(users)
                raise
            return users

    def _leave(self, users: int) -> None:
        with self._lock("start"):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                # Others still use the server, or the keeper is just stopping it: then wait until it has.
                fcntl.flock(users, fcntl.LOCK_SH)
            else:
                keeper.stop(self.place.data)
                if self.for_tests:
                    shutil.rmtree(self.place.state, ignore_errors=True)
            finally:
                os.close(users)

    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        descriptor = _open(self.place.locks / name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def make_directories(self) -> None:
        """The private directories; Refusal where they cannot be made or belong to somebody else."""
        account = server_account()
        if len(os.fsencode(self.place.data)) > 900:
            raise Refusal(f"目录路径太长，PostgreSQL 无法使用：{self.place.data}。请把程序移到路径较短的目录。")
        try:
            self.place.locks.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(self.place.locks, os.W_OK):
                raise PermissionError
            if self.place.state.is_relative_to(ROOT_HOME):
                ROOT_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
            for directory in (self.place.state, self.place.sockets):
                _private(directory, account)
        except OSError as error:
            raise Refusal(
                f"不能写入目录 {error.filename or self.place.locks}（{error.strerror or '没有权限'}）："
                "请换一个可写的目录，或改正它的权限和所有者。"
            ) from None

    def _ensure_running(self) -> None:
        account = server_account()
        if not self._answers():
            self._mend()
            programs = self._programs(account)
            if not (self.place.data / "PG_VERSION").exists():
                self._create(programs, account)
            self._start(programs, account)
        self._watch()
        self._ensure_database()

    def _programs(self, account: Account) -> binaries.Binaries:
        """The programs that fit the data directory; any of version 15 or later when there is none yet."""
        version = self.place.data / "PG_VERSION"
        major = int(version.read_text().split(".")[0]) if version.exists() else None
        found = binaries.find(major)
        if found is None and major is not None:
            raise Refusal(
                f"数据目录 {self.place.data} 由 PostgreSQL {major} 建立，但本机没有这一版本的程序："
                f"请安装 postgresql-{major} 后再启动。"
            )
        if found is None:
            raise Refusal("找不到 PostgreSQL 15 或更高版本的程序：请运行 make setup，或安装软件包 postgresql。")
        return binaries.within_reach(found, account, ROOT_HOME)

    def _create(self, programs: binaries.Binaries, account: Account) -> None:
        """initdb beside the final name, then one rename: a set-up cut short is simply done again."""
        draft = self.place.state / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        command = [programs.path("initdb"), "-D", str(draft), "-U", USER, "-E", "UTF8", "--auth=trust"]
        command += _locale_options(programs.major)
        if self.for_tests:
            command.append("--no-sync")
        done = run_as(account, command)
        if done.returncode:
            raise Refusal(f"无法建立数据库目录 {draft}：{_last_line(done.stdout)}")
        shutil.rmtree(self.place.data, ignore_errors=True)
        draft.rename(self.place.data)

    def _start(self, programs: binaries.Binaries, account: Account) -> None:
        self._write_settings(account)
        if self.place.log.exists() and self.place.log.stat().st_size > LARGEST_LOG:
            self.place.log.unlink()
        command = [programs.path("pg_ctl"), "start", "-w", "-s", "-t", str(START_SECONDS)]
        done = run_as(account, [*command, "-D", str(self.place.data), "-l", str(self.place.log)])
        if done.returncode or not self._answers():
            raise Refusal(
                f"数据库未能启动：{_last_line(_read(self.place.log) or done.stdout)}（日志：{self.place.log}）"
            )

    def _write_settings(self, account: Account) -> None:
        settings = SETTINGS | {"unix_socket_directories": f'"{self.place.sockets}"'}
        if self.for_tests:
            settings |= FOR_TESTS
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        # This file overrides postgresql.conf and nobody else writes it here.
        path = self.place.data / "postgresql.auto.conf"
        path.write_text("".join(lines))
        account.own(path)

    def _mend(self) -> None:
        """After a crash: wait for a server on its way up or down, then clear what it left behind."""
        for _ in range(100):
            if keeper.postmaster(self.place.data) is None:
                break
            time.sleep(0.1)
            if self._answers():
                return
        keeper.stop(self.place.data)
        (self.place.data / "postmaster.pid").unlink(missing_ok=True)
        for stale in self.place.sockets.glob(".s.PGSQL.*"):
            stale.unlink(missing_ok=True)

    def _answers(self) -> bool:
        if keeper.postmaster(self.place.data) is None:
            return False
        import psycopg2  # noqa: PLC0415 - set-up reads this file before any package is installed

        try:
            psycopg2.connect(host=str(self.place.sockets), user=USER, dbname="postgres", connect_timeout=5).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _watch(self) -> None:
        """A keeper on watch; when one is already there the second leaves at once."""
        options = ["--remove"] if self.for_tests else []
        subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, str(self.place.state), str(self.place.locks), *options],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _ensure_database(self) -> None:
        import psycopg2  # noqa: PLC0415 - set-up reads this file before any package is installed

        connection = psycopg2.connect(host=str(self.place.sockets), user=USER, dbname="postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {USER}")
        finally:
            connection.close()


def _private(directory: Path, account: Account) -> None:
    """Make `directory` with mode 0700 for `account`; refuse one that belongs to somebody else."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and os.geteuid() == 0:
        account.own(directory)
    elif not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
        raise Refusal(f"目录 {directory} 不属于账户 {account.name}：为安全起见不使用它，请删除后重试。")
    directory.chmod(0o700)


def _locale_options(major: int) -> list[str]:
    """UTF-8 with code point order, the same on every machine."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
        return ["--locale=C.UTF-8"]
    except locale.Error:
        return (
            ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else ["--locale=C"]
        )
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _read(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line]
    return (telling or lines or ["没有输出"])[-1].strip()
