"""The commands of the command line, one module a group; `cli.py` is their door."""
