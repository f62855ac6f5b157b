"""What goes on inside a customer of the Mesa program: memory, expectations, judgement, answers to surveys."""

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

import mesa

if TYPE_CHECKING:
    from real_tick.mesa_program import Market

ATTEMPTS = 3  # contacts after which an unsolved case is closed
LATE, POOR, RUDE, WRONG_BILL, NOT_THERE = "late", "poor", "rude", "wrong bill", "not there"


@dataclass(slots=True)
class Order:
    """What an order has brought: the worst failure, what it did, and how the order was liked."""

    price: float
    before: float
    after: float = 0.0
    severity: float = 0.0
    failure: str = ""
    external: bool = False
    repeated: bool = False
    paradox: bool = False
    shock: float = 0.0
    trust_lost: float = 0.0
    paid: float = 0.0


@dataclass(slots=True)
class Case:
    """A complaint about an order that waits for its answer."""

    order: Order
    opened: float
    due: float
    answered: bool
    pace: float
    attempts: int = 0


def unit(value: float) -> float:
    """Return the value, limited to [0, 1]."""
    return 0.0 if value < 0.0 else 1.0 if value > 1.0 else value


class Person(mesa.Agent):
    """Somebody who expects, remembers and answers."""

    def __init__(
        self,
        model: "Market",
        order_rate: float,
        exit_force: float,
        price: float,
        loss_aversion: float,
        time_sensitivity: float,
        voice_readiness: float,
        response_style: float,
        switching_cost: float,
        compensation_averse: bool,
        opportunist: bool,
    ) -> None:
        super().__init__(model)
        self.order_rate = order_rate
        self.exit_force = exit_force
        self.price = price
        self.loss_aversion = loss_aversion
        self.time_sensitivity = time_sensitivity
        self.voice_readiness = voice_readiness
        self.response_style = response_style
        self.switching_cost = switching_cost
        self.compensation_averse = compensation_averse
        self.opportunist = opportunist
        reference = model.reference
        self.will_speed = self.should_speed = reference.speed
        self.will_quality = self.should_quality = reference.quality
        self.will_reliability = self.should_reliability = reference.reliability
        self.will_contact = self.should_contact = reference.contact
        self.satisfaction = self.last_satisfaction = self.peak = reference.satisfaction
        self.trust = reference.trust
        self.attachment = 0.0
        self.habit = 0.0
        self.shock = 0.0
        self.apologies = 0.0
        self.questions_tired = 0.0
        self.expected_success = 0.5
        self.last_failure = ""
        self.last_failure_hour = -1.0
        self.felt_hour = 0.0
        self.pace = 1.0
        self.cases: list[Case] = []
        self.active = True
        self.value = 0.0

    def forget(self, hour: float) -> None:
        """Let time do its work on memory, shock and what tires."""
        behaviour, usual = self.model.behaviour, self.model.reference.satisfaction
        days = (hour - self.felt_hour) / 24.0
        self.felt_hour = hour
        kept = 0.5 ** (days / behaviour.memory.half_life)
        self.satisfaction = usual + (self.satisfaction - usual) * kept
        self.peak = usual + (self.peak - usual) * kept
        if self.shock > 0.0:
            self.shock *= 0.5 ** (days / behaviour.churn.shock_half_life)
        if self.apologies > 0.0:
            self.apologies *= 0.5 ** (days / behaviour.recovery.apology_half_life)
        if self.questions_tired > 0.0:
            self.questions_tired *= 0.5 ** (days / behaviour.answer.fatigue_half_life)
        self.habit = 1.0 - (1.0 - self.habit) * exp(-days / (365.0 * behaviour.churn.inertia_years))

    def remember(self, felt: float) -> None:
        """Let an episode move the memory, and attachment after it."""
        memory, churn = self.model.behaviour.memory, self.model.behaviour.churn
        usual = self.model.reference.satisfaction
        surprise = felt - self.satisfaction
        weight = min(memory.rate * (1.0 + memory.surprise * abs(surprise)), 1.0)
        self.satisfaction = unit(self.satisfaction + weight * surprise)
        self.last_satisfaction = felt
        if abs(felt - usual) > abs(self.peak - usual):
            self.peak = felt
        delight = max(self.satisfaction - churn.attachment_level, 0.0) / (1.0 - churn.attachment_level)
        self.attachment += churn.attachment_rate * (delight - self.attachment)

    def hear_of_time(self, level: float) -> None:
        """Let a quoted time raise what is expected of speed and of the firm's word."""
        expectation, told = self.model.behaviour.expectation, self.model.service.delivery.quote_publicity
        pull = expectation.promise_will * told * self.trust
        lift = expectation.promise_should * told
        self.will_speed += pull * max(level - self.will_speed, 0.0)
        self.should_speed += lift * max(level - self.should_speed, 0.0)
        self.will_reliability += pull * (1.0 - self.will_reliability)
        self.should_reliability += lift * (1.0 - self.should_reliability)

    def experience(
        self, order: Order, speed: float, quality: float, reliability: float, contact: float
    ) -> None:
        """Judge an order against expectations, and let them learn from it."""
        model = self.model
        expectation, rule = model.behaviour.expectation, model.behaviour.disconfirmation
        weights = model.weights
        would, should = rule.will_weight, 1.0 - rule.will_weight
        expected = (
            weights.speed * (would * self.will_speed + should * self.should_speed)
            + weights.quality * (would * self.will_quality + should * self.should_quality)
            + weights.reliability * (would * self.will_reliability + should * self.should_reliability)
            + weights.contact * (would * self.will_contact + should * self.should_contact)
        ) / model.weight
        met = weights.speed * speed + weights.quality * quality
        met += weights.reliability * reliability + weights.contact * contact
        hoped = weights.speed * self.will_speed + weights.quality * self.will_quality
        hoped += weights.reliability * self.will_reliability + weights.contact * self.will_contact
        seen = (met + expectation.assimilation * (hoped - met)) / model.weight
        gap = seen - expected
        felt = 0.0
        if gap > rule.tolerance:
            felt = (gap - rule.tolerance) ** rule.curvature
        elif gap < -rule.tolerance:
            felt = -self.loss_aversion * (-gap - rule.tolerance) ** rule.curvature
        order.after = unit(seen + rule.weight * felt)
        pace = expectation.adaptation
        self.will_speed += pace * (speed - self.will_speed)
        self.will_quality += pace * (quality - self.will_quality)
        self.will_reliability += pace * (reliability - self.will_reliability)
        self.will_contact += pace * (contact - self.will_contact)
        self.should_speed = model.risen(self.should_speed, self.will_speed)
        self.should_quality = model.risen(self.should_quality, self.will_quality)
        self.should_reliability = model.risen(self.should_reliability, self.will_reliability)
        self.should_contact = model.risen(self.should_contact, self.will_contact)

    def be_shaken(self, severity: float) -> float:
        """Add the shock of a failure, and return it."""
        churn = self.model.behaviour.churn
        added = min(churn.shock * severity, churn.shock_limit) * unit(1.0 - self.shock / churn.shock_limit)
        self.shock += added
        return added

    def judge(
        self, case: Case, hours: float, compensation: float, apology: float, speed: float, solved: bool
    ) -> None:
        """Judge how a case was handled: trust, shock and memory are repaired, or hurt again."""
        model, order = self.model, case.order
        recovery, voice = model.behaviour.recovery, model.behaviour.voice
        if order.failure == RUDE:
            compensation *= recovery.mismatch
        if order.failure == POOR:
            apology *= recovery.mismatch
        now = recovery.distributive * compensation + recovery.interactional * apology
        now += recovery.procedural * speed
        lasting = recovery.lasting_distributive * compensation + recovery.lasting_interactional * apology
        lasting += recovery.lasting_procedural * speed
        if not solved:
            now *= recovery.unresolved
            lasting *= recovery.unresolved
        level = self.recovered(order, now)
        remembered = self.recovered(order, lasting)
        share = recovery.trust_repair * unit(lasting)
        self.trust = min(self.trust + share * order.trust_lost, 1.0)
        left = 0.5 ** (hours / (24.0 * model.behaviour.churn.shock_half_life))
        self.shock = max(self.shock - order.shock * share * left, 0.0)
        if now < recovery.insult:
            second = 0.5 * recovery.double_deviation
            loss = second * max(order.before - order.after, 0.0)
            level = max(level - loss, 0.0)
            remembered = max(remembered - loss, 0.0)
            self.trust = max(self.trust - second * order.trust_lost, 0.0)
            self.be_shaken(second * order.severity)
        self.remember(remembered)
        self.last_satisfaction = level
        self.expected_success += voice.learning * (solved - self.expected_success)
        model.cases += 1
        model.resolved += solved

    def recovered(self, order: Order, justice: float) -> float:
        """Return satisfaction after recovery; above that of before only where a paradox is possible."""
        loss = max(order.before - order.after, 0.0)
        level = order.after + loss * justice / self.model.behaviour.recovery.full_justice
        if not order.paradox:
            level = min(level, max(order.before, order.after))
        return unit(level)

    def worth(self, share: float, order: Order) -> float:
        """Return what compensation is worth."""
        recovery = self.model.behaviour.recovery
        if order.failure == POOR and order.severity >= recovery.rejected_severity:
            value = 1.0 / (1.0 + exp(-(share - recovery.rejected_centre) / recovery.rejected_width))
        else:
            scale = recovery.compensation_scale
            value = (1.0 - exp(-share / scale)) / (1.0 - exp(-1.0 / scale))
        value *= 1.0 - recovery.over_slope * max(share - recovery.over_start, 0.0)
        if self.compensation_averse:
            value -= max(share - 1.0, 0.0)
        return min(max(value, -1.0), 1.5)

    def responds(self, gap: float) -> bool:
        """Return whether a question is answered; questions tire."""
        answer = self.model.behaviour.answer
        willing = unit(answer.response + answer.response_extreme * abs(gap))
        willing *= exp(-answer.fatigue * self.questions_tired)
        self.questions_tired += 1.0
        return self.model.rng.random() < willing

    def answer_satisfaction(self, order: Order) -> None:
        """Answer how satisfied one was with an order, in stars."""
        model = self.model
        answer = model.behaviour.answer
        if self.responds(order.after - model.reference.satisfaction):
            meant = order.after + answer.noise * model.rng.standard_normal()
            model.answers += 1
            model.top_two += meant >= answer.four_stars

    def answer_effort(self, case: Case) -> None:
        """Answer how much effort a complaint cost, from 1 to 7."""
        model = self.model
        answer = model.behaviour.answer
        if self.responds(self.last_satisfaction - model.reference.satisfaction):
            attempts = case.attempts if case.answered else ATTEMPTS
            effort = unit(model.support.effort + answer.effort_attempt * attempts)
            meant = 1.0 + 6.0 * effort + answer.effort_noise * model.rng.standard_normal()
            model.effort_answers += 1
            model.effort_points += int(min(max(meant, 1.0), 7.0) + 0.5)

    def answer_recommendation(self) -> None:
        """Answer how likely one is to recommend the firm, from 0 to 10."""
        model = self.model
        answer, memory, reference = model.behaviour.answer, model.behaviour.memory, model.reference
        rest = 1.0 - memory.peak_weight - memory.end_weight
        recalled = rest * self.satisfaction + memory.peak_weight * self.peak
        recalled += memory.end_weight * self.last_satisfaction
        weight = answer.satisfaction_weight
        gap = weight * (recalled - reference.satisfaction) + (1.0 - weight) * (self.trust - reference.trust)
        if self.responds(gap):
            meant = answer.recommendation_mean + answer.recommendation_slope * gap + self.response_style
            meant += answer.recommendation_noise * model.rng.standard_normal()
            points = int(min(max(meant, 0.0), 10.0) + 0.5)
            model.asked += 1
            model.promoters += points >= 9
            model.detractors += points <= 6
