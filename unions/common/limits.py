"""What no single figure and no day exceeds, whichever way it comes in: more is a slip of the pen. Sums may be more."""

from datetime import date
from decimal import Decimal

MOST_MONEY = Decimal("99999999999.99")  # 元
MOST_PEOPLE = 9_999_999
EARLIEST = date(1949, 10, 1)
# More than fit into a list one can choose from; units further down are named in the sheet.
MOST_UNITS = 300
