#!/usr/bin/env python
"""Commands for operators: `manage.py COMMAND`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Both read the settings named above.
    from config.embedded import postgres  # noqa: PLC0415

    with postgres.for_command(sys.argv):
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
