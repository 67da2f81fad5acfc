"""What reporting makes of plans and legal steps: their terms among those of the case, and who is told."""
