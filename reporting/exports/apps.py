from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "reporting.exports"
    verbose_name = "导出"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {"event labels": "reporting.exports.labels.EVENT_LABELS"}
