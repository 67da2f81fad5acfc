from django.apps import AppConfig


class MergingConfig(AppConfig):
    name = "arrears.merging"
    verbose_name = "并案"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.merging.labels.EVENT_LABELS",
        "timeline labels": "arrears.merging.labels.TIMELINE_LABELS",
        "fact labels": "arrears.merging.labels.FACT_LABELS",
    }
