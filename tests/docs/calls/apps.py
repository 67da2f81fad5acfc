from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "arrears.calls"
    verbose_name = "通话"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.calls.labels.EVENT_LABELS",
        "timeline labels": "arrears.calls.labels.TIMELINE_LABELS",
        "fact labels": "arrears.calls.labels.FACT_LABELS",
    }
