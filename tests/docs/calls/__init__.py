"""A feature as docs/how-to-add.md has it: what was said on the telephone about a case. Copied to arrears/calls by test_recipes.py."""
