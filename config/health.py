"""Health checks of the production services: `python -m config.health web | worker | beat FILE`. Exit code 0 is healthy.

Without Django, except where Celery needs it: this runs every few seconds.
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

# beat writes its schedule every three minutes.
BEAT_SILENCE_SECONDS = 600


def web(port: str) -> bool:
    """The page /healthz answers, under a host name the site accepts."""
    host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0]
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def worker() -> bool:
    """The worker of this host answers a ping over the broker."""
    from config.celery import app  # noqa: PLC0415 - the check of the web, every few seconds, does without Celery

    return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=5))


def beat(schedule: str) -> bool:
    """beat has written its schedule lately (the database library may add a suffix to the name)."""
    path = Path(schedule)
    written = [found.stat().st_mtime for found in path.parent.glob(f"{path.name}*")]
    return bool(written) and time.time() - max(written) < BEAT_SILENCE_SECONDS


def main(argv: list[str]) -> bool:
    match argv:
        case ["web"]:
            return web(os.environ.get("BIND", ":8000").rpartition(":")[2])
        case ["worker"]:
            return worker()
        case ["beat", schedule]:
            return beat(schedule)
    raise SystemExit(2)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
