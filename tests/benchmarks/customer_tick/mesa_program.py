"""Customer-tick v1 as a Mesa user writes it: plain attributes, `model.rng`, `AgentSet.do`, DataCollector."""

import math

import mesa


class Customer(mesa.Agent):
    """A customer who lives a week at each step."""

    def __init__(self, model: "Market", rate: float, basket: float) -> None:
        super().__init__(model)
        self.rate = rate
        self.basket = basket
        self.satisfaction = 0.7
        self.trust = 0.6
        self.points = 0.0
        self.spend = 0.0

    @property
    def tier(self) -> int:
        """Return the tier that the customer's spending gives."""
        return (self.spend >= 500.0) + (self.spend >= 1500.0)

    def step(self) -> None:
        """Live a week."""
        random = self.model.rng.random
        if random() < 1.0 - math.exp(-self.rate * (0.5 + self.satisfaction)):
            self.buy()
        if self.points >= 200.0 and random() < 0.8:
            self.points -= 200.0
            self.satisfaction += 0.05 * (1.0 - self.satisfaction)
        held = 1.2 + 3.0 * self.satisfaction + 1.5 * self.trust + 0.4 * self.tier
        if random() < 1.0 / (1.0 + math.exp(held)):
            self.remove()

    def buy(self) -> None:
        """Order, and meet what comes of it."""
        random = self.model.rng.random
        failed = random() < 0.15
        broken = random() < (0.5 if failed else 0.05)
        performance = 0.6 + 0.4 * random() - 0.35 * failed - 0.2 * broken
        surprise = performance - self.satisfaction
        self.satisfaction += (0.1 if surprise > 0.0 else 0.25) * surprise
        self.satisfaction = min(max(self.satisfaction, 0.0), 1.0)
        if broken:
            self.trust -= 0.2 * self.trust
        else:
            self.trust += 0.04 * (1.0 - self.trust)
        self.points += self.basket * (1.0 + 0.25 * self.tier)
        self.spend += self.basket
        self.model.orders += 1
        self.model.revenue += self.basket
        if failed and random() < 0.4 and random() < 0.6:
            self.satisfaction += 0.12 * (1.0 - self.satisfaction)
            self.trust += 0.05 * (1.0 - self.trust)
            self.model.revenue -= 0.2 * self.basket


class Market(mesa.Model):
    """Customers who order, are let down, and stay or leave."""

    def __init__(self, customers: int, seed: int) -> None:
        super().__init__(rng=seed)
        self.orders = 0
        self.revenue = 0.0
        rates = self.rng.uniform(0.1, 0.5, customers).tolist()
        baskets = self.rng.uniform(10.0, 50.0, customers).tolist()
        Customer.create_agents(self, customers, rates, baskets)
        self.datacollector = mesa.DataCollector(
            {"active": lambda model: len(model.agents), "orders": "orders", "revenue": "revenue"}
        )

    def step(self) -> None:
        """Let everybody live a week."""
        self.agents.do("step")
        self.datacollector.collect(self)


def active_by_week(customers: int, weeks: int, seed: int) -> list[float]:
    """Return how many are still customers at the end of each week."""
    market = Market(customers, seed)
    for _ in range(weeks):
        market.step()
    return [float(count) for count in market.datacollector.model_vars["active"]]
