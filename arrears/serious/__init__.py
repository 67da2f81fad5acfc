"""Heavy and special cases: emergencies, oversight from above, who pays at last, public opinion, reception sessions."""
