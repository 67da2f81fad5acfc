"""Prevention in the cast: works of the enterprise, employers classed by the law's classes, a clue mediated at the township."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from arrears import acts, ledger, workflow
from arrears.models import ActKind, Case, EmployerRisk, EntryKind, PreventionWork, Union
from arrears.models.act import Outcome
from arrears.prevention import log
from arrears.prevention.log import Work
from reporting.prevention.classing import class_anew
from tests.cast import AT, World, a_draft, moment
