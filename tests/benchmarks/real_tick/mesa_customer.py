"""What a customer of the Mesa program does: orders, complaints, staying and leaving."""

from math import exp

from real_tick.mesa_person import ATTEMPTS, LATE, NOT_THERE, POOR, RUDE, WRONG_BILL, Case, Order, Person, unit

HOURS_PER_YEAR = 8760.0


class Customer(Person):
    """A customer who lives a week at each step."""

    def step(self) -> None:
        """Live a week: orders and answers to complaints in time order."""
        model = self.model
        end = model.week_end
        next_order = self.next_order_hour(model.week_start)
        while self.active:
            if self.cases and self.cases[0].due <= next_order:
                hour = self.cases[0].due
                if hour >= end:
                    break
                self.forget(hour)
                self.be_answered(hour)
            else:
                if next_order >= end:
                    break
                self.forget(next_order)
                self.order(next_order)
                if self.active:
                    next_order = self.next_order_hour(next_order)
        if self.active:
            self.end_week(end)

    def next_order_hour(self, hour: float) -> float:
        """Return when the next order comes, at the pace that one's state calls for."""
        model = self.model
        purchase, reference = model.behaviour.purchase, model.reference
        sooner = (model.usual_time - model.expected_time(self.will_speed)) * model.days_per_unit
        log_pace = (
            purchase.satisfaction * (self.satisfaction - reference.satisfaction)
            - purchase.shock * self.shock
            + purchase.speed * sooner
            + purchase.reliability * (self.will_reliability - reference.reliability)
        )
        self.pace = exp(min(max(log_pace, -3.0), 3.0))
        return hour + model.rng.standard_exponential() * HOURS_PER_YEAR / (self.order_rate * self.pace)

    def order(self, hour: float) -> None:
        """Order, meet the service, speak up or not, and stay or leave."""
        model = self.model
        rng, service, delivery = model.rng, model.service, model.service.delivery
        busy = rng.standard_normal()
        mixed = delivery.quote_correlation * busy + model.quote_independence * rng.standard_normal()
        promised = delivery.quote * exp(delivery.quote_spread * mixed)
        self.hear_of_time(model.speed_value(promised))
        price = self.price * exp(model.customers.spend.within * rng.standard_normal())
        order = Order(price, self.satisfaction)
        if rng.random() < service.unavailable.rate:
            self.fail(order, model.severity(service.unavailable), NOT_THERE, service.unavailable.external)
            self.feel_failure(order, hour)
            self.experience(order, self.will_speed, self.will_quality, 0.0, self.will_contact)
        else:
            self.be_served(order, busy, promised, hour)
        if self.opportunist and not order.failure:
            self.claim_without_cause(order)
        postponed = self.speak_up(order, hour)
        if rng.random() < model.survey.order_share:
            self.answer_satisfaction(order)
        if not postponed:
            self.stay_or_leave(self.pace)

    def be_served(self, order: Order, busy: float, promised: float, hour: float) -> None:
        """Meet the delivery, its quality and the staff, and see whether the word was kept."""
        model = self.model
        rng, service, delivery = model.rng, model.service, model.service.delivery
        random = rng.random
        model.orders += 1
        model.revenue += order.price
        self.earn(model.economics.margin * order.price)
        time = delivery.median * exp(delivery.spread * busy)
        if random() < delivery.tail_share:
            time *= delivery.tail_factor
        time = min(max(time, delivery.shortest), delivery.longest)
        told = delivery.quote_publicity
        late = 0.0
        if time > promised:
            late = 1.0 - exp(-(time - promised) * self.time_sensitivity / delivery.patience)
            self.fail(order, told * late, LATE, delivery.external)
        poor = rude = wrong = 0.0
        if random() < service.core.rate:
            poor = model.severity(service.core)
            self.fail(order, poor, POOR, service.core.external)
        if random() < service.encounter.rate:
            rude = model.severity(service.encounter)
            self.fail(order, rude, RUDE, service.encounter.external)
        if random() < service.billing.rate:
            wrong = model.severity(service.billing)
            self.fail(order, wrong, WRONG_BILL, service.billing.external)
        if order.failure:
            self.feel_failure(order, hour)
        quality = unit(service.quality.mean + service.quality.spread * rng.standard_normal() - poor)
        contact = unit(
            service.contact.mean + service.contact.spread * rng.standard_normal() - max(rude, wrong)
        )
        self.experience(order, model.speed_value(time), quality, 1.0 - told * late, contact)
        trust = model.behaviour.trust
        if time <= promised:
            model.promises_kept += 1
            self.trust += trust.kept_gain * told * (1.0 - self.trust)
        else:
            model.promises_broken += 1
            blame = trust.external if order.external else trust.stable if order.repeated else 1.0
            order.trust_lost = unit(trust.broken_loss * blame * late * told) * self.trust
            self.trust -= order.trust_lost

    def fail(self, order: Order, severity: float, failure: str, external: float) -> None:
        """Let the worst failure be the one the order is about."""
        if severity > order.severity:
            order.severity = severity
            order.failure = failure
            order.external = self.model.rng.random() < external

    def feel_failure(self, order: Order, hour: float) -> None:
        """Hold a failure against the last one, and be shaken."""
        recovery = self.model.behaviour.recovery
        quiet = hour - self.last_failure_hour
        recent = self.last_failure_hour >= 0.0 and quiet < 24.0 * recovery.paradox_days
        order.repeated = recent and self.last_failure == order.failure
        order.paradox = order.severity < recovery.paradox_severity and not recent
        self.last_failure = order.failure
        self.last_failure_hour = hour
        order.shock = self.be_shaken(order.severity)
        self.model.failures += 1

    def claim_without_cause(self, order: Order) -> None:
        """Claim, as an opportunist, what is paid on complaints."""
        model = self.model
        payout = model.support.compensation
        if model.rng.random() < model.behaviour.commitment.claims * min(payout, 1.0):
            self.earn(-model.economics.case_cost)
            self.be_paid(payout, order.price)
            order.paid = payout

    def speak_up(self, order: Order, hour: float) -> bool:
        """Complain or stay silent; return whether the case now holds the decision to stay."""
        model = self.model
        voice, support = model.behaviour.voice, model.support
        missing = max(voice.threshold - order.after, 0.0)
        if missing > 0.0 or order.failure:
            log_odds = (
                voice.base
                + voice.grievance * (missing + order.severity)
                + voice.ease * support.ease
                + voice.loyalty * self.attachment
                + voice.success * self.expected_success
                - voice.effort * support.effort
                + self.voice_readiness
            )
            if model.rng.random() < 1.0 / (1.0 + exp(-log_odds)):
                model.complaints += 1
                self.last_satisfaction = order.after
                relief = voice.relief * order.shock
                self.shock = max(self.shock - relief, 0.0)
                order.shock -= relief
                return self.open_case(order, hour)
        self.remember(order.after)
        return False

    def open_case(self, order: Order, hour: float) -> bool:
        """Open a case, or add to the later of two; return whether it is a new one."""
        model = self.model
        if len(self.cases) == 2:
            later = self.cases[1].order
            later.severity = max(later.severity, order.severity)
            later.after = min(later.after, order.after)
            later.trust_lost += order.trust_lost
            later.shock += order.shock
            return False
        answered = model.rng.random() >= model.support.unanswered
        waits = model.response_hours() if answered else 24.0 * model.support.give_up
        self.cases.append(Case(order, hour, hour + waits, answered, self.pace))
        self.cases.sort(key=lambda case: case.due)
        return True

    def be_answered(self, hour: float) -> None:
        """Meet the answer to the case that is due, judge it, and stay or leave."""
        model = self.model
        behaviour, support, economics = model.behaviour, model.support, model.economics
        case = self.cases[0]
        hours = hour - case.opened
        compensation = apology = speed = 0.0
        solved = False
        if case.answered:
            self.earn(-economics.case_cost)
            apology = support.apology * support.skill * behaviour.recovery.apology_repeat**self.apologies
            self.apologies += 1.0
            solved = model.rng.random() < support.first_contact
            if not solved and case.attempts + 1 < ATTEMPTS:
                case.attempts += 1
                case.due = hour + model.response_hours()
                self.cases.sort(key=lambda case: case.due)
                return
            share = max(support.compensation - case.order.paid, 0.0)
            if share > 0.0:
                self.be_paid(share, case.order.price)
                compensation = self.worth(share, case.order)
            speed = 1.0 / (1.0 + (hours / support.half_time) ** support.steepness)
            speed *= behaviour.recovery.reopen**case.attempts
            self.will_contact += behaviour.expectation.adaptation * (speed - self.will_contact)
        self.judge(case, hours, compensation, apology, speed, solved)
        if model.rng.random() < model.survey.order_share:
            self.answer_effort(case)
        del self.cases[0]
        self.stay_or_leave(case.pace)

    def stay_or_leave(self, pace: float) -> None:
        """Stay or leave, after an order or when its case is judged."""
        model = self.model
        churn, reference = model.behaviour.churn, model.reference
        log_ratio = (
            churn.satisfaction * (reference.satisfaction - self.satisfaction)
            + churn.trust * (reference.trust - self.trust)
            - churn.attachment * self.attachment
            - churn.delight * max(self.satisfaction - churn.delight_level, 0.0)
            + self.shock
            - churn.inertia * self.habit
            - churn.switching * self.switching_cost
            + churn.rival * model.rival
            - reference.log_hazard
        )
        if model.rng.random() < 1.0 - exp(-self.exit_force * exp(log_ratio) / pace):
            self.leave()

    def leave(self) -> None:
        """Leave for good."""
        self.active = False
        self.remove()

    def end_week(self, end: float) -> None:
        """Leave for reasons of one's own, or answer the recommendation question if it is put."""
        model = self.model
        self.forget(end)
        if model.rng.random() < model.involuntary:
            self.leave()
        elif model.wave and model.rng.random() < model.survey.recommendation_share:
            self.answer_recommendation()

    def earn(self, margin: float) -> None:
        """Bring the firm a margin, or cost it one if it is negative."""
        model = self.model
        model.profit += margin
        model.value += margin * model.discount
        self.value += margin * model.discount

    def be_paid(self, share: float, price: float) -> None:
        """Get compensation, a share of a price."""
        self.earn(-share * price * self.model.economics.compensation_cost)
