"""What the columns of the tables mean, and in which unit they are."""

from collections.abc import Mapping
from typing import NamedTuple


class Column(NamedTuple):
    """Unit and meaning of a column."""

    unit: str
    meaning: str


COLUMNS: Mapping[str, Column] = {
    "customer_id": Column("number", "who; the same person under every strategy of the same seed"),
    "date": Column("date and time, no time zone", "when, counted from the stated start"),
    "amount": Column("currency", "money paid; of an opening row without a contract, the usual price of an order"),
    "kind": Column(
        "text",
        "order; renewal: a period of a contract paid; opening: what made somebody a customer, at the start or "
        "on joining",
    ),
    "frequency": Column("days with an order", "after the first one: days on which the customer bought again"),
    "recency": Column("days, or weeks if asked", "from the first day with an order to the last"),
    "T": Column("days, or weeks if asked", "from the first day with an order to the end of the run"),
    "monetary_value": Column("currency per day with an order", "mean of frequency's days, 0 where there is none"),
    "duration": Column("days", "from the start, or from joining, to leaving or to the end of the run"),
    "start": Column("days", "from when a row holds, exclusive"),
    "stop": Column("days", "up to when a row holds, inclusive"),
    "event": Column("0 or 1", "1: left at the end of the row; 0: still there (censored)"),
    "cause": Column("text", "why the customer left; empty for who did not"),
    "failures": Column("number", "failures of the service met before the row"),
    "complaints": Column("number", "complaints made before the row"),
    "promises_broken": Column("number", "broken promises met before the row"),
    "treatment": Column("text", "what was assigned: control, or the name of the strategy"),
    "treated": Column("0 or 1", "the same as a number: 1 for the strategy"),
    "propensity": Column("probability", "true probability with which the strategy was assigned"),
    "reached": Column("0 or 1", "1: met a lever of the strategy"),
    "stayed": Column("0 or 1", "1: has not left at the end, which without a contract no firm sees"),
    "retained": Column("0 or 1", "1: under contract at the end, or bought within the activity window before it"),
    "orders": Column("orders", "in the run"),
    "revenue": Column("currency", "paid in the run"),
    "profit": Column("currency", "margin less cost in the run"),
    "segment_<name>": Column("0 or 1", "1: belongs to the segment; the first one is left out, as the others' zero"),
    "order_rate": Column("orders per year", "usual rate of orders while a customer"),
    "price": Column("currency", "median price of an order"),
    "period_price": Column("currency per period", "price of a period of the contract"),
    "tenure": Column("years", "since the contract began, at the start of the run"),
    "exit_force": Column("-log(1 - p)", "tendency to leave, p the baseline chance per order or renewal"),
    "wallet": Column("share", "part of what the customer needs of the kind that is ordered here"),
    "loss_aversion": Column("ratio", "weight of a loss against a gain"),
    "time_sensitivity": Column("factor", "how fast a delay hurts"),
    "voice_readiness": Column("log-odds", "readiness to complain"),
    "price_sensitivity": Column("factor", "what a change of price does"),
    "switching_cost": Column("1", "trouble of going elsewhere"),
    "contentment": Column("0 to 1", "satisfaction beyond that of others with the same service"),
    "leadership": Column("factor", "how well one is listened to"),
    "deal_prone": Column("0 or 1", "1: comes for the benefit"),
    "privacy_sensitive": Column("0 or 1", "1: minds personal messages"),
    "opportunist": Column("0 or 1", "1: may claim without a cause"),
    "compensation_averse": Column("0 or 1", "1: takes offence at more than the loss"),
}  # fmt: skip
"""By name of the column, in all tables of this folder."""
