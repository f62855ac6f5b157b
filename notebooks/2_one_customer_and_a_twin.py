# %% [markdown]
# # The life of one customer and its twin
#
# In a simulation one can do what no firm can: let the very same person live twice. The person is the same,
# and so is the luck: an order that would be held up in one world is held up in the other. Only what the
# firm does differs.

# %%
import sim

scenario = sim.load_scenario("courier").replace({"customers.count": 600})
strategies = sim.load_strategies(["baseline", "over_promise"], scenario)
comparison = sim.compare(scenario, strategies, replications=2, seed=4)

# %% [markdown]
# ## Who stays in one world and leaves in the other
#
# `twins` lists them, with the day on which the two lives part and with what made the difference in the
# end.

# %%
twins = comparison.twins("baseline", "over_promise")
print(
    f"{len(twins)} of {scenario.customers.count} customers stay under 'baseline' "
    "and leave under 'over_promise'"
)
twins.head(6)[
    ["customer", "segment", "left_day", "left_cause", "first_difference_day", "what_made_the_difference"]
].round(1)

# %%
reasons = twins["what_made_the_difference"].str.replace(r" on day.*", "", regex=True).value_counts()
reasons.rename("customers").to_frame()

# %% [markdown]
# Most of them leave after a broken promise, or after a complaint about a delay that nobody answered in
# time. In the other world the same order took just as long, and nobody minded: nothing had been promised
# that it could break.

# %% [markdown]
# ## Two lives of one customer

# %%
# Somebody whose life is short enough to be read.
chosen = twins.sort_values("left_day").iloc[0]
customer, left_day = int(chosen["customer"]), float(chosen["left_day"])
lives = {name: comparison.run(name).story(customer) for name in ("baseline", "over_promise")}
for name, life in lives.items():
    until = life[life["day"] <= left_day]
    print(f"{name}: {len(until)} events up to day {left_day:.0f}, last of all: {life['event'].iloc[-1]}")

# %%
over = lives["over_promise"]
weighty = [
    "promise made",
    "promise broken",
    "failure",
    "complaint",
    "silence",
    "response",
    "apology",
    "abandoned",
    "churn",
]
over[over["event"].isin(weighty)][["day", "event", "detail", "value", "money"]].round(2).tail(14)

# %%
calm = lives["baseline"]
calm = calm[calm["day"] <= left_day]
calm[calm["event"].isin(weighty)][["day", "event", "detail", "value", "money"]].round(2).tail(14)

# %% [markdown]
# Up to the first difference the two lives are the same to the last digit. It is not that the second
# customer is *like* the first one: it is the same one.

# %%
part = float(chosen["first_difference_day"])
before = {
    name: life[(life["day"] < part - 0.01) & (life["event"] != "promise made")][["day", "event", "detail"]]
    for name, life in lives.items()
}
purchases = {
    name: life[life["event"] == "purchase"]["day"].head(3).round(3).tolist() for name, life in lives.items()
}
print("first orders, day:", purchases)

# %% [markdown]
# ## A word of caution
#
# A twin is one throw of luck. That this customer left says little about customers *like* this one: with
# other luck the same person might have stayed in both worlds. What a strategy does to kinds of customers
# is answered by `sim.individual_effects`, which averages over many lucks (`tenure who strategy=guarantee`
# on the command line).

# %%
ends = {name: comparison.customers(name) for name in ("baseline", "over_promise")}
twin_ids = twins["customer"]
assert len(twins) > 0.15 * scenario.customers.count
assert (ends["baseline"].loc[twin_ids, "active"] == 1).all()
assert (ends["over_promise"].loc[twin_ids, "active"] == 0).all()
assert before["baseline"].reset_index(drop=True).equals(before["over_promise"].reset_index(drop=True))
assert purchases["baseline"][0] == purchases["over_promise"][0]
assert (twins["trust_leaving"] < twins["trust_staying"]).mean() > 0.9
assert reasons[reasons.index.str.contains("promise broken|delay")].sum() > 0.6 * len(twins)
back = comparison.twins("over_promise", "baseline")
assert len(back) < 0.1 * len(twins)  # hardly anybody is kept by a promise that is broken
