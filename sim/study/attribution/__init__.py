"""Which lever brings how much of what a strategy does."""
