"""Tables of a run in the shapes that other libraries read: transactions, survival, uplift."""
