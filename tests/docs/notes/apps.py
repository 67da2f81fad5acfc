from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "arrears.notes"
    verbose_name = "备注"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.notes.labels.EVENT_LABELS",
        "timeline labels": "arrears.notes.labels.TIMELINE_LABELS",
        "fact labels": "arrears.notes.labels.FACT_LABELS",
    }
