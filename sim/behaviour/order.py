"""An order from the promise that comes with it to what the customer makes of it."""

from sim.behaviour import chance, events
from sim.behaviour.chance import Luck, draw, happens
from sim.behaviour.churn import add_shock
from sim.behaviour.claims import claim_without_cause
from sim.behaviour.commitment import (
    NO_DEADLINE,
    check_availability,
    check_delivery,
    check_quality,
    deadline,
    hear_deadline,
    hear_reminder,
    promise_publicity,
)
from sim.behaviour.customer import CustomerState
from sim.behaviour.disconfirmation import order_satisfaction
from sim.behaviour.events import Log, note
from sim.behaviour.expectation import adapted, learn_from_use, risen
from sim.behaviour.justice import paradox_possible
from sim.behaviour.loyalty import consider_joining, earn_points, enjoy_deal, redeem
from sim.behaviour.memory import remember
from sim.behaviour.money import earn, spend
from sim.behaviour.notice import give_notice, needless
from sim.behaviour.recovery import NO_DRAW, compensate_at_once, open_case
from sim.behaviour.service import (
    attitude_of_staff,
    business,
    delivery_time,
    failure_rate,
    failure_severity,
    lateness,
    monthly_fee,
    order_price,
    quoted_time,
    speed_value,
    struck,
)
from sim.behaviour.surroundings import (
    LEVER_FEEDBACK,
    LEVER_MOTIVATION,
    LEVER_PRICE,
    LEVER_TRAINING,
    LEVER_VERIFICATION,
    Clock,
    TickLedger,
    World,
    expose,
)
from sim.behaviour.survey import responds, stars
from sim.behaviour.talk import talk
from sim.behaviour.voice import grievance, vent, voice_probability
from sim.world.policy import Policy


def live_order(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
    order: int,
) -> float:
    """Let the customer place an order and meet the service.

    Returns
    -------
    float
        The draw with which the customer now decides to stay or leave, `NO_DRAW` if a complaint
        has postponed the decision or a contract rules it out.
    """
    hear_reminder(customer, policy, world)
    busy = business(luck, order)
    promised = deadline(quoted_time(busy, world, luck, order), policy, world)
    if promised < NO_DEADLINE:
        hear_deadline(customer, promised, policy, world, log, hour)
    expose(customer, policy, LEVER_TRAINING | LEVER_MOTIVATION | LEVER_FEEDBACK)
    if policy.price_level != 1.0:
        expose(customer, policy, LEVER_PRICE)
    fee = monthly_fee(customer, world)
    price = order_price(customer.price, world, luck, order)
    start_episode(customer, policy.price_level * price, policy.price_level * fee)

    rate = failure_rate(world.unavailable_rate, policy.availability_discipline, policy, world)
    missing = failure_severity(
        luck, chance.UNAVAILABLE, 2, order, rate, world.unavailable_mildest, world.unavailable_worst
    )
    if missing > 0.0:
        fail(customer, missing, events.UNAVAILABLE, world.unavailable_external, luck, order)
        settle_failure(customer, world, ledger, log, hour)
        experience(
            customer,
            customer.will_speed,
            customer.will_quality,
            0.0,
            customer.will_contact,
            0.0,
            world,
            ledger,
        )
        check_availability(customer, False, policy, world, ledger, log, hour)
    else:
        serve(customer, busy, promised, policy, world, luck, clock, ledger, log, hour, order)

    if customer.episode_paid > 0.0:
        compensate_at_once(customer, policy, world, clock, ledger, log, hour)
    exit_draw = NO_DRAW
    if world.contractual == 0:
        exit_draw = draw(luck, chance.EXIT, order)
    if customer.opportunist != 0 and customer.episode_severity <= 0.0:
        claim_without_cause(customer, policy, world, luck, clock, ledger, log, hour, order)
    exit_draw = speak_up(customer, policy, world, luck, clock, ledger, log, hour, order, exit_draw)
    if happens(luck, chance.ASKED, order, world.survey_order_share):
        answer_satisfaction(customer, policy, world, luck, ledger, log, hour, order)
    return exit_draw


def start_episode(customer: CustomerState, price: float, fee: float) -> None:
    """Clear the episode in hand for a new order with a price and, under a contract, a month's fee."""
    customer.episode_price = price + fee
    customer.episode_fee = fee
    customer.episode_severity = 0.0
    customer.episode_failure = events.NOTHING
    customer.episode_external = 0
    customer.episode_repeated = 0
    customer.episode_paradox = 0
    customer.episode_before = customer.satisfaction
    customer.episode_after = customer.satisfaction
    customer.episode_trust_lost = 0.0
    customer.episode_shock = 0.0
    customer.episode_paid = 0.0
    customer.episode_promised = 0.0
    customer.episode_noticed = 0


def serve(
    customer: CustomerState,
    busy: float,
    promised: float,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
    order: int,
) -> None:
    """Deliver the order: time, quality and contact, what fails in them, and what is felt."""
    customer.orders += 1
    ledger.orders += 1
    if customer.first_hour < 0.0:
        customer.first_hour = hour
    customer.last_hour = hour
    price = customer.episode_price
    paid = price - customer.episode_fee
    note(log, customer, hour, events.PURCHASE, events.NOTHING, float(customer.orders), paid)
    earn(customer, ledger, clock, paid, paid / policy.price_level, world)
    if world.contractual == 0:  # under a contract it is the price of the last period
        customer.usual_price = adapted(customer.usual_price, policy.price_level, world)
    spend(customer, ledger, clock, policy.commitment_cost)

    incident = struck(world, luck, hour, order)
    time = delivery_time(busy, world, luck, order)
    if incident:
        time = min(time * world.incident_held_up, world.delivery_longest)
    if policy.delivery_promised != 0 and time > policy.delivery_threshold:
        if happens(luck, chance.RESCUE, order, policy.delivery_discipline):
            time = policy.delivery_threshold
    delay = 0.0
    if promised < NO_DEADLINE:  # a delay hurts as far as the customer knew of the promise
        delay = lateness(time, promised, customer.time_sensitivity, world)
        delay = delay * promise_publicity(promised, policy, world)
    usual_speed, usual_standard = customer.will_speed, customer.should_speed
    if policy.notice_foreseen + policy.notice_false_alarms > 0.0 and promised < NO_DEADLINE:
        delay = give_notice(customer, delay, time, policy, world, luck, clock, ledger, log, hour, order)
    core_rate = failure_rate(world.core_rate, policy.quality_discipline, policy, world)
    core = failure_severity(luck, chance.CORE, 0, order, core_rate, world.core_mildest, world.core_worst)
    if incident:
        core = max(core, world.incident_severity)
    rude_rate = failure_rate(world.encounter_rate, 0.0, policy, world)
    rude = failure_severity(
        luck, chance.ENCOUNTER, 1, order, rude_rate, world.encounter_mildest, world.encounter_worst
    )
    wrong_rate = failure_rate(world.billing_rate, 0.0, policy, world)
    wrong = failure_severity(
        luck, chance.BILLING, 3, order, wrong_rate, world.billing_mildest, world.billing_worst
    )
    if delay > 0.0:
        ledger.delays += 1
        fail(customer, delay, events.DELAY, world.delivery_external, luck, order)
    fail(customer, core, events.CORE, world.core_external, luck, order)
    fail(customer, rude, events.ENCOUNTER, world.encounter_external, luck, order)
    fail(customer, wrong, events.BILLING, world.billing_external, luck, order)
    settle_failure(customer, world, ledger, log, hour)

    quality = chance.unit(
        world.quality_mean + world.quality_spread * chance.normal(luck, chance.QUALITY, order) - core
    )
    contact = chance.unit(
        world.contact_mean
        + attitude_of_staff(policy, world)
        + world.contact_spread * chance.normal(luck, chance.CONTACT, order)
        - max(rude, wrong)
    )
    gift = 0.0
    if policy.programme != 0:
        if customer.member == 0:
            consider_joining(customer, policy, world, luck, ledger, log, hour, order)
        if customer.member != 0:
            gift = redeem(customer, policy, world, ledger, log, clock, hour) / price
            earn_points(customer, policy, world, ledger, log, hour, paid)
    enjoy_deal(customer, policy)
    experience(customer, speed_value(time, world), quality, 1.0 - delay, contact, gift, world, ledger)
    if customer.episode_noticed != 0:  # what was said of this order tells nothing of the next
        customer.will_speed = adapted(usual_speed, speed_value(time, world), world)
        customer.should_speed = risen(usual_standard, customer.will_speed, world)
    if promised < NO_DEADLINE:
        check_delivery(customer, promised, time, policy, world, ledger, log, hour)
    check_availability(customer, True, policy, world, ledger, log, hour)
    check_quality(customer, quality, policy, world, ledger, log, hour)


def fail(
    customer: CustomerState, severity: float, failure: int, external: float, luck: Luck, order: int
) -> None:
    """Let the worst failure of an order be the one the episode is about."""
    if severity > customer.episode_severity:
        customer.episode_severity = severity
        customer.episode_failure = failure
        customer.episode_external = 1 if happens(luck, chance.CAUSE, order, external) else 0


def settle_failure(customer: CustomerState, world: World, ledger: TickLedger, log: Log, hour: float) -> None:
    """Hold the episode's failure against the last one and let the shock of it set in."""
    if customer.episode_severity <= 0.0:
        return
    quiet = -1.0
    if customer.last_failure_hour >= 0.0:
        quiet = hour - customer.last_failure_hour
    recent = quiet >= 0.0 and quiet < 24.0 * world.recovery_paradox_days
    if recent and customer.last_failure == customer.episode_failure:
        customer.episode_repeated = 1
    if paradox_possible(
        customer.episode_severity, customer.episode_external, customer.episode_repeated, quiet, world
    ):
        customer.episode_paradox = 1
    customer.failures += 1
    customer.last_failure = customer.episode_failure
    customer.last_failure_hour = hour
    customer.episode_shock = add_shock(customer, customer.episode_severity, world)
    ledger.failures += 1
    note(log, customer, hour, events.FAILURE, customer.episode_failure, customer.episode_severity, 0.0)


def experience(
    customer: CustomerState,
    speed: float,
    quality: float,
    reliability: float,
    contact: float,
    gift: float,
    world: World,
    ledger: TickLedger,
) -> None:
    """Judge the order against expectations, then let expectations learn from it."""
    customer.episode_after = order_satisfaction(customer, speed, quality, reliability, contact, gift, world)
    learn_from_use(customer, speed, quality, reliability, contact, world)
    ledger.speed += speed
    ledger.quality += quality
    ledger.reliability += reliability
    ledger.contact += contact
    ledger.experiences += 1


def speak_up(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
    order: int,
    exit_draw: float,
) -> float:
    """Let a grieved customer complain or stay silent; the episode of the silent is remembered now.

    Returns
    -------
    float
        `exit_draw`, or `NO_DRAW` where a case has taken the decision over.
    """
    satisfaction = customer.episode_after
    if satisfaction < world.voice_threshold or customer.episode_severity > 0.0:
        grieved = grievance(satisfaction, customer.episode_severity, world)
        ledger.grievances += 1
        expose(customer, policy, LEVER_VERIFICATION)  # checks keep the honest from complaining as well
        speaks = voice_probability(customer, grieved, policy, world) * needless(customer, world)
        if happens(luck, chance.VOICE, order, speaks):
            customer.complaints += 1
            ledger.complaints += 1
            note(log, customer, hour, events.COMPLAINT, customer.episode_failure, grieved, 0.0)
            customer.last_satisfaction = satisfaction
            vent(customer, world)
            return open_case(customer, policy, world, luck, ledger, hour, clock.tick, order, exit_draw)
        ledger.silences += 1
        note(log, customer, hour, events.SILENCE, customer.episode_failure, grieved, 0.0)
    remember(customer, satisfaction, world)
    talk(customer, satisfaction, world, luck, ledger, log, hour, 2 * order)
    return exit_draw


def answer_satisfaction(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    ledger: TickLedger,
    log: Log,
    hour: float,
    order: int,
) -> None:
    """Ask how satisfied the customer was with this order and count the answer, if there is one."""
    gap = customer.episode_after - world.reference_satisfaction
    if not responds(customer, gap, world, luck, 1 + order, ledger):
        return
    expose(customer, policy, LEVER_FEEDBACK)
    answer = stars(customer.episode_after, world, luck, chance.SATISFACTION, order)
    ledger.answers += 1
    ledger.stars += answer
    ledger.top_two += 1 if answer >= 4 else 0
    note(log, customer, hour, events.SURVEY_SATISFACTION, events.NOTHING, float(answer), 0.0)
