"""Celery's worker and beat as threads of the one web process, over `memory://`."""

import os
import threading
from pathlib import Path
from typing import Any

CONCURRENCY = 3
STOP_SECONDS = 5.0


class Background:
    """Started after the web process has forked, stopped before it ends.

    A task cut short stays a row in the database and is queued again.
    """

    def __init__(self, schedule: Path) -> None:
        """`schedule` is the file in which beat remembers what ran when."""
        # The command that serves has run the system checks already.
        os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
        # Celery is loaded in the process that runs it, and reads the line above.
        from celery import beat  # noqa: PLC0415
        from celery.worker import WorkController  # noqa: PLC0415

        from config.celery import app  # noqa: PLC0415

        app.set_default()
        app.loader.import_default_modules()
        app.finalize()
        self._worker: Any = WorkController(
            app=app,
            hostname="embedded@localhost",
            pool="threads",
            concurrency=CONCURRENCY,
            loglevel="WARNING",
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        self._beat: Any = beat.EmbeddedService(app, thread=True, schedule_filename=str(schedule))
        self._thread = threading.Thread(target=self._worker.start, name="Worker", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._beat.start()

    def stop(self) -> None:
        """At most a few seconds: whoever pressed Ctrl-C is waiting."""
        from celery.worker import state  # noqa: PLC0415 - as above

        state.should_stop = 0
        self._beat.service.stop()
        self._beat.join(STOP_SECONDS)
        self._thread.join(STOP_SECONDS)
