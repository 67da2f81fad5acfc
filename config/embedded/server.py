"""The one process of `make run`: gunicorn with worker and beat inside."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from .background import Background


class ForegroundArbiter(Arbiter):
    """gunicorn reloads on SIGHUP; here it means that the terminal was closed, and nothing may stay running."""

    def handle_hup(self) -> None:
        self.handle_term()


class Server(BaseApplication):
    """One gthread worker.

    `when_ready` is called once the address answers; `schedule` is beat's file, None with Celery elsewhere.
    """

    def __init__(self, host: str, port: int, when_ready: Callable[[], None], schedule: Path | None) -> None:
        self._when_ready = when_ready
        self._schedule = schedule
        self._background: Background | None = None
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._address,
            "workers": 1,
            "worker_class": "gthread",
            "threads": 16,
            # A kept-alive connection holds a thread, and there are few of them.
            "keepalive": 0,
            "timeout": 120,
            "graceful_timeout": 6,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda server: self._when_ready(),
            "post_worker_init": self._start_background,
            "worker_exit": self._stop_background,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        ForegroundArbiter(self).run()

    def load(self) -> Any:
        from config.wsgi import application  # noqa: PLC0415 - made in the process that answers

        return application

    def _start_background(self, worker: Any) -> None:
        # Threads that calculate give way to threads that answer sooner than Python's 5 ms convoy allows.
        sys.setswitchinterval(0.02)
        if self._schedule is not None:
            self._background = Background(self._schedule)
            self._background.start()

    def _stop_background(self, server: Any, worker: Any) -> None:
        if self._background is not None:
            self._background.stop()
            self._background = None
