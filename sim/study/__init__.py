"""How strategies are compared: paired runs, statistics, twins, and how results are stored."""
