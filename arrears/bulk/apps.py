from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "arrears.bulk"
    verbose_name = "批量办理"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.bulk.labels.EVENT_LABELS",
        "fact labels": "arrears.bulk.labels.FACT_LABELS",
    }
