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

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ["XINBAO_VAR"] = str(RUN_DIR / "var")
for _name in ("DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS", "MEDIA_ROOT"):
    os.environ.pop(_name, None)

from config.embedded.place import Place  # noqa: E402
from config.embedded.postgres import address  # noqa: E402
from config.settings import *  # noqa: E402, F403

POSTGRES = Place(RUN_DIR / "postgres", RUN_DIR / "locks")
DATABASES = {"default": address(POSTGRES)}
# No collectstatic before tests: files are served from where they lie.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
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
