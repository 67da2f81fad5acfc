from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "arrears.transfers"
    verbose_name = "转办"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.transfers.labels.EVENT_LABELS",
        "timeline labels": "arrears.transfers.labels.TIMELINE_LABELS",
        "case facts": "arrears.transfers.provides.add_transfers",
        "move conditions": "arrears.transfers.provides.CONDITIONS",
        "move effects": "arrears.transfers.provides.EFFECTS",
        "receiving unit": "arrears.transfers.provides.receiving_unit",
        "duties": "arrears.transfers.provides.ACCEPTING",
    }
