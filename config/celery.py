"""The Celery application: `celery -A config worker` and `… beat` in production, threads otherwise."""

import os

from celery import Celery

from config.timetable import TIMETABLE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("xinbao")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = TIMETABLE
app.autodiscover_tasks()
