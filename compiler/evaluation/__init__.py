"""The domain: what a department's performance data is, and what follows from it."""
