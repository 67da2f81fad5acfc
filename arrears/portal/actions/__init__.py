"""What is done with letters of workers: by the worker herself, and by the staff of the unit that answers."""
