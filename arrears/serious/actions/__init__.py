"""What people do about serious matters, one module a noun."""
