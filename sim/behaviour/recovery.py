"""B7 and B8: a case from complaint to judgement, and where recovery ends.

A case acts once on the memory of satisfaction, when it is judged. Trust and the hazard of leaving
never return in full (Knox and van Oest 2014); a handling that fails as well hurts twice.
"""

from sim.behaviour.cases import ATTEMPTS, CASES_APART, close_first, exchange, open_cases, put_in_order
from sim.behaviour.chance import (
    ANSWERED,
    RESPONSE,
    SOLVED,
    Luck,
    clip,
    draw,
    exponential,
    happens,
    normal,
)
from sim.behaviour.churn import add_shock
from sim.behaviour.commitment import check_response
from sim.behaviour.customer import CustomerState
from sim.behaviour.events import (
    ABANDONED,
    APOLOGY,
    COMPENSATION,
    NOTHING,
    REOPENED,
    RESOLVED,
    Log,
    note,
)
from sim.behaviour.events import RESPONSE as RESPONSE_EVENT
from sim.behaviour.expectation import adapted
from sim.behaviour.justice import (
    apology_value,
    compensation_value,
    episode_justice,
    faded,
    lasting_justice,
    matched_apology,
    matched_compensation,
    recovered,
    speed_of_answer,
)
from sim.behaviour.memory import remember
from sim.behaviour.money import spend
from sim.behaviour.surroundings import (
    LEVER_APOLOGY,
    LEVER_CAPACITY,
    LEVER_COMPENSATION,
    LEVER_EMPOWERMENT,
    LEVER_RESPONSE_TARGET,
    Clock,
    TickLedger,
    World,
    expose,
)
from sim.behaviour.survey import ask_effort
from sim.behaviour.talk import talk
from sim.behaviour.voice import learn_success
from sim.world.policy import Policy

HANDLING = (
    "response_median",
    "unanswered",
    "first_contact",
    "decision_cost",
    "apology",
    "compensation",
    "extra_case_cost",
)
"""What of the policy comes into play with a customer's first complaint or claim, and not before."""

NO_DRAW = -1.0  # marks a case that carries no decision to stay or leave


def response_hours(policy: Policy, world: World, luck: Luck, occurrence: int) -> float:
    """Return the time to an answer in hours, log-normal around the policy's median times the queue.

    A public promise to answer in time is also a discipline: it shortens the answer that would
    have come too late to the promised time, in the share of cases that discipline reaches.
    """
    median = policy.response_median * policy.waiting
    hours = median * exponential(world.support_spread * normal(luck, RESPONSE, occurrence))
    if policy.response_promised != 0 and hours > policy.response_threshold:
        hours = hours - policy.response_discipline * (hours - policy.response_threshold)
    return hours


def open_case(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    ledger: TickLedger,
    hour: float,
    tick: int,
    order: int,
    exit_draw: float,
) -> float:
    """Open a case for the episode in hand; a third at a time merges into the later of the two.

    The number of the case, made of tick and order, keys its draws whenever it is answered.

    Returns
    -------
    float
        `NO_DRAW` if the case now carries the decision to stay or leave, else `exit_draw`, for a
        merged case leaves the decision with the order.
    """
    customer.handled = 1
    if open_cases(customer) == 2:
        customer.second_severity = max(customer.second_severity, customer.episode_severity)
        customer.second_after = min(customer.second_after, customer.episode_after)
        customer.second_trust_lost += customer.episode_trust_lost
        customer.second_shock += customer.episode_shock
        customer.second_promised = max(customer.second_promised, customer.episode_promised)
        ledger.merged += 1
        return exit_draw
    if customer.first_due >= 0.0:
        exchange(customer)
    number = order + CASES_APART * tick
    answered = happens(luck, ANSWERED, order, 1.0 - policy.unanswered)
    customer.first_answered = 1 if answered else 0
    if answered:
        customer.first_due = hour + response_hours(policy, world, luck, ATTEMPTS * number)
    else:
        customer.first_due = hour + 24.0 * world.support_give_up
    customer.first_opened = hour
    customer.first_severity = customer.episode_severity
    customer.first_failure = customer.episode_failure
    customer.first_repeated = customer.episode_repeated
    customer.first_paradox = customer.episode_paradox
    customer.first_before = customer.episode_before
    customer.first_after = customer.episode_after
    customer.first_trust_lost = customer.episode_trust_lost
    customer.first_shock = customer.episode_shock
    customer.first_paid = customer.episode_paid
    customer.first_price = customer.episode_price
    customer.first_promised = customer.episode_promised
    customer.first_at_once = 0.0
    customer.first_attempts = 0
    customer.first_number = number
    customer.first_exit_draw = exit_draw
    customer.first_pace = customer.pace
    put_in_order(customer)
    return NO_DRAW


def answer_case(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> float:
    """Handle the case that is due: answer, apologise, solve or reopen, compensate, be judged.

    Returns
    -------
    float
        The draw with which the customer now decides to stay or leave, `NO_DRAW` while the case
        stays open.
    """
    hours = hour - customer.first_opened
    if customer.first_attempts == 0:
        check_response(customer, hours, policy, world, ledger, log, hour)
        pay_late_answer(customer, hours, policy, world, clock, ledger, log, hour)
    if customer.first_answered == 0:
        ledger.abandoned += 1
        note(log, customer, hour, ABANDONED, customer.first_failure, hours, 0.0)
        judge(customer, worth_of(customer, 0.0, world), 0.0, 0.0, False, world, ledger, hour)
        return finish(customer, policy, world, luck, ledger, log, hour)
    ledger.responses += 1
    ledger.response_hours += hours
    spend(customer, ledger, clock, world.economics_case_cost + policy.extra_case_cost)
    expose(customer, policy, LEVER_RESPONSE_TARGET | LEVER_EMPOWERMENT | LEVER_CAPACITY)
    note(log, customer, hour, RESPONSE_EVENT, customer.first_failure, hours, 0.0)
    apology = apology_value(policy.apology, policy.skill, customer.apologies, world)
    if policy.apology > 0.0:
        customer.apologies += 1.0
        expose(customer, policy, LEVER_APOLOGY)
        note(log, customer, hour, APOLOGY, customer.first_failure, apology, 0.0)
    occurrence = ATTEMPTS * customer.first_number + customer.first_attempts
    chance_of_solving = draw(luck, SOLVED, occurrence)
    solved = chance_of_solving < policy.first_contact
    if solved and chance_of_solving >= world.support_first_contact:
        spend(customer, ledger, clock, policy.decision_cost)  # solved only because staff could decide
    if not solved and customer.first_attempts + 1 < ATTEMPTS:
        customer.first_attempts += 1
        customer.first_due = hour + response_hours(policy, world, luck, occurrence + 1)
        ledger.reopened += 1
        note(log, customer, hour, REOPENED, customer.first_failure, float(customer.first_attempts), 0.0)
        put_in_order(customer)
        return NO_DRAW
    # What was paid at once counts: a complaint brings the rest of what is due, not all of it again.
    due = max(policy.compensation, customer.first_promised)
    share = max(due - customer.first_paid, 0.0)
    if share > 0.0:
        pay(customer, share, customer.first_price, world, clock, ledger, log, hour)
        if due == policy.compensation:
            expose(customer, policy, LEVER_COMPENSATION)
    worth = worth_of(customer, share, world)
    speed = speed_of_answer(hours, customer.first_attempts, world)
    customer.will_contact = adapted(customer.will_contact, speed, world)
    ledger.resolved += 1 if solved else 0
    ledger.resolved_first += 1 if solved and customer.first_attempts == 0 else 0
    note(log, customer, hour, RESOLVED if solved else ABANDONED, customer.first_failure, hours, 0.0)
    judge(customer, worth, apology, speed, solved, world, ledger, hour)
    return finish(customer, policy, world, luck, ledger, log, hour)


def pay_late_answer(
    customer: CustomerState,
    hours: float,
    policy: Policy,
    world: World,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> None:
    """Pay what a commitment to answer in time pays by itself, as soon as it is broken."""
    if policy.response_promised == 0 or policy.response_automatic == 0 or hours <= policy.response_threshold:
        return
    share = max(policy.response_payout - customer.first_paid, 0.0)
    if share > 0.0:
        pay(customer, share, customer.first_price, world, clock, ledger, log, hour)
        customer.first_at_once = share
        customer.first_paid += share


def worth_of(customer: CustomerState, share: float, world: World) -> float:
    """Return what compensation is worth in the case that is due, what came by itself included."""
    paid = share + customer.first_at_once
    severity, failure = customer.first_severity, customer.first_failure
    return compensation_value(paid, severity, failure, customer.compensation_averse, world)


def finish(
    customer: CustomerState,
    policy: Policy,
    world: World,
    luck: Luck,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> float:
    """Let the customer tell of the case that is over, ask about it, close it; return the draw it carried."""
    exit_draw = customer.first_exit_draw
    number = customer.first_number
    talk(customer, customer.last_satisfaction, world, luck, ledger, log, hour, 2 * number + 1)
    ask_effort(customer, policy, world, luck, ledger, log, hour)
    close_first(customer)
    return exit_draw


def pay(
    customer: CustomerState,
    share: float,
    price: float,
    world: World,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> None:
    """Pay compensation, a share of the price of the order."""
    amount = share * price
    ledger.compensations += 1
    ledger.compensation += amount
    spend(customer, ledger, clock, amount * world.economics_compensation_cost)
    note(log, customer, hour, COMPENSATION, NOTHING, share, amount)


def judge(
    customer: CustomerState,
    compensation: float,
    apology: float,
    speed: float,
    solved: bool,
    world: World,
    ledger: TickLedger,
    hour: float,
) -> None:
    """Let the customer judge the handling of the case that is due.

    Parameters
    ----------
    customer
        Whose first slot holds the case.
    compensation, apology, speed
        What each was worth, about 0 to 1.
    solved
        Whether the problem itself was solved.
    world
        The scenario's numbers.
    ledger
        Where a second failure is counted.
    hour
        When the judgement falls.
    """
    failure = customer.first_failure
    compensation = matched_compensation(compensation, failure, world)
    apology = matched_apology(apology, failure, world)
    now = episode_justice(compensation, apology, speed, world)
    lasting = lasting_justice(compensation, apology, speed, world)
    if not solved:
        now = world.recovery_unresolved * now
        lasting = world.recovery_unresolved * lasting
    before = customer.first_before
    after = customer.first_after
    paradox = customer.first_paradox != 0
    level = recovered(before, after, now, paradox, world)
    remembered = recovered(before, after, lasting, paradox, world)
    ledger.cases += 1
    hours = hour - customer.first_opened
    repair(customer, lasting, customer.first_shock, customer.first_trust_lost, hours, world)
    if now < world.recovery_insult:
        second = 0.5 * world.recovery_double_deviation
        loss = second * max(before - after, 0.0)
        level = max(level - loss, 0.0)
        remembered = max(remembered - loss, 0.0)
        customer.trust = max(customer.trust - second * customer.first_trust_lost, 0.0)
        add_shock(customer, second * customer.first_severity, world)
        ledger.insulted += 1
    remember(customer, remembered, world)
    ledger.satisfied += 1 if solved and level >= world.voice_threshold else 0
    customer.last_satisfaction = level
    customer.justice = now
    customer.judged_hour = hour
    customer.judged_before = before
    customer.judged_after = after
    learn_success(customer, 1.0 if solved else 0.0, world)


def repair(
    customer: CustomerState, justice: float, shock: float, trust_lost: float, hours: float, world: World
) -> None:
    """Give back the part of the lost trust, and take away the part of the shock, that justice can.

    Parameters
    ----------
    customer
        Who was let down.
    justice
        As it counts for what lasts, about 0 to 1.
    shock, trust_lost
        What this failure had added (log-hazard) and taken.
    hours
        Time since then; the shock has faded meanwhile.
    world
        The scenario's numbers.
    """
    share = world.recovery_trust_repair * clip(justice, 0.0, 1.0)
    customer.trust = min(customer.trust + share * trust_lost, customer.trust_ceiling)
    relief = shock * share * faded(hours, world.churn_shock_half_life)
    customer.shock = max(customer.shock - relief, 0.0)


def compensate_at_once(
    customer: CustomerState,
    policy: Policy,
    world: World,
    clock: Clock,
    ledger: TickLedger,
    log: Log,
    hour: float,
) -> None:
    """Pay what a commitment pays by itself, without a word; satisfaction recovers on the spot."""
    share = customer.episode_paid
    pay(customer, share, customer.episode_price, world, clock, ledger, log, hour)
    worth = compensation_value(
        share, customer.episode_severity, customer.episode_failure, customer.compensation_averse, world
    )
    worth = matched_compensation(worth, customer.episode_failure, world)
    # Fairness of the procedure is worth as much as what it brings: a symbolic sum comes fast for nothing.
    speed = (1.0 + world.commitment_automatic_bonus) * clip(worth, 0.0, 1.0)
    now = episode_justice(worth, 0.0, speed, world)
    lasting = lasting_justice(worth, 0.0, speed, world)
    paradox = customer.episode_paradox != 0
    customer.episode_after = recovered(customer.episode_before, customer.episode_after, now, paradox, world)
    repair(customer, lasting, customer.episode_shock, customer.episode_trust_lost, 0.0, world)
    customer.episode_severity *= 1.0 - clip(now, 0.0, 1.0)
    left_over = 1.0 - world.recovery_trust_repair * clip(lasting, 0.0, 1.0)
    customer.episode_trust_lost *= left_over
    customer.episode_shock *= left_over
