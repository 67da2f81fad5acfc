"""One thing done to many cases: asked for, worked off row by row in the background, stopped at any row."""
