from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "arrears.imports"
    verbose_name = "历史台账导入"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.imports.labels.EVENT_LABELS",
        "timeline labels": "arrears.imports.labels.TIMELINE_LABELS",
        "fact labels": "arrears.imports.labels.FACT_LABELS",
    }
