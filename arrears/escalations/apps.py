from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "arrears.escalations"
    verbose_name = "上报"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.escalations.labels.EVENT_LABELS",
        "timeline labels": "arrears.escalations.labels.TIMELINE_LABELS",
        "fact labels": "arrears.escalations.labels.FACT_LABELS",
    }
