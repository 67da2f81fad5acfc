"""What people do with wage deposits, emergency funds and drawings, one module a noun."""
