"""What people do about sanctions, the joint-punishment list and publication, one module a noun."""
