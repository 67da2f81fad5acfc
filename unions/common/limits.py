"""What no figure and no day of a case exceeds: more is a slip of the pen, and would not fit the books."""

from datetime import date
from decimal import Decimal

MOST_MONEY = Decimal("99999999999.99")  # 元
MOST_PEOPLE = 10_000_000
EARLIEST = date(1949, 10, 1)
# More than fit into a list one can choose from; units further down are named in the sheet.
MOST_UNITS = 300
