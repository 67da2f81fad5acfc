from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "reporting.forms"
    verbose_name = "官方报表"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "reporting.forms.labels.EVENT_LABELS",
        "fact labels": "reporting.forms.labels.FACT_LABELS",
    }
