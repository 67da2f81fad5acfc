from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "arrears.transfers"
    verbose_name = "转办"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.transfers.labels.EVENT_LABELS",
        "timeline labels": "arrears.transfers.labels.TIMELINE_LABELS",
        "case facts": "arrears.transfers.facts.add_transfers",
        "move conditions": "arrears.transfers.moves.CONDITIONS",
        "move effects": "arrears.transfers.moves.EFFECTS",
        "receiving unit": "arrears.transfers.moves.receiving_unit",
    }
