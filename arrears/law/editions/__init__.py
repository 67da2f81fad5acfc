"""The notices as people meet them: their texts, what the system makes of each clause, new ones and their trial, the iCal feed."""
