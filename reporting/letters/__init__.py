"""What reporting makes of 一函两书: their terms by region, and the register as a workbook."""
