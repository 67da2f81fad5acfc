"""What no single figure and no day exceeds, whichever way it comes in: more is a slip of the pen. Sums may be more."""

from datetime import date
from decimal import Decimal

MOST_MONEY = Decimal("99999999999.99")  # 元
MONEY_DIGITS = 13  # of a column of single sums: the database refuses more as well
MOST_PEOPLE = 9_999_999
MOST_SUM = Decimal("9999999999999999.99")  # of many, in a return
EARLIEST = date(1949, 10, 1)
# More than fit into a list one can choose from; units further down are named in the sheet.
MOST_UNITS = 300
