"""Readers turn one kind of text each into what the rest works on. They read no files themselves."""
