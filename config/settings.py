"""Settings. One file; what differs between places comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path

from environs import Env
from kombu import Queue

from config.embedded.secrets import own_secret
from config.timetable import INTERACTIVE, QUEUES

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("XINBAO_VAR", str(BASE_DIR / "var")))

# First letters are read character by character: without its phrases pypinyin takes 45 MB less of every process.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

DEBUG = env.bool("DEBUG", False)
# Without DATABASE_URL the program keeps a private cluster and everything else for itself (see config/embedded/).
EMBEDDED = not env.str("DATABASE_URL", "")
# The embedded installation starts with an invented province to look at.
DEMO = env.bool("DEMO", True)


def _secret_key() -> str:
    """The production key from the environment; the embedded one made once and kept in var/."""
    if key := env.str("SECRET_KEY", ""):
        return key
    if not EMBEDDED:
        raise SystemExit("缺少环境变量 SECRET_KEY：请设置一串 50 个字符以上的随机文字。")

    return own_secret(VAR_DIR / "secret_key")


def _field_keys() -> list[str]:
    """What names, phones and identity numbers are encrypted under: the key to write with first, then older ones."""
    given: list[str] = env.list("FIELD_KEYS", [])
    if keys := [key.strip() for key in given if key.strip()]:
        if short := [key for key in keys if len(key) < 32]:
            raise SystemExit(
                f"环境变量 FIELD_KEYS 中有 {len(short)} 个密钥不足 32 个字符，请用 openssl rand -hex 32 生成。"
            )
        return keys
    if not EMBEDDED:
        raise SystemExit(
            "缺少环境变量 FIELD_KEYS：职工姓名、电话、身份证号的加密密钥，请用 openssl rand -hex 32 生成。"
        )

    return [own_secret(VAR_DIR / "field_key")]


SECRET_KEY = _secret_key()
FIELD_KEYS = _field_keys()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "config",
    "reporting",
    "reporting.demo",
    "reporting.overview",
    "reporting.evaluation",
    "reporting.boards",
    "reporting.exports",
    "reporting.returns",
    "reporting.forms",
    "arrears.api",
    "arrears.desk",
    "arrears.imports",
    "arrears.portal",
    "arrears.prevention",
    "arrears.inspections",
    "arrears.early_warning",
    "arrears.sanctions",
    "arrears.safety_nets",
    "arrears.serious",
    "arrears.bulk",
    "arrears.merging",
    "arrears.workers",
    "arrears.letters",
    "arrears.plans",
    "arrears.legal",
    "arrears.transfers",
    "arrears.referrals",
    "arrears.escalations",
    "arrears.cases",
    "arrears.reminders",
    "arrears.law",
    "unions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "guardian",
    "axes",
]

MIDDLEWARE = [
    "unions.common.charsets.OnlyUtf8",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "unions.sessions.SessionEnds",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "unions.middleware.Refusals",
    "unions.common.once_a_request.ReadOnce",
    "unions.list_copies.Workbooks",
    "unions.middleware.CleanText",
    "unions.middleware.BackToThePage",
    "unions.middleware.OwnPassword",
    "unions.middleware.DepartmentWindow",
    "unions.waiting.WhoActsIsCountedAnew",
    "axes.middleware.AxesMiddleware",
    "unions.middleware.AsksFirst",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "unions.navigation.place",
            ],
            "builtins": ["unions.templatetags.xinbao"],
        },
    }
]

if EMBEDDED:
    from config.embedded import postgres

    DATABASES = {"default": postgres.django_database()}
else:
    DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
# Just-in-time compilation costs more than it saves here: 2 s on a table over 220,000 cases that takes 1 s without.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "unions.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "unions.people.backends.AppointmentBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "unions.people.passwords.NoWordsOfTheTrade"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_IDLE_SECONDS = 60 * env.int("SESSION_IDLE_MINUTES", 30)
SESSION_COOKIE_HTTPONLY = True
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

# axes: slow down, never lock a colleague out for the day.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1 / 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "unions.people.views.sign_in.locked"
AXES_CLIENT_IP_CALLABLE = "unions.people.views.sign_in.address_of_attempt"
AXES_ENABLE_ACCESS_FAILURE_LOG = True  # attempts are forgotten after a minute; unions/upkeep.py tells of a day

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = None

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "files")))
STORAGES = {
    "default": {"BACKEND": "unions.uploads.FileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
EVIDENCE_MAX_BYTES = 50 * 2**20
IMPORT_MAX_BYTES = 50 * 2**20

# HTTPS is the proxy's work; the embedded default serves plain HTTP on the loopback only.
BEHIND_HTTPS = env.bool("BEHIND_HTTPS", not EMBEDDED)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = BEHIND_HTTPS
CSRF_COOKIE_SECURE = BEHIND_HTTPS
if BEHIND_HTTPS:  # no other host or path can set them
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000 if BEHIND_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_HTTPS
SECURE_HSTS_PRELOAD = BEHIND_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["arrears.api.parsing.Json"],
    "EXCEPTION_HANDLER": "arrears.api.refusals.answer",
    "DEFAULT_FILTER_BACKENDS": ["arrears.api.filters.AddressFilters"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}
FILTERS_EMPTY_CHOICE_LABEL = "全部"
SPECTACULAR_SETTINGS = {
    "TITLE": "薪报 API",
    "DESCRIPTION": "欠薪案件的登记、上报、办理与汇总。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "UnionKind": "unions.models.UnionKind",
        "EntryKind": "arrears.cases.models.EntryKind",
        "PostedKind": "arrears.api.shapes.POSTED_KINDS",
    },
}

# Without REDIS_URL worker and beat are threads of `manage.py serve`.
TASKS_INSIDE = not env.str("REDIS_URL", "")
CELERY_BROKER_URL = env.str("REDIS_URL", "") or "memory://localhost/"
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = INTERACTIVE
CELERY_TASK_QUEUES = [Queue(name) for name in QUEUES]
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05} if TASKS_INSIDE else {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# What is kept for a minute is shared by all processes where there are several (manage.py serve is one).
if not TASKS_INSIDE:
    CACHES = {"default": {"BACKEND": "config.cache.RedisOrNothing", "LOCATION": CELERY_BROKER_URL}}
# The kinds of background jobs, where each is declared (unions/jobs.py).
JOBS = [
    "arrears.bulk.actions.JOB",
    "arrears.imports.uploads.JOB",
    "reporting.exports.actions.JOB",
    "arrears.law.editions.uploads.JOB",
    "arrears.law.obligations.recompute.JOB",
    "arrears.workers.messages.JOB",
]
# Reminders. Links in e-mails begin here; without a mail server the embedded mode shows its mail on a page.
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_SECURITY = env.str("EMAIL_SECURITY", "tls")  # tls (STARTTLS), ssl, none
EMAIL_PORT = env.int("EMAIL_PORT", 465 if EMAIL_SECURITY == "ssl" else 587 if EMAIL_SECURITY == "tls" else 25)
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "tls", EMAIL_SECURITY == "ssl"
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "xinbao@localhost")
_WITHOUT_SERVER = "arrears.reminders.dev_mail.Backend" if EMBEDDED else "django.core.mail.backends.dummy.EmailBackend"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else _WITHOUT_SERVER
# The gateway for SMS or 企业微信 (docs/operations.md).
MESSAGE_WEBHOOK_URL = env.str("MESSAGE_WEBHOOK_URL", "")
MESSAGE_WEBHOOK_SECRET = env.str("MESSAGE_WEBHOOK_SECRET", "")
MESSAGE_WEBHOOK_TIMEOUT = 5  # seconds
# How long a person finds her reminders, and the embedded mode the mail it would have sent.
REMINDERS_KEPT = timedelta(days=env.int("REMINDERS_KEPT_DAYS", 400))
DEV_MAIL_KEPT = timedelta(days=env.int("DEV_MAIL_KEPT_DAYS", 30))
# How long a finished export may be downloaded.
EXPORT_LIFETIME_HOURS = 72

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING")},
    # Django's own set-up mails errors to nobody; the root's printer shows them.
    "loggers": {"django": {"handlers": [], "propagate": True}, "django.server": {"propagate": True}},
}

# guardian.W001: our own backend answers in guardian's place (unions/people/backends.py).
SILENCED_SYSTEM_CHECKS: list[str] = ["guardian.W001"]
if not BEHIND_HTTPS:
    # The embedded default is plain HTTP on the loopback: no HSTS, no redirect, cookies without Secure.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
