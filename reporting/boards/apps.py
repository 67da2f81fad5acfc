from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "reporting.boards"
    verbose_name = "看板"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "reporting.boards.labels.EVENT_LABELS",
        "board lines": ("reporting.boards.case_lines.LINES", "reporting.boards.feature_lines.LINES"),
    }
