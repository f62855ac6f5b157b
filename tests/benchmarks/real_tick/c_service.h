/* What an order meets: delivery, failures, and the word that is kept or broken. */

#ifndef C_SERVICE_H
#define C_SERVICE_H

#include "c_attitudes.h"

static inline double speed_value(double time, const world *w)
{
    return 1.0 / (1.0 + time / w->delivery_half_value);
}

static inline double failure(uint64_t luck, uint64_t purpose, int kind, int64_t order, double rate,
                             double mildest, double worst)
{
    if (draw(luck, purpose, order) >= rate)
        return 0.0;
    return mildest + (worst - mildest) * draw(luck, SEVERITY, KINDS * order + kind);
}

static inline void fail(const setting *s, episode *e, double severity, int what, double external,
                        int64_t order)
{
    if (severity > e->severity) {
        e->severity = severity;
        e->failure = what;
        e->external = draw(s->luck, CAUSE, order) < external;
    }
}

static inline void settle_failure(customer *c, const setting *s, episode *e, double hour)
{
    if (e->severity <= 0.0)
        return;
    double quiet = c->last_failure_hour >= 0.0 ? hour - c->last_failure_hour : -1.0;
    int recent = quiet >= 0.0 && quiet < s->d.paradox_hours;
    e->repeated = recent && c->last_failure == e->failure;
    e->paradox = e->severity < s->w->recovery_paradox_severity && (e->external || !e->repeated) && !recent;
    c->failures += 1;
    c->last_failure = e->failure;
    c->last_failure_hour = hour;
    e->shock = add_shock(c, s->w, e->severity);
    s->counts->failures += 1;
}

static inline void break_promise(customer *c, const setting *s, episode *e, double severity)
{
    const world *w = s->w;
    double blame = e->external ? w->trust_external : e->repeated ? w->trust_stable : 1.0;
    double lost = unit(w->trust_broken_loss * blame * severity * w->delivery_quote_publicity) * c->trust;
    c->trust -= lost;
    c->promises_broken += 1;
    e->trust_lost += lost;
}

static inline void serve(customer *c, setting *s, episode *e, double busy, double promised, double hour,
                         int64_t order)
{
    const world *w = s->w;
    uint64_t luck = s->luck;
    c->orders += 1;
    s->counts->orders += 1;
    if (c->first_hour < 0.0)
        c->first_hour = hour;
    c->last_hour = hour;
    earn(c, s, e->price);

    double time = w->delivery_median * exponential(w->delivery_spread * busy);
    if (draw(luck, DELIVERY_TAIL, order) < w->delivery_tail_share)
        time *= w->delivery_tail_factor;
    time = clip(time, w->delivery_shortest, w->delivery_longest);
    double late = 0.0;
    if (time > promised)
        late = 1.0 - exponential(-(time - promised) * c->time_sensitivity / w->delivery_patience);
    double delay = late * w->delivery_quote_publicity;
    double core = failure(luck, CORE, OF_CORE, order, w->core_rate, w->core_mildest, w->core_worst);
    double rude = failure(luck, ENCOUNTER, OF_ENCOUNTER, order, w->encounter_rate, w->encounter_mildest,
                          w->encounter_worst);
    double wrong = failure(luck, BILLING, OF_BILLING, order, w->billing_rate, w->billing_mildest,
                           w->billing_worst);
    if (delay > 0.0) {
        s->counts->delays += 1;
        fail(s, e, delay, DELAYED, w->delivery_external, order);
    }
    fail(s, e, core, CORE_FAILED, w->core_external, order);
    fail(s, e, rude, CONTACT_FAILED, w->encounter_external, order);
    fail(s, e, wrong, BILL_FAILED, w->billing_external, order);
    settle_failure(c, s, e, hour);

    double quality = unit(w->quality_mean + w->quality_spread * normal(luck, QUALITY, order) - core);
    double contact = unit(w->contact_mean + w->contact_spread * normal(luck, CONTACT, order)
                          - most(rude, wrong));
    experience(c, s, e, speed_value(time, w), quality, 1.0 - delay, contact);
    if (time <= promised) {
        s->counts->delivery_kept += 1;
        c->trust = least(c->trust + s->d.kept_gain * (1.0 - c->trust), 1.0);
        c->promises_kept += 1;
    } else {
        s->counts->delivery_broken += 1;
        break_promise(c, s, e, late);
    }
}

#endif
