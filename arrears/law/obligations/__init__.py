"""Obligations: what the rulebooks demand of whom by when, kept in step with the cases (docs/decisions/017).

`facts` reads cases as `Subject`s, `books` says which rulebooks hold for them, `derive` (pure) makes of both what is owed,
`projection` writes it in the transaction of the move and rebuilds it whole. `extensions`, `attachments` and `recompute` are the
acts of people; `reading` is what the lists ask.
"""
