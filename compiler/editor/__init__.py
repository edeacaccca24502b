"""The editors' page: what `chengwen serve` serves."""
