"""Leave nothing behind: the private cluster with its data, files, caches, the virtual environment."""

import fcntl
import os
import shutil
from pathlib import Path

from config.embedded import keeper
from config.embedded.place import OWNER, ROOT_HOME, place_of, project_var
from config.embedded.refusal import Refusal

PROJECT = Path(__file__).resolve().parents[2]
CACHES = (".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")


def clean() -> None:
    """Raises Refusal while the program is running."""
    var = project_var()
    place = place_of(var)
    _refuse_while_in_use(place.locks / "users")
    keeper.stop(place.data)
    for path in (place.state, place.sockets, var, *(PROJECT / name for name in CACHES)):
        _remove(path)
    _remove_shared_when_last()
    for cache in PROJECT.rglob("__pycache__"):
        _remove(cache)


def _refuse_while_in_use(users: Path) -> None:
    if not users.exists():
        return
    descriptor = os.open(users, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refusal("薪报正在运行：请先停止它（Ctrl-C），再清理。") from None
    finally:
        os.close(descriptor)


def _remove_shared_when_last() -> None:
    """Programs copied from the wheel serve every working copy; the last one takes them along."""
    if os.geteuid() == 0 and ROOT_HOME.exists() and not list(ROOT_HOME.glob(f"*/{OWNER}")):
        _remove(ROOT_HOME)


def _remove(path: Path) -> None:
    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise Refusal(f"不能删除 {error.filename or path}（{error.strerror}）。") from None
