# %% [markdown]
# # Your own mechanism and strategy
#
# You think that something is missing in the model. Here it is forgiveness: trust that was lost comes back
# with time, even if nothing is done about it. We add it twice. First in Mesa, where one can look at every
# customer. Then compiled, where it is fast enough to compare.

# %%
import sim
from sim.behaviour.chance import halving
from sim.behaviour.tick import live_tick
from sim.engine.agents import Customer, RetentionModel

scenario = sim.load_scenario("courier").replace({"customers.count": 150, "time.horizon": 1.0})
baseline, over_promise = sim.load_strategies(["baseline", "over_promise"], scenario)

# %% [markdown]
# ## In Mesa: subclass a customer
#
# `before_tick` and `after_tick` are there to be overridden. `self` is the customer, its state are plain
# attributes, and `self.model.numbers` holds the numbers of the scenario (`reference_trust` is the mean
# trust of the world at rest).

# %%
HALF_LIFE = 60.0  # days in which half of the lost trust comes back: our own assumption


class Forgiving(Customer):
    """A customer whose trust comes back with time."""

    def after_tick(self) -> None:
        missing = self.model.numbers.reference_trust - self.trust
        if self.active == 1 and missing > 0.0:
            back = 1.0 - halving(self.model.world.time.tick_days, HALF_LIFE)
            self.trust = min(self.trust + back * missing, self.trust_ceiling)


def lived(customer_class, strategy):
    model = RetentionModel(scenario, strategy, seed=3, customer_class=customer_class)
    for _ in range(model.ticks):
        model.step()
    return model.datacollector.get_model_vars_dataframe()


shipped, forgiving = lived(Customer, over_promise), lived(Forgiving, over_promise)
print(
    "mean trust at the end under 'over_promise':",
    shipped["mean_trust"].iloc[-1].round(3),
    "without forgiveness,",
    forgiving["mean_trust"].iloc[-1].round(3),
    "with it",
)

# %% [markdown]
# It does what it should. `trust_ceiling` belongs to the model: after a deception trust never comes back in
# full, and forgiveness respects that.
#
# ## The same as a function
#
# A tick is a function that changes a customer in place. Ours lives the shipped tick and then forgives. It
# holds the very lines from above; `clock.end - clock.start` is the length of the tick in hours.


# %%
def forgiving_tick(customer, policy, world, luck, clock, ledger, log):
    live_tick(customer, policy, world, luck, clock, ledger, log)
    missing = world.reference_trust - customer.trust
    if customer.active == 1 and missing > 0.0:
        back = 1.0 - halving((clock.end - clock.start) / 24.0, HALF_LIFE)
        customer.trust = min(customer.trust + back * missing, customer.trust_ceiling)


# %% [markdown]
# `sim.compile_tick` compiles it. That takes some twenty seconds and is done anew in every session. What
# comes back is an engine: it goes where `"compiled"` or `"mesa"` would go. `engine.in_mesa` is the same
# tick as plain Python.

# %%
engine = sim.compile_tick(forgiving_tick)
fast = sim.simulate(scenario, over_promise, seed=3, engine=engine)
slow = sim.simulate(scenario, over_promise, seed=3, engine=engine.in_mesa)
equal = (
    fast.population.tobytes() == slow.population.tobytes() and fast.ledger.tobytes() == slow.ledger.tobytes()
)
print("equal to the last bit on both engines:", equal)

# %% [markdown]
# ## Your own strategy
#
# A strategy is a set of levers (`tenure levers` lists them). This one promises 35 minutes, gives half of
# the fee back and apologises properly. A file `conf/strategy/careful.yaml` with the same values would do
# as well.

# %%
careful = baseline.replace(
    {
        "name": "careful",
        "title": "35 minutes or half of the fee back, and a proper apology",
        "commitments.delivery": {
            "threshold": 35.0,
            "publicity": 0.8,
            "payout": 0.5,
            "automatic": True,
            "cost_per_order": 4.0,
        },
        "recovery.apology": 0.8,
    }
)

# %% [markdown]
# ## Does the answer change?
#
# We compare with our own mechanism and without it, in a larger world.

# %%
world = scenario.replace({"customers.count": 1000, "time.horizon": 2.0})
strategies = [baseline, over_promise, careful]
without = sim.compare(world, strategies, replications=8, seed=1)
with_it = sim.compare(world, strategies, replications=8, seed=1, engine=engine)
for name in ("over_promise", "careful"):
    for said, found in (("without", without), ("with", with_it)):
        stay = found.difference(name, "survival_rate")
        mean, low, high = (100 * value for value in stay)
        print(f"{name:13} {said:8} forgiveness: {mean:+6.2f} points stay [{low:+.2f}, {high:+.2f}]")

# %% [markdown]
# Forgiveness takes the edge off the over-promise, and it does not make it a good idea: too much is broken
# too often. The careful promise is better than saying nothing with the mechanism and without it.
#
# If your mechanism proves itself, CONTRIBUTING.md says how it moves into the package: with a switch,
# parameters that name their source, and tests.

# %%
harm = {
    said: found.difference("over_promise", "survival_rate")
    for said, found in (("without", without), ("with", with_it))
}
assert equal
assert forgiving["mean_trust"].iloc[-1] > shipped["mean_trust"].iloc[-1] + 0.02
assert harm["without"].high < harm["with"].low  # it does take the edge off
assert harm["with"].high < -0.10  # and leaves a bad idea a bad one
assert without.difference("careful", "survival_rate").low > 0.0
assert with_it.difference("careful", "survival_rate").low > 0.0
