"""历史台账 from Excel: read (reading), understood (cells, columns, checking), held against the books (books) and taken
over whole or not at all (writing). `columns.COLUMNS` is the one definition of the sheet.
"""
