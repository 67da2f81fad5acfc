from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "arrears.reminders"
    verbose_name = "提醒"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {"event labels": "arrears.reminders.labels.EVENT_LABELS"}
