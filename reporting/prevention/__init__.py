"""What rulebooks and workbooks add to prevention: the classing of employers, and the lists as xlsx."""
