class Refusal(SystemExit):
    """One clear sentence for the person at the terminal: printed on stderr, exit code 1, no traceback."""
