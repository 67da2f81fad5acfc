"""The worker's window: public pages without an account (SD-2.2a, QH-3a), and how a unit answers what comes through it."""
