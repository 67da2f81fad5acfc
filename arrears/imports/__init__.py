"""历史台账 from Excel: read (reading), understood (cells, columns, checking), held against the books (books) and taken
over whole or not at all (writing). The layout of the sheet: design.md §9; `columns.COLUMNS` is its one definition.
"""
