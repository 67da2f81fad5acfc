"""A feature as docs/how-to-add.md has it: what is noted beside a case. Copied to arrears/notes by test_recipes.py."""
