from django.apps import AppConfig


class EarlyWarningConfig(AppConfig):
    name = "arrears.early_warning"
    verbose_name = "预警"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {"employer records": "arrears.early_warning.models.WarningSignal"}
