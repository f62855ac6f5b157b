"""The critical keep-rate: how often a promise has to be kept, or it destroys what it was to win."""
