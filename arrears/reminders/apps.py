from django.apps import AppConfig
from django.core.checks import register


class RemindersConfig(AppConfig):
    name = "arrears.reminders"
    verbose_name = "提醒"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.reminders.labels.EVENT_LABELS",
        "upkeep": "arrears.reminders.provides.mail_line",
        "personal notices": "arrears.reminders.provides.deliver",
    }

    def ready(self) -> None:
        from arrears.reminders import checks

        register(checks.check_gateway)
