"""What people do with inspections, rounds, reviews, platform checks and key targets, one module a noun."""
