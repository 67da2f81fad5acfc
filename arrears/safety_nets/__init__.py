"""兜底保障: wage deposits and emergency funds, the book of each, and the one way money leaves them (`drawings`).

`books` posts to a net and follows the case's ledger when an entry there is cancelled; `deposits` and `funds` are what their
keepers do; `drawings` is asked and approved, and posts to net and case in one transaction; `overview` is what the lists ask.
"""
