from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "arrears.desk"
    verbose_name = "欠薪案件"

    def ready(self) -> None:
        from arrears.desk import path_copies as _path_copies  # noqa: F401 - the copies of a union's path kept here
        from arrears.desk import waiting as _waiting  # noqa: F401 - tells the sidebar what waits for its reader
        from arrears.safety_nets import on_project as _nets  # noqa: F401 - deposits on the page of their project
