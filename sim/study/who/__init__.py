"""Who gains by a strategy and whom it harms: the effect on each customer, over many lucks."""
