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
    "risk": "those are treated whom the firm expects to leave: score is\nthe logarithm of the baseline "
    "hazard of leaving",
    "buying": "those treat themselves who would join a loyalty programme:\nscore is the log-odds of joining, "
    "which rise with the rate of orders, the share of wallet and the taste for\nbenefits",
}
OPEN = "Score and propensity stand in the table:\ngiven the score, treatment is by chance."
HIDDEN = (
    "Score and propensity are hidden:\nthey stand in `truth_customers` only, and no adjustment for the "
    "columns of `observational_customers` removes\nall of the confounding."
)
LOGGED = """\
| `event_name`, `detail` | text | what happened, and of which kind it was |
| `value` | hours, severity, answer or points | what the event is about |
| `money` | currency | that changed hands |
"""
TEMPLATE = """\
# Logs with known truth

Simulated with Tenure: {customers:,} customers of the scenario `{scenario}` over {years:g} years, from
{start}; money in {currency}. The treatment is the strategy `{strategy}`, assigned before the first day;
the others get present practice. No real customer is in these files. Each table stands as CSV and as Parquet.

| file | what it holds |
|---|---|
{files}

## Who is treated

In the randomised log each customer with probability 1/2. In the observational log
{rule}.
It is standardised and cut off at three standard deviations, and the log-odds of being treated are
{strength:g} times it. {hidden}

`treated` is what was assigned. Who was assigned the strategy and never met any of it has `reached` 0; the
comparison by `treated` in the randomised log is by intention to treat.

## What is true

`truth` holds chances to stay averaged over {lucks} lucks, with 95 % intervals, and for all outcomes what is
exact for these customers with the very luck of the logs: the same customers lived the same time with the same
luck with nobody treated, with everybody, and in both logs.

Customers can affect each other, by word of mouth, reviews and the staff they share. Then the effect on a
customer depends on who else is treated: the average effect (everybody against nobody) is not what an
experiment shows. `direct effect` is, and the two spillovers are the rest. `spillover_channels` opens one
channel at a time; with none it is exactly 0.

## Columns

| column | unit | meaning |
|---|---|---|
{columns}
{logged}| `score` | standard deviations | what decides who is treated in the observational log |
| `stays_without`, `stays_with` | probability | to stay to the end, with nobody and everybody treated |
| `effect`, `standard_error` | probability | their difference, and how well it is known |
| `<outcome>_<world>` | as the outcome | with nobody or everybody treated, or in one of the logs |
| `over` | text | lucks over which a true value is a mean |

Text that a spreadsheet could take for a formula has an apostrophe before it.

## Read it

```python
import pandas as pd

customers = pd.read_parquet("randomised_customers.parquet").set_index("customer_id")
given = ["treatment", "treated", "propensity", "reached"]
came_of_it = ["stayed", "retained", "orders", "revenue", "profit"]
X = customers.drop(columns=given + came_of_it)
treatment, y = customers["treated"], customers["stayed"]  # causalml: learner.fit(X, treatment, y)
print(y[treatment == 1].mean() - y[treatment == 0].mean())
```
"""


def readme(data: "BenchmarkData") -> str:
    """Return what the files hold, what the columns mean and how to use them, as Markdown."""
    effects, selection = data.effects, data.selection
    scenario = effects.scenario
    columns = [
        f"| `{name}` | {unit} | {meaning} |" for name, (unit, meaning) in COLUMNS.items() if _used(name, data)
    ]
    return TEMPLATE.format(
        customers=scenario.customers.count,
        scenario=scenario.name,
        years=scenario.time.horizon,
        start=data.start,
        currency=scenario.economics.currency,
        strategy=effects.strategy.name,
        files="\n".join(f"| `{name}` | {FILES[name]} |" for name in data.tables),
        rule=RULES[selection.by],
        strength=selection.strength,
        hidden=HIDDEN if data.hidden else OPEN,
        lucks=len(effects.lucks),
        columns="\n".join(columns),
        logged=LOGGED if data.events else "",
    )


def _used(name: str, data: "BenchmarkData") -> bool:
    if name == "segment_<name>":
        return len(data.effects.scenario.customers.segments) > 1
    return any(name in table.columns for table in data.tables.values())
