"""B18: the money that each customer brings and costs, discounted to the start."""

from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import Clock, TickLedger, World


def earn(customer: CustomerState, ledger: TickLedger, clock: Clock, revenue: float, world: World) -> None:
    """Book revenue in currency; the margin share of it is contribution."""
    margin = revenue * world.economics_margin
    customer.revenue += revenue
    customer.profit += margin
    customer.value += margin * clock.discount
    ledger.revenue += revenue
    ledger.margin += margin
    ledger.value += margin * clock.discount


def spend(customer: CustomerState, ledger: TickLedger, clock: Clock, cost: float) -> None:
    """Book a cost in currency that this customer causes."""
    customer.profit -= cost
    customer.value -= cost * clock.discount
    ledger.cost += cost
    ledger.value -= cost * clock.discount
    ledger.discounted_cost += cost * clock.discount
