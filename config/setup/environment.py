"""The virtual environment: made from the hash-pinned lock, stamped when whole, made anew when cut short."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.place import project_var
from config.embedded.refusal import Refusal

from . import debian

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = PROJECT / "requirements.txt"
STAMP = VENV / "xinbao-installed"
UNDER_WAY = VENV / "xinbao-under-way"


@contextmanager
def locked() -> Iterator[None]:
    """One set-up of a working copy at a time; the second waits and then finds nothing to do."""
    directory = project_var() / "locks"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(directory / "setup", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Refusal(
            f"不能写入目录 {error.filename or directory}（{error.strerror}）：请换一个可写的目录，或改正它的权限和所有者。"
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def provide() -> None:
    """Make or mend `.venv`; instant when its stamp fits the lock. Refusal when packages cannot be had."""
    wanted = _fingerprint()
    if _starts() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    try:
        _make_anew_if_broken()
        print("正在安装 Python 软件包（首次约需一两分钟）……", flush=True)
        UNDER_WAY.touch()
        STAMP.unlink(missing_ok=True)
        _install()
        STAMP.write_text(wanted)
        UNDER_WAY.unlink()
    except OSError as error:
        raise Refusal(f"不能写入 {error.filename or VENV}（{error.strerror}）：请检查权限和磁盘空间。") from None


def _fingerprint() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _starts() -> bool:
    try:
        return subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _make_anew_if_broken() -> None:
    if _starts() and not UNDER_WAY.exists():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    options = ["--without-pip"] if shutil.which("uv") else []
    if not options and importlib.util.find_spec("ensurepip") is None:
        debian.provide_ensurepip()
    _run([sys.executable, "-m", "venv", *options, str(VENV)], "不能建立虚拟环境 .venv")


def _install() -> None:
    """uv where it is at hand; plain pip otherwise, or when uv cannot."""
    requirement = ["--require-hashes", "-r", str(LOCK)]
    if uv := shutil.which("uv"):
        done = subprocess.run([uv, "pip", "install", "-q", "--python", str(PYTHON), *requirement], check=False)
        if done.returncode == 0:
            return
    if importlib.util.find_spec("ensurepip") is None and not _has_pip():
        debian.provide_ensurepip()
    if not _has_pip():
        _run([str(PYTHON), "-m", "ensurepip"], "不能在 .venv 里安装 pip")
    command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input", *requirement]
    _run(command, "不能下载或安装 Python 软件包（网络不通，或下载的文件与锁定的校验值不符）")


def _has_pip() -> bool:
    return subprocess.run([PYTHON, "-c", "import pip"], check=False, capture_output=True).returncode == 0


def _run(command: list[str], failure: str) -> None:
    """Run quietly; on failure one sentence, the rest in a file."""
    log = project_var() / "setup.log"
    with log.open("w") as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Refusal(f"{failure}：详情见 {log}，处理后再运行一次同样的命令即可。")
