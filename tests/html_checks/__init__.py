"""Sample and programs for the HTML checks."""
