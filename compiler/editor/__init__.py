"""What the page of the editors is made of."""
