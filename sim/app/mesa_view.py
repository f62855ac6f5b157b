"""A page for users of Mesa: one model to step, play and look into, on the Mesa engine.

Run it with ``solara run sim.app.mesa_view`` (extra ``mesa-viz``). Every visitor has a model of their own,
for it is made inside `Page`; a model at the level of the module would be shared by all who look.

Without internet it needs the files of ``solara-assets`` and ipyvuetify below 3, which the extra asks for:
Solara otherwise fetches its own scripts and shows an empty page. Charts are Matplotlib pictures, for the
Vega scripts of Altair are not found among those files. What Mesa itself writes on the page is English.
"""

from typing import Any

import solara
from matplotlib.figure import Figure
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.user_param import Slider
from mesa.visualization.utils import update_counter

from sim.engine.agents import RetentionModel
from sim.world.library import load_scenario, load_strategy, scenario_files

STRATEGIES = (
    "baseline",
    "over_promise",
    "guarantee",
    "fast_recovery",
    "compensation",
    "loyalty_points",
    "combined",
)
"""What every shipped scenario knows under the same name."""

STAYED, GONE = "#0072B2", "#D55E00"


class ViewedModel(RetentionModel):
    """The model with arguments that a page can offer: names and numbers.

    Parameters
    ----------
    world
        Name of a scenario.
    strategy
        Name of a strategy in it.
    customers
        Customers at the start.
    luck
        Seed of the keyed luck.
    """

    def __init__(
        self, world: str = "courier", strategy: str = "baseline", customers: int = 200, luck: int = 1
    ) -> None:
        scenario = load_scenario(world)
        chosen = load_strategy(strategy, scenario)
        super().__init__(scenario.replace({"customers.count": customers}), chosen, seed=luck)


def inputs() -> dict[str, Any]:
    """Return what can be set on the page, in the form that `SolaraViz` reads; Reset makes the model anew."""
    return {
        "world": {
            "type": "Select",
            "label": "scenario",
            "value": "courier",
            "values": sorted(scenario_files()),
        },
        "strategy": {
            "type": "Select",
            "label": "strategy",
            "value": "baseline",
            "values": list(STRATEGIES),
        },
        "customers": Slider("customers", 200, 50, 1000, 50),
        "luck": Slider("seed of the luck", 1, 1, 100, 1),
    }


@solara.component
def Moods(model: RetentionModel) -> None:  # noqa: N802 - components are called like classes
    """Show where every customer stands in satisfaction and trust, and who has left."""
    update_counter.get()
    figure = Figure(figsize=(5, 4), layout="constrained")
    axis = figure.subplots()
    at_the_start = model.world.customers.count
    served = [one for one in model.customers if one.id < at_the_start or one.acquired_hour >= 0.0]
    for active, colour, marker, label in ((1, STAYED, "o", "customers"), (0, GONE, "x", "left")):
        shown = [one for one in served if one.active == active]
        places = ([one.satisfaction for one in shown], [one.trust for one in shown])
        axis.scatter(*places, s=14, c=colour, marker=marker, alpha=0.6, linewidths=0.8, label=label)
    axis.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0), xlabel="satisfaction", ylabel="trust")
    axis.legend(loc="lower right", frameon=False)
    solara.FigureMatplotlib(figure, format="png", bbox_inches="tight")


@solara.component
def Page() -> None:  # noqa: N802
    """Show a model of the visitor's own with its controls, customers and curves."""
    model = solara.use_memo(ViewedModel, [])
    SolaraViz(
        model,
        components=[
            (Moods, 0),
            make_plot_component({"active": STAYED}),
            make_plot_component({"mean_satisfaction": STAYED, "mean_trust": GONE}),
            make_plot_component({"complaints": STAYED, "left": GONE}),
        ],
        model_params=inputs(),
        name="Tenure: customers on the Mesa engine",
        play_interval=200,
    )
