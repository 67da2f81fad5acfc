from django.apps import AppConfig


class MergingConfig(AppConfig):
    name = "arrears.merging"
    verbose_name = "并案"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.merging.labels.EVENT_LABELS",
        "timeline labels": "arrears.merging.labels.TIMELINE_LABELS",
        "fact labels": "arrears.merging.labels.FACT_LABELS",
        "closing blockers": ("arrears.merging.provides.LEAVING", "arrears.merging.provides.COMING"),
        "case facts": "arrears.merging.provides.add_mergers",
        "move conditions": "arrears.merging.provides.CONDITIONS",
        "move effects": "arrears.merging.provides.EFFECTS",
        "likenesses of a letter": "arrears.merging.duplicates.of_letter",
        "likenesses of numbers": "arrears.merging.duplicates.of_numbers",
        "approvals": ("arrears.merging.actions.merging", "arrears.merging.actions.parting"),
    }
