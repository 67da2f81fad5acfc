"""Returns (报表): what each union owes the one above, opened ahead of time, signed, approved, frozen, added up, compared.

`schedule` says what falls due, `opening` writes it; `filling` is what a return shows now, `freezing` keeps it, `recomputing` proves it;
`actions` is the table of moves; `zero_reports` knows silence; `collection` adds up what came in; `terms` tells the clock.
"""
