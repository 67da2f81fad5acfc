from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "reporting.demo"
    verbose_name = "演示"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {}
