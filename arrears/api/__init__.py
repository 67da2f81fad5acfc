"""For programs: what pages show and do, as JSON, under the same scope and through the same doors."""
