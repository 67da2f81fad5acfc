"""What reporting makes of referrals and transfers: their terms, the crime threshold beside them, and who is told."""
