"""B18: the money that each customer brings and costs, discounted to the start."""

from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import Clock, TickLedger, World


def earn(
    customer: CustomerState, ledger: TickLedger, clock: Clock, revenue: float, listed: float, world: World
) -> None:
    """Book revenue in currency; what remains of it after the cost of the goods is contribution.

    The cost is a share of the usual price, `listed`: a discount comes out of the margin alone.
    """
    margin = revenue - (1.0 - world.economics_margin) * listed
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
