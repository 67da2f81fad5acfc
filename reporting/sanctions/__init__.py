"""What the rulebooks make of sanctions: the conditions of the list, its terms, and the drafts of what is published."""
