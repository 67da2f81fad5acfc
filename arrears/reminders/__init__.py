"""Reminders: the row first, then its way out.

`morning` writes the digests of a working day, `immediate` what cannot wait, `staff` says who is to be told; `outbox` writes the rows
and sends them by the `ways` that `preferences` leave open.
"""
