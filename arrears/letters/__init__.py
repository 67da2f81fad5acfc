"""一函两书 (QD-6.2): drafted, approved by a second person, numbered, written, delivered, timed until answered."""
