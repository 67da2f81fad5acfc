"""What cannot work is said in one sentence: exit code 1, no traceback, nothing spoiled."""

import os
import re
import socket
from collections.abc import Iterator

import pytest

from tests.working_copy import WorkingCopy, make_copy, ordinary_user


@pytest.fixture
def copy() -> Iterator[WorkingCopy]:
    made = make_copy()
    yield made
    made.clean()


def refused(answer: tuple[int, str]) -> str:
    """The one sentence, in Chinese."""
    code, output = answer
    assert code == 1, output
    assert "Traceback" not in output
    lines = output.strip().splitlines()
    assert len(lines) == 1, output
    assert re.search(r"[一-鿿].*。$", lines[0]), output
    return lines[0]


def test_a_data_directory_of_another_version(copy: WorkingCopy) -> None:
    copy.sql("CREATE TABLE kept AS SELECT 5 AS n")
    version = copy.state / "data" / "PG_VERSION"
    true_version = version.read_text()
    version.write_text("13\n")
    sentence = refused(copy.manage("migrate", "--check"))
    assert "PostgreSQL 13" in sentence
    assert "postgresql-13" in sentence
    version.write_text(true_version)
    assert copy.sql("SELECT n FROM kept") == ["5"]


def test_no_programs_at_all(copy: WorkingCopy) -> None:
    program = (
        "import sys, config.embedded.binaries as b; b.WHEEL = 'no_such_wheel'; "
        "from config.embedded import postgres; postgres.for_command(['manage.py', 'migrate']).__enter__()"
    )
    assert "make setup" in refused(copy.run(copy.python, "-c", program, XINBAO_PG_DIRS=""))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory to somebody else")
def test_a_folder_that_may_not_be_written() -> None:
    copy = make_copy(ordinary_user())
    try:
        os.chown(copy.path, 0, 0)
        assert f"不能写入目录 {copy.path}/var" in refused(copy.manage("migrate", "--check"))
        sentence = refused(copy.run(copy.python, "-m", "config.setup", "run"))
        assert f"不能写入目录 {copy.path}/var" in sentence
    finally:
        copy.clean()


def test_a_file_where_the_folder_should_be(copy: WorkingCopy) -> None:
    (copy.path / "var").write_text("")
    assert "不能写入目录" in refused(copy.manage("migrate", "--check"))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs two accounts")
def test_root_opens_no_second_database_beside_a_users() -> None:
    theirs = make_copy(ordinary_user())
    try:
        theirs.sql("SELECT 1")
        assert "请以该用户运行" in refused(WorkingCopy(theirs.path).manage("migrate", "--check"))
    finally:
        theirs.clean()


def test_a_port_in_use(copy: WorkingCopy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"端口 {port} 已被占用" in refused(copy.manage("serve", PORT=str(port)))
    assert "端口应是" in refused(copy.manage("serve", PORT="八千"))
    assert "203.0.113.1" in refused(copy.manage("serve", "--host", "203.0.113.1"))


def test_a_socket_directory_of_somebody_elses(copy: WorkingCopy) -> None:
    copy.sql("SELECT 1")
    (copy.state / "run").rename(copy.state / "away")
    (copy.state / "run").symlink_to("/tmp")
    assert "不属于账户" in refused(copy.manage("migrate", "--check"))
