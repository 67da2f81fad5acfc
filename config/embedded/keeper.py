"""Stops a private PostgreSQL when nobody uses it any more, even if its users were killed with SIGKILL.

Every program that uses the cluster holds a shared lock on the file `users`. This small process waits for the
exclusive one: the kernel grants it when the last user has ended, in whatever way. It runs on its own
(`python keeper.py STATE LOCKS [--remove]`), so it imports nothing of the project.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from pathlib import Path

STOP_SECONDS = 30.0


def processes_in(data: Path) -> list[int]:
    """The processes that work in `data`, where every PostgreSQL process stands; zombies are not counted."""
    return [int(p) for p in os.listdir("/proc") if p.isdigit() and _stands_in(p, data)]


def postmaster(data: Path) -> int | None:
    """The server's process id when it is alive and really serves `data`."""
    try:
        pid = (data / "postmaster.pid").read_text().split("\n", 1)[0].strip()
    except OSError:
        return None
    return int(pid) if pid.isdigit() and _stands_in(pid, data) else None


def stop(data: Path) -> None:
    """A fast shutdown; after 30 s, and for processes a killed server left behind, SIGQUIT and SIGKILL."""
    if pid := postmaster(data):
        _signal(pid, signal.SIGINT)
        if _gone(data, STOP_SECONDS):
            return
        _signal(pid, signal.SIGQUIT)
        _gone(data, 5)
    for leftover in processes_in(data):
        _signal(leftover, signal.SIGKILL)
    _gone(data, 5)


def _stands_in(pid: str, data: Path) -> bool:
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        return False


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _gone(data: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not processes_in(data):
            return True
        time.sleep(0.02)
    return False


def main(state: Path, locks: Path, *, remove: bool) -> None:
    keeper = os.open(locks / "keeper", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    users = os.open(locks / "users", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_EX)
    stop(state / "data")
    if remove:
        shutil.rmtree(state, ignore_errors=True)
    # This one first: who gets the users' lock next must see that no keeper is on watch.
    os.close(keeper)
    os.close(users)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    main(Path(sys.argv[1]), Path(sys.argv[2]), remove="--remove" in sys.argv[3:])
