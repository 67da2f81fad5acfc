from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "arrears.escalations"
    verbose_name = "上报"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "immediate alarms": "arrears.escalations.reminding.alarms_of",
        "open alarms": "arrears.escalations.reminding.open_alarms",
    }
