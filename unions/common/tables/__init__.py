"""Lists that people send, read in one way for all: uploaded workbooks, text files, what was pasted.

`Columns` says what the columns of a list are called and what stands in them. A `Table` finds the sheet and the row with the
headings, and gives the rows below as they were meant, or says why it cannot:

- sums (合计, 小计, 总计) are left out, named, and the rows are checked against them;
- a cell within a merged one says what that says, where one word can hold for several rows;
- a formula without a result and an error value are refused, and never taken for blank;
- days are counted from the year the workbook counts from; a number that Excel made a date of is refused.
"""

from unions.common.tables.columns import BadCell, Column, Columns, LeftOut, Line, Sort
from unions.common.tables.opening import MOST_ROWS, open_table, table_of_text
from unions.common.tables.table import ListRead, Table

__all__ = [
    "MOST_ROWS",
    "BadCell",
    "Column",
    "Columns",
    "LeftOut",
    "Line",
    "ListRead",
    "Sort",
    "Table",
    "open_table",
    "table_of_text",
]
