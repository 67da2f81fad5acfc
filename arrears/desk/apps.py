from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "arrears.desk"
    verbose_name = "欠薪案件"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {"what waits": "arrears.desk.waiting.waiting_for"}

    def ready(self) -> None:
        from arrears.desk import labels as _labels  # noqa: F401 - tells the log what the acts are called
        from arrears.desk import path_copies as _path_copies  # noqa: F401 - the copies of a union's path kept here
        from arrears.portal import labels as _window  # noqa: F401 - tells the log of workers' letters
        from arrears.prevention import labels as _prevention  # noqa: F401 - tells the log of prevention
        from arrears.safety_nets import labels as _nets_spoken  # noqa: F401 - tells the log of safety nets
