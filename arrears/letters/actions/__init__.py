"""What people do with letters and their layouts."""
