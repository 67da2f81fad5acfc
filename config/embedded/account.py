"""The account the server runs under: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .refusal import Refusal

SERVER_ACCOUNT = "postgres"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Give `path` to this account (nothing to do unless we are root)."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    """Our own account; for root the account `postgres`."""
    if os.geteuid() != 0:
        return Account(_own_name(), os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        raise Refusal(
            f"PostgreSQL 不能以 root 身份运行，而系统里没有账户 {SERVER_ACCOUNT}：请先运行 apt-get install postgresql，或改用普通用户运行。"
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def run_as(account: Account, argv: Sequence[str], timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a program under `account` from `/`, with a bare environment, output captured.

    Output goes through a file, not a pipe: a server started this way would hold a pipe open for ever.
    """
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "HOME": "/"}
    other = {} if account.is_ours else {"user": account.uid, "group": account.gid, "extra_groups": []}
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            list(argv),
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
            **other,  # type: ignore[call-overload]
        )
        output.seek(0)
        return subprocess.CompletedProcess(list(argv), done.returncode, output.read(), "")


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
