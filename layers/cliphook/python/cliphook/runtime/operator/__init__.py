"""The operator's commands, one a file; `commands.py` is the table of them."""
