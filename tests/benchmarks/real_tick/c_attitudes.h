/* Money, memory, expectations and judgement, as in `sim.behaviour`. */

#ifndef C_ATTITUDES_H
#define C_ATTITUDES_H

#include "c_luck.h"

/* Money */

static inline void earn(customer *c, setting *s, double revenue)
{
    double margin = revenue - s->d.fee_of_goods * revenue;
    double value = margin * s->clock.discount;
    c->revenue += revenue;
    c->profit += margin;
    c->value += value;
    s->own.revenue += revenue;
    s->own.margin += margin;
    s->own.value += value;
}

static inline void spend(customer *c, setting *s, double cost)
{
    double discounted = cost * s->clock.discount;
    c->profit -= cost;
    c->value -= discounted;
    s->own.cost += cost;
    s->own.value -= discounted;
    s->own.discounted_cost += discounted;
}

static inline void pay(customer *c, setting *s, double share, double price)
{
    double amount = share * price;
    s->counts->compensations += 1;
    s->own.compensation += amount;
    spend(c, s, amount * s->w->economics_compensation_cost);
}

/* Memory */

static inline void forget(customer *c, const setting *s, double hour)
{
    const world *w = s->w;
    double days = (hour - c->felt_hour) / 24.0;
    double kept = halving(days, w->memory_half_life);
    double usual = s->d.usual;
    c->felt_hour = hour;
    c->satisfaction = usual + (c->satisfaction - usual) * kept;
    c->peak = usual + (c->peak - usual) * kept;
    if (c->shock > 0.0)
        c->shock *= halving(days, w->churn_shock_half_life);
    if (c->apologies > 0.0)
        c->apologies *= halving(days, w->recovery_apology_half_life);
    if (c->questions_tired > 0.0)
        c->questions_tired *= halving(days, w->answer_fatigue_half_life);
    c->habit = 1.0 - (1.0 - c->habit) * exponential(-days / s->d.habit_days);
}

static inline void remember(customer *c, const setting *s, double felt)
{
    const world *w = s->w;
    double surprise = felt - c->satisfaction;
    double weight = least(w->memory_rate * (1.0 + w->memory_surprise * fabs(surprise)), 1.0);
    c->satisfaction = unit(c->satisfaction + weight * surprise);
    c->last_satisfaction = felt;
    if (fabs(felt - s->d.usual) > fabs(c->peak - s->d.usual))
        c->peak = felt;
    double delight = most(c->satisfaction - w->churn_attachment_level, 0.0) / s->d.room;
    c->attachment += w->churn_attachment_rate * (delight - c->attachment);
}

static inline double add_shock(customer *c, const world *w, double severity)
{
    double fresh = least(w->churn_shock * severity, w->churn_shock_limit);
    double added = fresh * unit(1.0 - c->shock / w->churn_shock_limit);
    c->shock += added;
    return added;
}

/* Expectations and satisfaction with an order */

static inline double adapted(double expectation, double experienced, const world *w)
{
    return expectation + w->expectation_adaptation * (experienced - expectation);
}

static inline void hear(double *will, double *should, double level, double trust, const setting *s)
{
    *will += s->d.will_pull * trust * most(level - *will, 0.0);
    *should += s->d.should_pull * most(level - *should, 0.0);
}

static inline void learn(double *will, double *should, double experienced, const setting *s)
{
    *will = adapted(*will, experienced, s->w);
    double gap = *will - *should;
    *should += s->d.treadmill[gap > 0.0] * gap; /* as often up as down: no branch would foresee it */
}

static inline double seen(double experienced, double will, const world *w)
{
    return (1.0 - w->expectation_assimilation) * experienced + w->expectation_assimilation * will;
}

static inline double expected(double will, double should, const world *w)
{
    return w->disconfirmation_will_weight * will + (1.0 - w->disconfirmation_will_weight) * should;
}

static inline double satisfied(const customer *c, double speed, double quality, double reliability,
                               double contact, const world *w)
{
    double perceived = w->weight_speed * seen(speed, c->will_speed, w);
    perceived += w->weight_quality * seen(quality, c->will_quality, w);
    perceived += w->weight_reliability * seen(reliability, c->will_reliability, w);
    perceived += w->weight_contact * seen(contact, c->will_contact, w);
    double reference = w->weight_speed * expected(c->will_speed, c->should_speed, w);
    reference += w->weight_quality * expected(c->will_quality, c->should_quality, w);
    reference += w->weight_reliability * expected(c->will_reliability, c->should_reliability, w);
    reference += w->weight_contact * expected(c->will_contact, c->should_contact, w);
    double gap = perceived - reference, felt = 0.0, tolerance = w->disconfirmation_tolerance;
    if (gap > tolerance)
        felt = power(gap - tolerance, w->disconfirmation_curvature);
    else if (gap < -tolerance)
        felt = -c->loss_aversion * power(-gap - tolerance, w->disconfirmation_curvature);
    return unit(perceived + w->disconfirmation_weight * felt);
}

static inline void experience(customer *c, setting *s, episode *e, double speed, double quality,
                              double reliability, double contact)
{
    e->after = satisfied(c, speed, quality, reliability, contact, s->w);
    learn(&c->will_speed, &c->should_speed, speed, s);
    learn(&c->will_quality, &c->should_quality, quality, s);
    learn(&c->will_reliability, &c->should_reliability, reliability, s);
    learn(&c->will_contact, &c->should_contact, contact, s);
    s->own.speed += speed;
    s->own.quality += quality;
    s->own.reliability += reliability;
    s->own.contact += contact;
    s->counts->experiences += 1;
}

#endif
