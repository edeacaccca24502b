"""Two documents compared."""
