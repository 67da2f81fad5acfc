"""Where a private cluster lives on disk. Reading only: nothing here creates anything."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

# As root the data lie where the account `postgres` may enter, not in the project's directory.
ROOT_HOME = Path("/var/lib/xinbao")
POINTER = "postgres-location"
OWNER = "owner"
# sockaddr_un holds 108 bytes on Linux; the name below is appended to the directory.
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 100


@dataclass(frozen=True)
class ClusterPlace:
    """`state` holds all of a cluster; `locks` the lock files of those who use it."""

    state: Path
    locks: Path

    @property
    def data(self) -> Path:
        return self.state / "data"

    @property
    def log(self) -> Path:
        return self.state / "server.log"

    @property
    def sockets(self) -> Path:
        """A private directory short enough for a socket's address."""
        near = self.state / "run"
        if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET:
            return near
        return Path("/tmp") / f"xinbao-{os.geteuid()}-{key_of(self.state)}"


def project_var() -> Path:
    """The project's own writable directory (`XINBAO_VAR`, else `var/`)."""
    default = Path(__file__).resolve().parents[2] / "var"
    # Resolved: the same directory under two spellings must not look like a copied project.
    return Path(os.environ.get("XINBAO_VAR") or default).resolve()


def key_of(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def place_of(var: Path) -> ClusterPlace:
    """The place of the cluster that belongs to `var`."""
    state = _state_of_root(var) if os.geteuid() == 0 else var / "postgres"
    return ClusterPlace(state, var / "locks")


def _state_of_root(var: Path) -> Path:
    """What the pointer says; a copied project gets a place of its own, a moved one keeps the old.

    So does a new project where an old one was: the secrets that its data need are gone with the old one's `var`.
    """
    pointed, made_for = _read_pointer(var)
    if pointed and (made_for == var or not _points_to(made_for, pointed)):
        return pointed
    number, key = 1, key_of(var)
    while ((state := ROOT_HOME / (key if number == 1 else f"{key}-{number}")) / OWNER).exists():
        number += 1
    return state


def write_pointer(var: Path, state: Path) -> None:
    """Bind `var` and `state` to each other (as root only; otherwise the one contains the other)."""
    if os.geteuid() == 0 and _read_pointer(var) != (state, var):
        # The pointer first: cut short between the two, the place is still ours.
        (var / POINTER).write_text(f"{state}\n{var}\n")
        (state / OWNER).write_text(f"{var}\n")


def _read_pointer(var: Path) -> tuple[Path | None, Path]:
    try:
        state, made_for = (var / POINTER).read_text().splitlines()[:2]
    except (OSError, ValueError):
        return None, var
    return Path(state), Path(made_for)


def _points_to(var: Path, state: Path) -> bool:
    return _read_pointer(var)[0] == state
