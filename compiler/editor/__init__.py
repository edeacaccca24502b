"""The editors' page: `chengwen serve`."""
