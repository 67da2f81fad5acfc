"""看板 for each role: what waits in a unit today, units below side by side, a map of tiles; every number opens its rows."""
