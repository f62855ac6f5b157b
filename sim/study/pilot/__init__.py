"""Plan the experiment in the field that would settle whether a strategy works."""
