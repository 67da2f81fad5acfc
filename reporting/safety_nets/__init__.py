"""What reporting makes of safety nets: the terms of the deposit in the law book, guarantees that end, and the sheet."""
