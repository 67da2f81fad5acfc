from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "arrears.desk"
    verbose_name = "欠薪案件"

    def ready(self) -> None:
        from arrears.portal import labels as _window  # noqa: F401 - tells the log of workers' letters
        from arrears.prevention import labels as _prevention  # noqa: F401 - tells the log of prevention
        from arrears.safety_nets import labels as _nets_spoken  # noqa: F401 - tells the log of safety nets
        from arrears.safety_nets import on_project as _nets  # noqa: F401 - deposits on the page of their project
