"""What must be in place before pages can be served: tables, static files, the demo. Each only when needed."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from config.embedded.place import place_of, project_var

Say = Callable[[str], None]
# Any number will do, as long as every process takes the same.
MIGRATION_LOCK = 7_302_911
OUR_APPS = ("unions", "arrears", "reporting", "config")


def prepare(say: Say) -> None:
    """Bring everything up to date; a second call finds nothing to do; one cut short is repeated."""
    migrate(say)
    collect_static(say)
    load_demo_once(say)
    connections.close_all()


def migrate(say: Say) -> None:
    """Apply outstanding migrations; of several processes starting at once only one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                say("正在建立数据库表……")
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def collect_static(say: Say) -> None:
    """Collect and compress the static files when one of them, or a package, has changed."""
    stamp = settings.VAR_DIR / "static.stamp"
    state = _state_of_static()
    if stamp.exists() and stamp.read_text() == state:
        return
    say("正在整理网页文件……")
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)


def load_demo_once(say: Say) -> None:
    """The demo province, only into the program's own cluster and only once in its life; never with DEMO=false."""
    wanted = settings.EMBEDDED and settings.DEMO and "load_demo" in get_commands()
    if not wanted or demo_is_loaded():
        return
    say("正在载入演示数据（只在第一次启动时）……")
    call_command("load_demo")
    _demo_stamp().touch()


def demo_is_loaded() -> bool:
    return bool(settings.EMBEDDED) and _demo_stamp().exists()


def _demo_stamp() -> Path:
    # Beside the data, so that it is gone when they are.
    return place_of(project_var()).state / "demo-loaded"


def _state_of_static() -> str:
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for folder in [*settings.STATICFILES_DIRS, *(settings.BASE_DIR / app / "static" for app in OUR_APPS)]:
        for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
            digest.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return digest.hexdigest()
