"""The virtual environment from its lock: made, left alone, mended; without a network one sentence."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.working_copy import WorkingCopy, make_copy

STAMP = ".venv/xinbao-installed"
UNDER_WAY = ".venv/xinbao-under-way"


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[WorkingCopy]:
    """A copy whose lock names one small package, to be had from a directory; no uv on the PATH, no index."""
    made = make_copy(compiled=False)
    wheels = made.path / "wheels"
    wheels.mkdir()
    digest = small_wheel(wheels / "small-1.0-py3-none-any.whl")
    (made.path / "requirements.txt").write_text(f"small==1.0 --hash=sha256:{digest}\n")
    for name in [n for n in made.environment if n.startswith(("PIP_", "UV_"))]:
        del made.environment[name]
    made.environment |= {
        "PATH": path_without("uv", tmp_path),
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
    }
    yield made
    made.clean()


def small_wheel(path: Path) -> str:
    """A wheel of one module; its sha256."""
    files = {
        "small.py": "",
        "small-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n",
        "small-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, "small-1.0.dist-info/RECORD"])
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in (files | {"small-1.0.dist-info/RECORD": record}).items():
            wheel.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def path_without(program: str, tmp_path: Path) -> str:
    """A PATH of links to all we have but one program."""
    links = tmp_path / "bin"
    links.mkdir()
    for directory in os.environ["PATH"].split(":"):
        for found in Path(directory).iterdir() if Path(directory).is_dir() else ():
            if found.name != program and not (links / found.name).is_symlink():
                (links / found.name).symlink_to(found)
    return str(links)


def set_up(copy: WorkingCopy) -> tuple[int, str]:
    return copy.run("make", "environment", f"PYTHON={copy.python}")


def installed(copy: WorkingCopy) -> bool:
    return copy.run(".venv/bin/python", "-c", "import small")[0] == 0


def test_no_network_then_made_then_left_alone_then_mended(copy: WorkingCopy) -> None:
    wheels = copy.path / "wheels"
    wheels.rename(copy.path / "away")
    code, output = set_up(copy)
    assert code != 0
    assert "网络不通" in output
    assert "Traceback" not in output

    (copy.path / "away").rename(wheels)
    assert set_up(copy)[0] == 0
    assert installed(copy)
    stamped = (copy.path / STAMP).stat().st_mtime_ns
    assert set_up(copy) == (0, "")
    assert (copy.path / STAMP).stat().st_mtime_ns == stamped

    # Cut short in the middle of an installation.
    (copy.path / UNDER_WAY).touch()
    (copy.path / STAMP).unlink()
    next((copy.path / ".venv").glob("lib/*/site-packages/small.py")).unlink()
    assert set_up(copy)[0] == 0
    assert installed(copy)
    assert not (copy.path / UNDER_WAY).exists()

    (copy.path / "requirements.txt").write_text(f"small==1.0 --hash=sha256:{'0' * 64}\n")
    shutil.rmtree(next((copy.path / ".venv").glob("lib/*/site-packages/small-1.0.dist-info")))
    code, output = set_up(copy)
    assert code != 0
    assert "校验值不符" in output


def test_a_broken_interpreter_is_replaced(copy: WorkingCopy) -> None:
    (copy.path / ".venv/bin").mkdir(parents=True)
    (copy.path / ".venv/bin/python").symlink_to("/nonexistent/python3")
    (copy.path / STAMP).write_text("x")
    assert set_up(copy)[0] == 0
    assert installed(copy)


def test_clean_leaves_nothing_behind(copy: WorkingCopy) -> None:
    copy.sql("SELECT 1")
    state = copy.state
    (copy.path / ".venv").mkdir()
    (copy.path / "config/__pycache__").mkdir(exist_ok=True)
    before = {p.relative_to(copy.path) for p in copy.path.rglob("*")}
    code, output = copy.run("make", "clean", f"PYTHON={copy.python}")
    assert (code, output) == (0, "")
    after = {p.relative_to(copy.path) for p in copy.path.rglob("*")}
    gone = {str(path).split("/")[0] for path in before - after} - {"config"}
    assert gone == {"var", ".venv"}
    assert not state.exists()


def test_clean_waits_for_the_program_to_be_stopped(copy: WorkingCopy) -> None:
    with copy.start_waiting() as command:
        code, output = copy.run("make", "clean", f"PYTHON={copy.python}")
        command.terminate()
    assert code != 0
    assert "正在运行" in output
    assert (copy.state / "data").exists()


def test_the_lock_holds_names_versions_and_hashes_only() -> None:
    lock = (Path(__file__).parents[2] / "requirements.txt").read_text()
    assert "://" not in lock
    pinned = [line for line in lock.splitlines() if "==" in line and not line.lstrip().startswith("#")]
    assert len(pinned) > 50
    for line in lock.splitlines():
        assert line.lstrip().startswith(("#", "--hash=sha256:")) or "==" in line, line
