"""The notices, read: a pure package that knows neither Django nor our models.

`workdays` counts days and explains the count, `decree` reads a pasted holiday notice, `reader` turns the TOML files of
`arrears/law/rulebooks/` into `rulebook` objects, `evaluator` and `deadlines` say what a rulebook makes of a case's facts,
`schedule` which periodic returns fall due.
"""
