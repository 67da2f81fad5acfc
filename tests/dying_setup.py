"""What the server of tests/dying.py has read before it forks: Django, set up, the rulebooks and the forms; no connection."""

import django

django.setup()

from arrears.law.rules.reader import delivered_rulebooks  # noqa: E402
from reporting.forms.files import known  # noqa: E402

delivered_rulebooks()
known()
