# %% [markdown]
# # A sweep, its sensitivity and its Pareto front
#
# One comparison answers one question. A sweep asks many at once: how strict should the promise be, what
# should it pay, how loudly should it be announced? Then: which of these choices matter, and which are
# never the best whatever you want?

# %%
import matplotlib.pyplot as plt

import sim

scenario = sim.load_scenario("courier").replace({"customers.count": 600})
baseline, guarantee = sim.load_strategies(["baseline", "guarantee"], scenario)
promise = guarantee.replace({"commitments.availability": None})  # the delivery promise alone

# %% [markdown]
# ## The sweep
#
# 4 times × 3 payouts × 2 degrees of publicity: 24 ways to promise, each held against saying nothing, on
# the same seeds. On the command line the same design is a file, see `conf/study/README.md`; there it can
# also be cut into jobs for a cluster.

# %%
LEVER = "strategies.guarantee.commitments.delivery."
design = {
    "kind": "factorial",
    "values": {
        f"{LEVER}threshold": [27.0, 30.0, 35.0, 40.0],
        f"{LEVER}payout": [0.25, 0.5, 1.0],
        f"{LEVER}publicity": [0.7, 1.0],
    },
}
table = sim.sweep(scenario, [baseline, promise], design, replications=6, seed=1)
names = {path: path.removeprefix(LEVER) for path in design["values"]}
table = table.rename(columns=names)
levers = list(names.values())
print(f"{len(table)} rows, {table['status'].value_counts().to_dict()}")

# %%
runs = table.pivot_table(index=[*levers, "seed"], columns="strategy", values=["survival_rate", "clv"])
effects = runs.xs("guarantee", axis=1, level="strategy") - runs.xs("baseline", axis=1, level="strategy")
effects = effects.rename(columns={"survival_rate": "more_stay"})
effects["more_stay"] *= 100.0
points = effects.groupby(level=levers).agg(["mean", "sem"])
means = points.xs("mean", axis=1, level=1)
means.sort_values("clv", ascending=False).head(8).round(2)

# %% [markdown]
# ## Which lever matters
#
# In a full design the variance between points falls apart into shares. The share of a lever alone is the
# variance of the means over its values (the first-order index of Sobol); what is left over are levers that
# act together.

# %%
shares = {
    lever: {
        metric: means[metric].groupby(level=lever).mean().var(ddof=0) / means[metric].var(ddof=0)
        for metric in ("more_stay", "clv")
    }
    for lever in levers
}
for lever, share in shares.items():
    print(
        f"{lever:10} explains {100 * share['more_stay']:3.0f} % of the variance of who stays, "
        f"{100 * share['clv']:3.0f} % of that of customer value"
    )

# %% [markdown]
# How strict the promise is decides nearly everything. How much it pays comes far behind.
#
# These are shares over *our own choices*. How the answer hangs on what we merely assume about customers is
# another question: `sim.sensitivity` and `tenure sensitivity` answer it. A small example, over the
# assumptions about trust alone:

# %%
small = scenario.replace({"customers.count": 300, "time.horizon": 1.0})
found = sim.sensitivity(
    small,
    [baseline, promise],
    "survival_rate",
    vary="behaviour.trust",
    trajectories=4,
    samples=0,
    replications=4,
    seed=1,
)
for effect in found.effects(found.decisive):
    print(
        f"{effect.path:32} moves the difference by {100 * effect.size:.1f} "
        f"± {100 * effect.half_width:.1f} points over its range"
    )

# %% [markdown]
# ## The Pareto front
#
# Nobody can tell you how many roubles a customer who stays is worth to you. But some points lose on both
# counts: another one keeps more *and* brings more. What is left is the front.


# %%
def on_the_front(point):
    better = (means["more_stay"] >= point["more_stay"]) & (means["clv"] >= point["clv"])
    strictly = (means["more_stay"] > point["more_stay"]) | (means["clv"] > point["clv"])
    return not (better & strictly).any()


front = means[means.apply(on_the_front, axis=1)].sort_values("clv", ascending=False)
front.round(2)

# %%
figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
strict = means.index.get_level_values("threshold")
for minutes, marker in zip(sorted(set(strict)), "v^os", strict=True):
    some = means[strict == minutes]
    axis.scatter(some["clv"], some["more_stay"], marker=marker, label=f"{minutes:.0f} minutes", s=40)
axis.plot(front["clv"], front["more_stay"], color="black", linewidth=1, zorder=0, label="front")
axis.axhline(0.0, color="grey", linewidth=0.8)
axis.set_xlabel("customer value against no promise, RUB")
axis.set_ylabel("more customers stay, points")
_ = axis.legend(frameon=False)

# %% [markdown]
# The front holds the promises that are easy to keep. The strict ones lie below and to the left of it: they
# lose customers and money at once, whatever one of them may be worth to you.
#
# One warning. The best of many noisy points looks better than it is: run the front again with other seeds
# before you act on it (`tenure select` does so with the fewest runs, `tenure search` looks for the best
# without trying everything).

# %%
fresh = sim.sweep(scenario, [baseline, promise], design, replications=3, seed=99).rename(columns=names)
runs = fresh.pivot_table(index=[*levers, "seed"], columns="strategy", values=["survival_rate", "clv"])
again = (
    (runs.xs("guarantee", axis=1, level="strategy") - runs.xs("baseline", axis=1, level="strategy"))
    .groupby(level=levers)
    .mean()
)

assert set(table["status"]) == {"done"}
assert shares["threshold"]["more_stay"] > 0.6 > 0.2 > shares["payout"]["more_stay"]
assert set(front.index.get_level_values("threshold")) <= {35.0, 40.0}
assert 1 < len(front) < len(means) / 2
assert (
    again.loc[front.index, "survival_rate"] > 0.0
).all()  # with other luck the front still keeps customers
strict = again[again.index.get_level_values("threshold") == 27.0]
assert (strict["survival_rate"] < 0.0).all()
assert (strict["clv"] < again.loc[front.index, "clv"].min()).all()
