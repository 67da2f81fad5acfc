"""What reporting makes of heavy cases: the term set with an oversight, and by when an opinion event is answered."""
