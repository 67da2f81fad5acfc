"""Debian packages the program or its tests need: installed as root, else the one command is shown."""

import ctypes
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from config.embedded.account import SERVER_ACCOUNT
from config.embedded.place import project_var
from config.embedded.refusal import Refusal

FOR_TESTS = {
    "redis-server": "redis-server",
    "chromium": "chromium",
    "soffice": "libreoffice-calc",
    "lowriter": "libreoffice-writer",
    "pdftoppm": "poppler-utils",
    "fc-list": "fontconfig",
}
CHINESE_FONTS = "fonts-noto-cjk"
# What WeasyPrint lays PDFs out with (unions/common/pdf.py): the library as it is loaded → its package.
FOR_PDF = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
CREATE_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")


def provide_server() -> None:
    """As root PostgreSQL needs the account `postgres`; as anybody else the wheel's programs will do."""
    if os.geteuid() == 0 and not _has_account():
        _keep_from_creating_cluster()
        _install(["postgresql"])


def provide_for_pdf() -> None:
    """Libraries and Chinese fonts for PDFs. Without them everything else works: where they cannot be installed, it is said."""
    if not (missing := _missing_for_pdf()):
        return
    try:
        _install(missing)
    except Refusal as refusal:
        print(f"暂不能生成 PDF，其他功能不受影响。{refusal}", flush=True)


def _missing_for_pdf() -> list[str]:
    missing = [package for library, package in FOR_PDF.items() if not _loads(library)]
    fonts = bool(shutil.which("fc-list")) and not _has_chinese_fonts()
    return [*missing, CHINESE_FONTS] if fonts or missing else []


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def provide_for_tests() -> None:
    """What the tests run against: Redis, Chromium, Chinese fonts, LibreOffice, and what PDFs are made with."""
    missing = [package for program, package in FOR_TESTS.items() if not shutil.which(program)]
    missing += [package for library, package in FOR_PDF.items() if not _loads(library)]
    if not _has_chinese_fonts():
        missing.append(CHINESE_FONTS)
    if missing:
        _install(missing)


def provide_ensurepip() -> None:
    """Debian splits `venv` from Python."""
    _install(["python3-venv"])
    importlib.invalidate_caches()


def _has_account() -> bool:
    try:
        pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        return False
    return True


def _has_chinese_fonts() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())


def _keep_from_creating_cluster() -> None:
    """The package would start a server of its own on port 5432; nobody here asked for that."""
    if not CREATE_NO_CLUSTER.exists():
        CREATE_NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        CREATE_NO_CLUSTER.write_text(
            "# 薪报 runs a private cluster; no system-wide one is wanted.\ncreate_main_cluster = false\n"
        )


def _install(packages: list[str]) -> None:
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Refusal(f"缺少程序，请用本系统的软件管理器安装与这些 Debian 软件包相当的软件：{' '.join(packages)}。")
    if os.geteuid() != 0:
        raise Refusal(f"缺少软件包，请先运行：sudo {command}")
    print(f"正在安装 Debian 软件包：{' '.join(packages)}……", flush=True)
    log = project_var() / "setup.log"
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with log.open("w") as output:
        for step in (["apt-get", "update"], [*command.split(), "-o", "Dpkg::Options::=--force-confold"]):
            done = subprocess.run(
                step, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
            )
    if done.returncode:
        raise Refusal(f"安装 Debian 软件包失败（网络不通？），详情见 {log}；也可以自己运行：{command}")
