"""The private PostgreSQL: as root and as an ordinary user, from the system's programs and from the wheel's."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import binaries, keeper
from config.embedded.account import run_as, server_account
from tests.settings import RUN_DIR
from tests.working_copy import WorkingCopy, alive, make_copy, ordinary_user, within

WHEEL_ONLY = {"XINBAO_PG_DIRS": ""}
ROOT = os.geteuid() == 0
as_root = pytest.param("root", marks=pytest.mark.skipif(not ROOT, reason="not root"))


@pytest.fixture
def copies() -> Iterator[list[WorkingCopy]]:
    made: list[WorkingCopy] = []
    yield made
    for copy in made:
        copy.clean()


@pytest.fixture(scope="module")
def copy() -> Iterator[WorkingCopy]:
    """One copy for the tests that leave its cluster whole and stopped."""
    made = make_copy()
    yield made
    made.clean()


def new(copies: list[WorkingCopy], who: str = "root", name: str = "copy") -> WorkingCopy:
    copies.append(make_copy(ordinary_user() if who == "user" else None, name))
    return copies[-1]


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("who", [as_root, "user"])
@pytest.mark.parametrize("origin", ["system", "wheel"])
def test_a_command_has_its_database_and_leaves_nothing_running(
    copies: list[WorkingCopy], who: str, origin: str
) -> None:
    if origin == "system" and not binaries._system():
        pytest.skip("no PostgreSQL of the system's")
    copy = new(copies, who)
    environment = WHEEL_ONLY if origin == "wheel" else {}
    copy.sql("CREATE TABLE kept AS SELECT 42 AS n", **environment)
    assert copy.servers() == []
    kept, version, addresses, lowered = copy.sql(
        "SELECT n FROM kept",
        "SHOW server_version_num",
        "SELECT current_setting('listen_addresses') || '-'",
        "SELECT lower('ÄÖ') || '欠薪'",
        **environment,
    )
    assert (kept, addresses, lowered) == ("42", "-", "äö欠薪")
    assert int(version) // 10000 == 18 if origin == "wheel" else int(version) >= 150000
    assert within(20, lambda: not copy.servers() and not copy.keepers())


@pytest.mark.skipif(not ROOT, reason="only root runs the server under another account")
def test_programs_in_a_private_directory_are_copied_where_the_account_may_run_them(tmp_path: Path) -> None:
    found = binaries._wheel()[-1]
    tmp_path.chmod(0o700)
    package = found.directory.parents[1]
    shutil.copytree(found.directory.parent, tmp_path / package.name / found.directory.parent.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), tmp_path / f"{package.name}.libs")
    home = RUN_DIR / "home"
    within_package = found.directory.relative_to(package)
    hidden = binaries.Binaries(tmp_path / package.name / within_package, found.version, from_wheel=True)
    usable = binaries.within_reach(hidden, server_account(), home)
    assert usable.directory.is_relative_to(home / f"postgresql-{found.version}")
    assert run_as(server_account(), [usable.path("postgres"), "-V"]).stdout.split()[-1] == found.version
    assert binaries.within_reach(hidden, server_account(), home) == usable
    assert [path.name for path in home.iterdir()] == [f"postgresql-{found.version}"]


@pytest.mark.parametrize("who", [as_root, "user"])
def test_after_kill_9_of_everything_the_next_start_mends(copies: list[WorkingCopy], who: str) -> None:
    copy = new(copies, who)
    with copy.start_waiting("CREATE TABLE kept AS SELECT 7 AS n") as command:
        kill(*copy.keepers(), command.pid, *copy.servers())
    assert within(20, lambda: not copy.servers())
    assert (copy.state / "data" / "postmaster.pid").exists()
    assert copy.sql("SELECT n FROM kept") == ["7"]
    assert copy.servers() == []


def test_a_killed_program_leaves_nothing_running(copy: WorkingCopy) -> None:
    with copy.start_waiting() as command:
        assert copy.servers()
        kill(command.pid)
    assert within(20, lambda: not copy.servers() and not copy.keepers())


def test_an_orphaned_server_is_taken_over_and_stopped(copy: WorkingCopy) -> None:
    with copy.start_waiting() as command:
        kill(*copy.keepers(), command.pid)
    assert copy.servers()
    assert copy.sql("SELECT 1") == ["1"]
    assert copy.servers() == []


def test_backends_without_their_postmaster_are_cleared_away(copy: WorkingCopy) -> None:
    with copy.start_waiting() as command:
        postmaster = keeper.postmaster(copy.state / "data")
        assert postmaster
        frozen = [pid for pid in copy.servers() if pid != postmaster]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        kill(*copy.keepers(), command.pid, postmaster)
        assert copy.sql("SELECT 1") == ["1"]
        assert not any(alive(pid) for pid in frozen)


def test_a_stale_pid_that_now_is_somebody_else(copy: WorkingCopy) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        (copy.state / "data" / "postmaster.pid").write_text(f"{other.pid}\n{copy.state}/data\n0\n5432\n")
        assert copy.sql("SELECT 1") == ["1"]
        assert alive(other.pid)
        other.kill()


def test_an_interrupted_initdb_is_done_again(copies: list[WorkingCopy]) -> None:
    copy = new(copies)
    copy.sql("SELECT 1")
    (copy.state / "data").rename(copy.state / "data.new")
    (copy.state / "data.new" / "global" / "pg_control").unlink()
    assert copy.sql("SELECT 1") == ["1"]


def test_two_copies_side_by_side_do_not_meet(copies: list[WorkingCopy]) -> None:
    one, two = new(copies), new(copies)
    with one.start_waiting("CREATE TABLE mine AS SELECT 1") as first, two.start_waiting() as second:
        assert one.state != two.state
        for private in (one.state / "run", one.state / "data"):
            assert private.stat().st_mode & 0o777 == 0o700
        assert two.sql("SELECT to_regclass('mine') IS NULL") == ["True"]
        assert one.sql("SELECT to_regclass('mine') IS NULL") == ["False"]
        first.terminate()
        second.terminate()


def test_commands_started_at_once_share_one_server(copies: list[WorkingCopy]) -> None:
    copy = new(copies)
    argv = [copy.python, "manage.py", "shell", "-v", "0", "-c", "from config.celery import app; print('good')"]
    commands = [copy.start(*argv) for _ in range(4)]
    outputs = [command.communicate(timeout=60)[0].strip() for command in commands]
    assert outputs == ["good"] * 4
    assert within(20, lambda: not copy.servers() and not copy.keepers())


def test_the_last_user_stops_the_server(copy: WorkingCopy) -> None:
    with copy.start_waiting() as first:
        with copy.start_waiting() as second:
            first.send_signal(signal.SIGINT)
            first.wait(20)
            assert copy.servers()
            second.send_signal(signal.SIGINT)
        assert within(20, lambda: not copy.servers())


@pytest.mark.skipif(not ROOT, reason="the data lie in the copy itself")
def test_a_copied_project_gets_data_of_its_own_and_a_moved_one_keeps_them(copies: list[WorkingCopy]) -> None:
    one = new(copies)
    one.sql("CREATE TABLE mine AS SELECT 1")
    copied = new(copies)
    (copied.path / "var").mkdir()
    (copied.path / "var" / "postgres-location").write_text((one.path / "var" / "postgres-location").read_text())
    assert copied.sql("SELECT to_regclass('mine') IS NULL") == ["True"]
    moved = WorkingCopy(one.path.with_name("elsewhere"))
    one.path.rename(moved.path)
    copies.append(moved)
    assert moved.sql("SELECT to_regclass('mine') IS NULL") == ["False"]


@pytest.mark.skipif(not ROOT, reason="the data lie in the copy itself")
def test_a_new_project_where_an_old_one_was_does_not_open_its_data(copies: list[WorkingCopy]) -> None:
    one = new(copies)
    one.sql("CREATE TABLE mine AS SELECT 1")
    former = one.state
    shutil.rmtree(one.path / "var")
    try:
        assert one.sql("SELECT to_regclass('mine') IS NULL") == ["True"]
        assert one.state != former and (former / "data" / "PG_VERSION").exists(), "kept, for whoever has the secrets"
    finally:
        shutil.rmtree(former)


def test_a_deep_directory_still_has_a_short_socket(copies: list[WorkingCopy]) -> None:
    copy = new(copies, "user", name="欠薪案件登记上报办理汇总" * 4)
    assert copy.sql("SELECT 1") == ["1"]
