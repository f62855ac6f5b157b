"""B3: the slow memory of satisfaction, what is recalled when asked, and attachment."""

from sim.behaviour.chance import exponential, halving, unit
from sim.behaviour.customer import CustomerState
from sim.behaviour.surroundings import World


def usual_satisfaction(customer: CustomerState, world: World) -> float:
    """Return where a customer's memory of satisfaction rests: the reference level and the own contentment."""
    return unit(world.reference_satisfaction + customer.contentment)


def remember(customer: CustomerState, episode: float, world: World) -> None:
    """Let an episode move the memory: S + n (1 + p |s - S|) (s - S), and attachment after it."""
    surprise = episode - customer.satisfaction
    weight = min(world.memory_rate * (1.0 + world.memory_surprise * abs(surprise)), 1.0)
    customer.satisfaction = unit(customer.satisfaction + weight * surprise)
    customer.last_satisfaction = episode
    usual = usual_satisfaction(customer, world)
    if abs(episode - usual) > abs(customer.peak - usual):
        customer.peak = episode
    grow_attached(customer, world)


def grow_attached(customer: CustomerState, world: World) -> None:
    """Let attachment follow the part of satisfaction that lies above a level of delight."""
    room = max(1.0 - world.churn_attachment_level, 0.01)
    delight = max(customer.satisfaction - world.churn_attachment_level, 0.0) / room
    customer.attachment += world.churn_attachment_rate * (delight - customer.attachment)


def forget(customer: CustomerState, hour: float, world: World) -> None:
    """Let memory, shock and what tires fade over the time until `hour`, and habit grow."""
    days = (hour - customer.felt_hour) / 24.0
    customer.felt_hour = hour
    kept = halving(days, world.memory_half_life)
    usual = usual_satisfaction(customer, world)
    customer.satisfaction = usual + (customer.satisfaction - usual) * kept
    customer.peak = usual + (customer.peak - usual) * kept
    if customer.shock > 0.0:
        customer.shock *= halving(days, world.churn_shock_half_life)
    if customer.apologies > 0.0:
        customer.apologies *= halving(days, world.recovery_apology_half_life)
    if customer.messages_tired > 0.0:
        customer.messages_tired *= halving(days, world.outreach_half_life)
    if customer.prompted > 0.0:
        customer.prompted *= halving(days, world.outreach_prompt_half_life)
    if customer.questions_tired > 0.0:
        customer.questions_tired *= halving(days, world.answer_fatigue_half_life)
    if customer.goodwill > 0.0:
        customer.goodwill *= halving(days, world.outreach_goodwill_half_life)
    grown = exponential(-days / (365.0 * world.churn_inertia_years))
    customer.habit = 1.0 - (1.0 - customer.habit) * grown


def recalled(customer: CustomerState, world: World) -> float:
    """Return satisfaction as it is recalled when asked: memory, peak and end."""
    rest = 1.0 - world.memory_peak_weight - world.memory_end_weight
    return float(
        rest * customer.satisfaction
        + world.memory_peak_weight * customer.peak
        + world.memory_end_weight * customer.last_satisfaction
    )
