from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "arrears.api"
    verbose_name = "接口"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {}
