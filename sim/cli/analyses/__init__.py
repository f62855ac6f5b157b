"""Commands that ask one question about strategies: `tenure search`, `tenure attribute` and the like.

Each stands in a module of its own, called as the command with _ for -, with two names: ``Settings``, a
frozen dataclass of what can be asked for, and ``answer``, a function from a `Question` to an `Answer`. What
they share stands in `sim.cli.analyses.frame`.
"""

ANALYSES: dict[str, str] = {
    "money": "what strategies and levers cost and bring, and when they pay",
    "attribute": "which lever brings how much: strategy=NAME",
    "pilot": "the experiment that would settle it: strategy=NAME",
    "who": "who gains and who is harmed: strategy=NAME",
    "search": "the best settings of a strategy's levers, within limits",
    "select": "the best of several strategies, with runs spent where they decide",
    "sensitivity": "which assumptions a decision hangs on",
    "discover": "in which worlds a strategy fails",
    "benchmark-data": "logs with known confounding, spillover and true effects",
}
"""By name of the command, which is that of its module, what the help says of it."""
