from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "reporting.overview"
    verbose_name = "概览"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {}
