"""The bundle for offices without internet: everything in one ZIP, started by a double click.

`python -m compiler.offline` makes it on a machine with internet, from a checkout. On the office's machine nothing is
installed: `start.py` unpacks the wheels that fit its Python into the user's own folder and runs them from there.
"""
