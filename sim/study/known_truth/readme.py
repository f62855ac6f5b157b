"""The README that stands in a folder of logs with known truth."""

from typing import TYPE_CHECKING

from sim.engine.hand_over.columns import COLUMNS

if TYPE_CHECKING:
    from sim.study.known_truth.data import BenchmarkData

FILES = {
    "randomised_customers": "a row per customer: treatment by chance (one half), outcomes, what a firm knows",
    "randomised_transactions": "what these customers paid, and when",
    "randomised_events": "every event of their lives",
    "observational_customers": "the same customers with the same luck, treated by the rule below",
    "observational_transactions": "what they paid there, and when",
    "observational_events": "every event of their lives there",
    "truth": "true average effects and spillovers, each with its definition",
    "truth_customers": "the truth of each customer: chances to stay, outcomes in all four worlds, all traits",
    "spillover_channels": "spillover on those not treated where one channel alone is open",
    "estimates": "what the logs say if they are simply asked, to hold against the truth",
}
RULES = {
    "risk": "those are treated whom the firm expects to leave: score is the logarithm of the baseline hazard of "
    "leaving",
    "buying": "those treat themselves who would join a loyalty programme: score is the log-odds of joining, which "
    "rise with the rate of orders, the share of wallet and the taste for benefits",
}


def readme(data: "BenchmarkData") -> str:
    """Return what the files hold, what the columns mean and how to use them, as Markdown."""
    effects, selection = data.effects, data.selection
    scenario = effects.scenario
    tables = data.tables
    hidden = (
        "Score and propensity are hidden: they stand in `truth_customers` only, and no adjustment for the columns "
        "of `observational_customers` removes all of the confounding."
        if data.hidden
        else "Score and propensity stand in the table: given the score, treatment is by chance."
    )
    lines = [
        "# Logs with known truth",
        "",
        f"Simulated with Tenure. {scenario.customers.count:,} customers of the scenario `{scenario.name}` over "
        f"{scenario.time.horizon:g} years, from {data.start}; money in {scenario.economics.currency}. The "
        f"treatment is the strategy `{effects.strategy.name}`, assigned before the first day; the others get "
        "present practice. No real customer is in these files. Each table stands as CSV and as Parquet.",
        "",
        "| file | what it holds |",
        "|---|---|",
        *(f"| `{name}` | {FILES[name]} |" for name in tables),
        "",
        "## Who is treated",
        "",
        "In the randomised log each customer with probability 1/2. In the observational log "
        f"{RULES[selection.by]}. It is standardised and cut off at three standard deviations, and the log-odds of "
        f"being treated are {selection.strength:g} times it. {hidden}",
        "",
        "`treated` is what was assigned. Who was assigned the strategy and never met any of it has `reached` 0; "
        "the comparison by `treated` in the randomised log is by intention to treat.",
        "",
        "## What is true",
        "",
        f"`truth` holds chances to stay averaged over {len(effects.lucks)} lucks, with 95 % intervals, and for all "
        "outcomes what is exact for these customers with the very luck of the logs: the same customers lived the "
        "same time with the same luck with nobody treated, with everybody, and in both logs.",
        "",
        "Customers can affect each other, by word of mouth, reviews and the staff they share. Then the effect on a "
        "customer depends on who else is treated: the average effect (everybody against nobody) is not what an "
        "experiment shows. `direct effect` is, and the two spillovers are the rest. `spillover_channels` opens "
        "one channel at a time; with none it is exactly 0.",
        "",
        "## Columns",
        "",
        "| column | unit | meaning |",
        "|---|---|---|",
        *(f"| `{name}` | {unit} | {meaning} |" for name, (unit, meaning) in COLUMNS.items() if _used(name, data)),
        "| `score` | standard deviations | what decides who is treated in the observational log |",
        "| `stays_without`, `stays_with` | probability | to stay to the end, with nobody and everybody treated |",
        "| `effect`, `standard_error` | probability | their difference, and how well it is known |",
        "| `<outcome>_<world>` | as the outcome | with nobody or everybody treated, or in one of the logs |",
        "| `over` | text | lucks over which a true value is a mean |",
        "",
        "Text that a spreadsheet could take for a formula has an apostrophe before it.",
        "",
        "## Read it",
        "",
        "```python",
        "import pandas as pd",
        "",
        'customers = pd.read_parquet("randomised_customers.parquet").set_index("customer_id")',
        'given = ["treatment", "treated", "propensity", "reached"]',
        'came_of_it = ["stayed", "retained", "orders", "revenue", "profit"]',
        "X = customers.drop(columns=given + came_of_it)",
        'treatment, y = customers["treated"], customers["stayed"]  # causalml: learner.fit(X, treatment, y)',
        "print(y[treatment == 1].mean() - y[treatment == 0].mean())",
        "```",
        "",
    ]
    return "\n".join(lines)


def _used(name: str, data: "BenchmarkData") -> bool:
    if name == "segment_<name>":
        return len(data.effects.scenario.customers.segments) > 1
    return any(name in table.columns for table in data.tables.values())
