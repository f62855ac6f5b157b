"""What to do: which settings, which strategy, what in it, for whom, at what price, and how to find out."""
