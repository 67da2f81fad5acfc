"""Set-up and clean-up of a working copy by the bare Python: `python3 -m config.setup run|test|clean`."""
