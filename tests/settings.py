"""The project's settings in a directory of this test run's own, so that two runs side by side never meet."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

RUN_DIR = Path(tempfile.mkdtemp(prefix="xinbao-test-"))
RUN_DIR.chmod(0o711)
atexit.register(shutil.rmtree, RUN_DIR, ignore_errors=True)
(RUN_DIR / "var" / "static").mkdir(parents=True)
# The processes of one run share a database server and the keys; the first of them names the directory to the others.
SHARED_DIR = Path(os.environ.setdefault("XINBAO_TEST_RUN", str(RUN_DIR)))

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ["XINBAO_VAR"] = str(RUN_DIR / "var")
for _name in ("DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS", "MEDIA_ROOT"):
    os.environ.pop(_name, None)

from config.embedded.place import ClusterPlace  # noqa: E402
from config.embedded.postgres import address  # noqa: E402
from config.embedded.secrets import own_secret  # noqa: E402
from config.settings import *  # noqa: E402, F403

ROOM_FOR_DATABASES = 2 * 2**30  # bytes


def _cluster_directory() -> Path:
    """In memory where there is enough of it: copying a database writes some 1,200 files."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_FOR_DATABASES
    return memory / SHARED_DIR.name if roomy else SHARED_DIR / "postgres"


POSTGRES = ClusterPlace(
    Path(os.environ.setdefault("XINBAO_TEST_CLUSTER", str(_cluster_directory()))), SHARED_DIR / "locks"
)
DATABASES = {"default": address(POSTGRES)}
SECRET_KEY, FIELD_KEYS = own_secret(SHARED_DIR / "secret_key"), [own_secret(SHARED_DIR / "field_key")]
# No collectstatic before tests: files are served from where they lie.
STORAGES = {
    "default": {"BACKEND": "unions.uploads.FileStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
CELERY_BROKER_URL = f"redis+socket://{RUN_DIR}/redis.sock"
# Tests empty whole tables between them; nothing else may (unions/log/append_only.py).
# A lock that somebody left behind fails a test instead of holding the run.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c jit=off -c xinbao.may_truncate=yes -c lock_timeout=60s -c statement_timeout=240s"
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# No page of any test may show a word in braces that nobody filled in.
MIDDLEWARE = [*MIDDLEWARE, "tests.placeholders.NoneLeft"]  # noqa: F405
