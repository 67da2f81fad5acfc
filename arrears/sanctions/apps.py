from django.apps import AppConfig


class SanctionsConfig(AppConfig):
    name = "arrears.sanctions"
    verbose_name = "惩戒公布"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {}
