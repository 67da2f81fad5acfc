"""What people do about prevention, one module a noun."""
