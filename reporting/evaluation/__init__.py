"""考核评价 (QD-8, QP-4.2): how well each unit reports and handles, by indicators that are rulebook data."""
