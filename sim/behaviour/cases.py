"""Two open cases: complaints wait in the *first* slot, the one due next, and the *second* behind it."""

from sim.behaviour.customer import CustomerState

ATTEMPTS = 3  # contacts after which an unsolved case is closed
CASES_APART = 4096  # more than the orders of a tick: numbers of cases from different ticks never meet


def open_cases(customer: CustomerState) -> int:
    """Return how many complaints are open: 0, 1 or 2."""
    return int(customer.first_due >= 0.0) + int(customer.second_due >= 0.0)


def put_in_order(customer: CustomerState) -> None:
    """Keep the case that is due next in the first slot."""
    if customer.second_due >= 0.0 and (customer.first_due < 0.0 or customer.second_due < customer.first_due):
        exchange(customer)


def close_first(customer: CustomerState) -> None:
    """Drop the case that is due next and move the other one up."""
    customer.first_due = -1.0
    put_in_order(customer)


def exchange(customer: CustomerState) -> None:
    """Exchange the two slots, field by field."""
    due = customer.first_due
    customer.first_due = customer.second_due
    customer.second_due = due
    opened = customer.first_opened
    customer.first_opened = customer.second_opened
    customer.second_opened = opened
    severity = customer.first_severity
    customer.first_severity = customer.second_severity
    customer.second_severity = severity
    failure = customer.first_failure
    customer.first_failure = customer.second_failure
    customer.second_failure = failure
    before = customer.first_before
    customer.first_before = customer.second_before
    customer.second_before = before
    after = customer.first_after
    customer.first_after = customer.second_after
    customer.second_after = after
    trust_lost = customer.first_trust_lost
    customer.first_trust_lost = customer.second_trust_lost
    customer.second_trust_lost = trust_lost
    shock = customer.first_shock
    customer.first_shock = customer.second_shock
    customer.second_shock = shock
    paid = customer.first_paid
    customer.first_paid = customer.second_paid
    customer.second_paid = paid
    price = customer.first_price
    customer.first_price = customer.second_price
    customer.second_price = price
    promised = customer.first_promised
    customer.first_promised = customer.second_promised
    customer.second_promised = promised
    at_once = customer.first_at_once
    customer.first_at_once = customer.second_at_once
    customer.second_at_once = at_once
    attempts = customer.first_attempts
    customer.first_attempts = customer.second_attempts
    customer.second_attempts = attempts
    answered = customer.first_answered
    customer.first_answered = customer.second_answered
    customer.second_answered = answered
    number = customer.first_number
    customer.first_number = customer.second_number
    customer.second_number = number
    paradox = customer.first_paradox
    customer.first_paradox = customer.second_paradox
    customer.second_paradox = paradox
    repeated = customer.first_repeated
    customer.first_repeated = customer.second_repeated
    customer.second_repeated = repeated
    exit_draw = customer.first_exit_draw
    customer.first_exit_draw = customer.second_exit_draw
    customer.second_exit_draw = exit_draw
    pace = customer.first_pace
    customer.first_pace = customer.second_pace
    customer.second_pace = pace
