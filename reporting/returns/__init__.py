"""Returns (报表): what each union owes the one above, opened ahead of time, signed, approved, frozen, added up, compared.

`opening` makes the rows from the rulebooks' schedules; `filling` says what a return shows now; `freezing` keeps it and computes
it again; `life` is the table of moves; `zero` knows silence; `compiling` adds up what came in; `owing` tells the clock.
"""
