"""What the rulebooks make of warning signals and findings: the terms they open (`terms`) and the grade they add up to (`standings`, `trend`)."""
