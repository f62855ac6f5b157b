"""What money is counted in, and what of it no table of customers says."""

from sim.calibration.posterior import Finding, Unsettled
from sim.world.scenario import Scenario

CURRENCY = "economics.currency"


def money_finding(base: Scenario, currency: str | None) -> Finding:
    """Return the currency, where it was told, and that margin and costs are still those of the base."""
    counted = base.economics.currency if currency is None else currency
    why = f"margin and costs are no part of the file; they are those of '{base.name}', taken for {counted}"
    remedy = "your own accounts: economics.… in the scenario file"
    if currency is None:
        remedy = "your own accounts: economics.… in the scenario file; currency=… says what yours is"
    return Finding(
        given={} if currency is None else {CURRENCY: (currency, "told with currency=…")},
        unsettled=(Unsettled("economics", why, remedy),),
    )
