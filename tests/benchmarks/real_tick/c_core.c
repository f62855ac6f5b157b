/* The core of the real tick in C: the rules of `sim.behaviour` that act in `core.core_scenario` under the
   strategy `baseline`, with the keyed luck of `sim.engine.luck`. What cannot act there is left out, what
   belongs to one order stands on the stack, and what follows from the world alone is computed once. Every
   number comes from the same operations in the same order as in `sim.behaviour`, so that with -O3
   -ffp-contract=off all bits are the same. */

#include "c_complaints.h"
#include "c_service.h"
#include <stdlib.h>
#include <string.h>

/* Orders */

static inline void claim_without_cause(customer *c, setting *s, episode *e, int64_t order)
{
    const world *w = s->w;
    double payout = most(w->support_compensation - e->paid, 0.0);
    if (draw(s->luck, CLAIMS, order) >= w->commitment_claims * least(payout, 1.0))
        return;
    s->counts->claims += 1;
    spend(c, s, w->economics_case_cost);
    s->counts->claims_paid += 1;
    e->paid = most(e->paid, w->support_compensation);
    pay(c, s, payout, e->price);
}

static inline double speak_up(customer *c, const setting *s, episode *e, double hour, int64_t order,
                              double exit_draw)
{
    const world *w = s->w;
    if (e->after < w->voice_threshold || e->severity > 0.0) {
        double grieved = most(w->voice_threshold - e->after, 0.0) + e->severity;
        s->counts->grievances += 1;
        double log_odds = w->voice_base + w->voice_grievance * grieved + s->d.voice_ease
                          + w->voice_loyalty * c->attachment + w->voice_success * c->expected_success
                          - s->d.voice_effort + c->voice_readiness;
        if (draw(s->luck, VOICE, order) < logistic(log_odds)) {
            c->complaints += 1;
            s->counts->complaints += 1;
            c->last_satisfaction = e->after;
            double relief = w->voice_relief * e->shock;
            c->shock = most(c->shock - relief, 0.0);
            e->shock -= relief;
            return open_case(c, s, e, hour, order, exit_draw);
        }
        s->counts->silences += 1;
    }
    remember(c, s, e->after);
    s->counts->episodes += 1;
    return exit_draw;
}

static inline void answer_satisfaction(customer *c, const setting *s, const episode *e, int64_t order)
{
    const world *w = s->w;
    if (!responds(c, s, e->after - w->reference_satisfaction, 1 + order))
        return;
    double meant = e->after + w->answer_noise * normal(s->luck, SATISFACTION, order);
    int stars = 1 + (meant >= w->answer_two_stars) + (meant >= w->answer_three_stars)
                + (meant >= w->answer_four_stars) + (meant >= w->answer_five_stars);
    s->counts->answers += 1;
    s->counts->stars += stars;
    s->counts->top_two += stars >= 4;
}

static double live_order(customer *c, setting *s, double hour, int64_t order)
{
    const world *w = s->w;
    uint64_t luck = s->luck;
    double busy = normal(luck, DELIVERY, order);
    double mixed = w->delivery_quote_correlation * busy
                   + w->delivery_quote_independence * normal(luck, QUOTE, order);
    double promised = w->delivery_quote * exponential(w->delivery_quote_spread * mixed);
    hear(&c->will_speed, &c->should_speed, speed_value(promised, w), c->trust, s);
    hear(&c->will_reliability, &c->should_reliability, 1.0, c->trust, s);
    episode e = {
        .price = c->price * exponential(w->customers_spend_within * normal(luck, PRICE, order)),
        .before = c->satisfaction, .after = c->satisfaction,
    };
    double missing = failure(luck, UNAVAILABLE, OF_UNAVAILABLE, order, w->unavailable_rate,
                             w->unavailable_mildest, w->unavailable_worst);
    if (missing > 0.0) {
        fail(s, &e, missing, NOT_THERE, w->unavailable_external, order);
        settle_failure(c, s, &e, hour);
        experience(c, s, &e, c->will_speed, c->will_quality, 0.0, c->will_contact);
    } else {
        serve(c, s, &e, busy, promised, hour, order);
    }
    if (c->opportunist && e.severity <= 0.0)
        claim_without_cause(c, s, &e, order);
    double exit_draw = speak_up(c, s, &e, hour, order, draw(luck, EXIT, order));
    if (draw(luck, ASKED, order) < w->survey_order_share)
        answer_satisfaction(c, s, &e, order);
    return exit_draw;
}

/* Staying and leaving */

static inline double next_order_hour(customer *c, const setting *s, double hour, int64_t orders)
{
    const world *w = s->w;
    double awaited = least(w->delivery_half_value * (1.0 / most(c->will_speed, 1e-6) - 1.0),
                           w->delivery_longest);
    double log_pace = w->purchase_satisfaction * (c->satisfaction - w->reference_satisfaction)
                      - w->purchase_shock * c->shock
                      + w->purchase_speed * ((s->d.usual_time - awaited) * w->delivery_days_per_unit)
                      + w->purchase_reliability * (c->will_reliability - w->reference_reliability)
                      + s->d.rating_pull;
    c->pace = exponential(clip(log_pace, -PACE_LIMIT, PACE_LIMIT));
    return next_event(s->luck, ORDER_TIME, orders, c->order_rate * c->pace / HOURS_PER_YEAR, hour,
                      s->clock.end);
}

static inline double hazard_ratio(const customer *c, const setting *s)
{
    const world *w = s->w;
    return exponential(w->churn_satisfaction * (w->reference_satisfaction - c->satisfaction)
                       + w->churn_trust * (w->reference_trust - c->trust)
                       - w->churn_attachment * c->attachment
                       - w->churn_delight * most(c->satisfaction - w->churn_delight_level, 0.0) + c->shock
                       - w->churn_inertia * c->habit - w->churn_switching * c->switching_cost
                       + s->rival_push - w->reference_log_hazard);
}

static inline void leave(customer *c, const setting *s, int cause, double hour)
{
    c->active = 0;
    c->left_hour = hour;
    c->left_cause = cause;
    s->counts->left += 1;
}

static inline int exit_cause(const customer *c, const setting *s)
{
    if (c->shock > RECENT)
        return c->judged_hour >= most(c->last_failure_hour, 0.0) ? LEFT_AFTER_COMPLAINT : LEFT_AFTER_FAILURE;
    return s->rival_push > NOTICEABLE ? LEFT_FOR_RIVAL : LEFT_SILENT;
}

static inline void stay_or_leave(customer *c, setting *s, double hour, double exit_draw, double pace)
{
    double per_order = hazard_ratio(c, s) / pace;
    s->own.hazard += per_order;
    s->counts->decisions += 1;
    if (falls_within(exit_draw, c->exit_force * per_order))
        leave(c, s, exit_cause(c, s), hour);
}

static inline double attitude_gap(const customer *c, const setting *s)
{
    const world *w = s->w;
    double recalled = s->d.recall_rest * c->satisfaction + w->memory_peak_weight * c->peak
                      + w->memory_end_weight * c->last_satisfaction;
    double weight = w->answer_satisfaction_weight;
    return weight * recalled + (1.0 - weight) * c->trust - s->d.attitude;
}

static void ask_recommendation(customer *c, const setting *s)
{
    const world *w = s->w;
    double gap = attitude_gap(c, s);
    if (!responds(c, s, gap, 0))
        return;
    double meant = w->answer_recommendation_mean + w->answer_recommendation_slope * gap + c->response_style
                   + w->answer_recommendation_noise * normal(s->luck, RECOMMENDATION, 0);
    double answer = rounded(clip(meant, 0.0, 10.0));
    s->counts->asked += 1;
    s->counts->promoters += answer >= 9.0;
    s->counts->detractors += answer <= 6.0;
}

static inline void end(customer *c, const setting *s)
{
    forget(c, s, s->clock.end);
    if (falls_within(draw(s->luck, INVOLUNTARY, 0), s->d.involuntary)) {
        s->counts->left_involuntarily += 1;
        leave(c, s, LEFT_INVOLUNTARILY, s->clock.last);
        return;
    }
    if (s->clock.wave && draw(s->luck, SURVEYED, 0) < s->w->survey_recommendation_share)
        ask_recommendation(c, s);
    s->counts->active += 1;
    s->counts->satisfaction += c->satisfaction;
    s->counts->trust += c->trust;
    s->counts->attachment += c->attachment;
}

static inline void add_sums(ledger *counts, const sums *own)
{
    counts->revenue += own->revenue;
    counts->margin += own->margin;
    counts->cost += own->cost;
    counts->value += own->value;
    counts->discounted_cost += own->discounted_cost;
    counts->hazard += own->hazard;
    counts->speed += own->speed;
    counts->quality += own->quality;
    counts->reliability += own->reliability;
    counts->contact += own->contact;
    counts->response_hours += own->response_hours;
    counts->compensation += own->compensation;
}

static void live_tick(customer *c, setting *s)
{
    int64_t orders = 0;
    int met = 0;
    s->counts->customers += 1;
    double next_order = next_order_hour(c, s, s->clock.start, orders);
    while (c->active) {
        double next_case = c->first.due >= 0.0 ? c->first.due : NEVER;
        double hour = least(next_case, next_order);
        if (hour >= s->clock.end)
            break;
        if (!met) {
            s->own = (sums){0};
            met = 1;
        }
        forget(c, s, hour);
        double exit_draw, pace = c->pace;
        if (next_case <= hour) {
            pace = c->first.pace;
            exit_draw = answer_case(c, s, hour);
            if (exit_draw >= 0.0)
                stay_or_leave(c, s, hour, exit_draw, pace);
        } else {
            exit_draw = live_order(c, s, hour, orders++);
            if (exit_draw >= 0.0)
                stay_or_leave(c, s, hour, exit_draw, pace);
            next_order = next_order_hour(c, s, hour, orders);
        }
    }
    if (met)
        add_sums(s->counts, &s->own);
    if (c->active)
        end(c, s);
}

/* The world and the rivals */

static derived derive(const world *w, const ticking *clock)
{
    double rating = w->talk_review_memory * w->reference_rating / w->talk_review_memory;
    double weight = w->answer_satisfaction_weight;
    return (derived){
        .usual = unit(w->reference_satisfaction),
        .room = most(1.0 - w->churn_attachment_level, 0.01),
        .paradox_hours = 24.0 * w->recovery_paradox_days,
        .give_up_hours = 24.0 * w->support_give_up,
        .habit_days = 365.0 * w->churn_inertia_years,
        .full_compensation = 1.0 - exponential(-1.0 / w->recovery_compensation_scale),
        .treadmill = {w->expectation_treadmill * w->expectation_treadmill_back, w->expectation_treadmill},
        .will_pull = w->expectation_promise_will * w->delivery_quote_publicity,
        .should_pull = w->expectation_promise_should * w->delivery_quote_publicity,
        .kept_gain = w->trust_kept_gain * w->delivery_quote_publicity,
        .fee_of_goods = 1.0 - w->economics_margin,
        .involuntary = w->customers_involuntary * clock->years,
        .attitude = weight * w->reference_satisfaction + (1.0 - weight) * w->reference_trust,
        .rating_pull = w->purchase_rating * (rating - w->reference_rating),
        .usual_time = least(w->delivery_half_value * (1.0 / most(w->reference_speed, 1e-6) - 1.0),
                            w->delivery_longest),
        .voice_ease = w->voice_ease * w->support_ease,
        .voice_effort = w->voice_effort * w->support_effort,
        .apology = w->support_apology * w->support_skill,
        .recall_rest = 1.0 - w->memory_peak_weight - w->memory_end_weight,
        .answered = 1.0 - w->support_unanswered,
    };
}

/* Write what rivals offer in each tick: a drift, and a mean-reverting walk that is nobody's doing. */
static void follow_rivals(const world *w, const ticking *clocks, int64_t ticks, uint64_t run, double *rival)
{
    double trend = 0.0, course = 0.0;
    uint64_t firm = person_key(run, -1);
    for (int64_t tick = 0; tick < ticks; tick++) {
        rival[tick] = trend + course;
        double years = clocks[tick].years;
        double kept = halving(365.0 * years, w->market_rival_half_life);
        double pull = LOG_TWO * 365.0 / w->market_rival_half_life;
        double spread = w->market_rival_volatility * sqrt((1.0 - kept * kept) / (2.0 * pull));
        double shift = normal(tick_key(firm, clocks[tick].tick), RIVAL, 0);
        trend = clip(trend + w->market_rival_drift * years, -1.0, 1.0);
        course = clip(course * kept + spread * shift, -1.0, 1.0);
    }
}

static void add_ledgers(double *totals, const double *parts, size_t numbers)
{
    for (size_t place = 0; place < numbers; place++)
        totals[place] += parts[place];
}

/* Let each customer live all ticks before the next one begins. `totals` is (segments, ticks). Returns 0, or
   1 if there is no memory for the sums of a chunk. */
int live_ticks(customer *customers, int64_t count, const world *w, const ticking *clocks, int64_t ticks,
               ledger *totals, int64_t segments, uint64_t run)
{
    size_t size = (size_t)(segments * ticks) * sizeof(ledger);
    ledger *chunk = malloc(size);
    double *rival = malloc((size_t)ticks * sizeof(double));
    if (!chunk || !rival) {
        free(chunk);
        free(rival);
        return 1;
    }
    follow_rivals(w, clocks, ticks, run, rival);
    setting s = {.w = w, .d = derive(w, &clocks[0])};
    for (int64_t start = 0; start < count; start += CHUNK) {
        memset(chunk, 0, size);
        int64_t stop = start + CHUNK < count ? start + CHUNK : count;
        for (int64_t place = start; place < stop; place++) {
            customer *c = &customers[place];
            uint64_t person = person_key(run, c->id);
            ledger *counts = &chunk[c->segment * ticks];
            for (int64_t tick = 0; tick < ticks && c->active; tick++) {
                s.clock = clocks[tick];
                s.luck = tick_key(person, s.clock.tick);
                s.rival_push = w->churn_rival * rival[tick];
                s.counts = &counts[tick];
                live_tick(c, &s);
            }
        }
        add_ledgers((double *)totals, (const double *)chunk, size / sizeof(double));
    }
    for (int64_t place = 0; place < segments * ticks; place++) {
        ledger *total = &totals[place];
        total->cohort = total->active;
        total->skill = total->active * w->support_skill;
        total->rating = total->active * w->reference_rating;
        total->rival = total->active * rival[place % ticks];
    }
    free(chunk);
    free(rival);
    return 0;
}
