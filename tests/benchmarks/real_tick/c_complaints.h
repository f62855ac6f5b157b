/* Complaints from opening to judgement, and the questions of surveys. */

#ifndef C_COMPLAINTS_H
#define C_COMPLAINTS_H

#include "c_attitudes.h"

static inline void exchange(customer *c)
{
    complaint due = c->first;
    c->first = c->second;
    c->second = due;
}

static inline void put_in_order(customer *c)
{
    if (c->second.due >= 0.0 && (c->first.due < 0.0 || c->second.due < c->first.due))
        exchange(c);
}

static inline double response_hours(const setting *s, int64_t occurrence)
{
    const world *w = s->w;
    return w->support_response * exponential(w->support_spread * normal(s->luck, RESPONSE, occurrence));
}

/* Whether a question is answered. */
static inline int responds(customer *c, const setting *s, double gap, int64_t occurrence)
{
    const world *w = s->w;
    double willing = unit(w->answer_response + w->answer_response_extreme * fabs(gap));
    willing *= exponential(-w->answer_fatigue * c->questions_tired);
    c->questions_tired += 1.0;
    s->counts->invited += 1;
    if (draw(s->luck, RESPONDS, occurrence) >= willing)
        return 0;
    s->counts->replies += 1;
    return 1;
}

static double open_case(customer *c, const setting *s, const episode *e, double hour, int64_t order,
                        double exit_draw)
{
    if (c->first.due >= 0.0 && c->second.due >= 0.0) {
        complaint *later = &c->second;
        later->severity = most(later->severity, e->severity);
        later->after = least(later->after, e->after);
        later->trust_lost += e->trust_lost;
        later->shock += e->shock;
        s->counts->merged += 1;
        return exit_draw;
    }
    if (c->first.due >= 0.0)
        exchange(c);
    int64_t number = order + CASES_APART * s->clock.tick;
    int answered = draw(s->luck, ANSWERED, order) < s->d.answered;
    double waits = answered ? response_hours(s, ATTEMPTS * number) : s->d.give_up_hours;
    c->first = (complaint){
        .due = hour + waits, .opened = hour, .severity = e->severity, .before = e->before,
        .after = e->after, .trust_lost = e->trust_lost, .shock = e->shock, .paid = e->paid,
        .price = e->price, .exit_draw = exit_draw, .pace = c->pace, .failure = e->failure,
        .attempts = 0, .answered = answered, .number = number, .repeated = e->repeated,
        .paradox = e->paradox,
    };
    put_in_order(c);
    return NO_DRAW;
}

static inline double compensation_value(const customer *c, const setting *s, double share)
{
    const world *w = s->w;
    double value;
    if (share <= 0.0)
        return 0.0;
    if (c->first.failure == CORE_FAILED && c->first.severity >= w->recovery_rejected_severity)
        value = logistic((share - w->recovery_rejected_centre) / w->recovery_rejected_width);
    else
        value = (1.0 - exponential(-share / w->recovery_compensation_scale)) / s->d.full_compensation;
    value *= 1.0 - w->recovery_over_slope * most(share - w->recovery_over_start, 0.0);
    if (c->compensation_averse)
        value -= most(share - 1.0, 0.0);
    return clip(value, -1.0, 1.5);
}

static inline double recovered(const complaint *it, double justice, const world *w)
{
    double loss = most(it->before - it->after, 0.0);
    double level = it->after + loss * justice / w->recovery_full_justice;
    if (!it->paradox)
        level = least(level, most(it->before, it->after));
    return unit(level);
}

static void judge(customer *c, const setting *s, double compensation, double apology, double speed,
                  int solved, double hour)
{
    const world *w = s->w;
    const complaint *it = &c->first;
    if (it->failure == CONTACT_FAILED)
        compensation *= w->recovery_mismatch;
    if (it->failure == CORE_FAILED)
        apology *= w->recovery_mismatch;
    double now = w->recovery_distributive * compensation + w->recovery_interactional * apology
                 + w->recovery_procedural * speed;
    double lasting = w->recovery_lasting_distributive * compensation
                     + w->recovery_lasting_interactional * apology + w->recovery_lasting_procedural * speed;
    if (!solved) {
        now = w->recovery_unresolved * now;
        lasting = w->recovery_unresolved * lasting;
    }
    double level = recovered(it, now, w), remembered = recovered(it, lasting, w);
    s->counts->cases += 1;
    double share = w->recovery_trust_repair * unit(lasting);
    c->trust = least(c->trust + share * it->trust_lost, 1.0);
    double hours = hour - it->opened;
    double left = exp(-least(LOG_TWO * hours / (24.0 * w->churn_shock_half_life), 40.0));
    c->shock = most(c->shock - it->shock * share * left, 0.0);
    if (now < w->recovery_insult) {
        double second = 0.5 * w->recovery_double_deviation;
        double loss = second * most(it->before - it->after, 0.0);
        level = most(level - loss, 0.0);
        remembered = most(remembered - loss, 0.0);
        c->trust = most(c->trust - second * it->trust_lost, 0.0);
        add_shock(c, w, second * it->severity);
        s->counts->insulted += 1;
    }
    remember(c, s, remembered);
    if (solved && level >= w->voice_threshold)
        s->counts->satisfied += 1;
    c->last_satisfaction = level;
    c->justice = now;
    c->judged_hour = hour;
    c->expected_success += w->voice_learning * ((solved ? 1.0 : 0.0) - c->expected_success);
}

static inline double rounded(double value) { return floor(value + 0.5); }

static inline void ask_effort(customer *c, const setting *s)
{
    const world *w = s->w;
    int64_t question = CASES_APART + c->first.number;
    if (draw(s->luck, ASKED, question) >= w->survey_order_share)
        return;
    if (!responds(c, s, c->last_satisfaction - w->reference_satisfaction, question))
        return;
    int64_t attempts = c->first.answered ? c->first.attempts : ATTEMPTS;
    double effort = w->support_effort + w->answer_effort_attempt * (double)attempts;
    double meant = 1.0 + 6.0 * unit(effort)
                   + w->answer_effort_noise * normal(s->luck, EFFORT, c->first.number);
    s->counts->effort_answers += 1;
    s->counts->effort_points += rounded(clip(meant, 1.0, 7.0));
}

static inline double finish(customer *c, const setting *s)
{
    double exit_draw = c->first.exit_draw;
    s->counts->episodes += 1;
    ask_effort(c, s);
    c->first.due = -1.0;
    put_in_order(c);
    return exit_draw;
}

static double answer_case(customer *c, setting *s, double hour)
{
    const world *w = s->w;
    complaint *it = &c->first;
    double hours = hour - it->opened;
    if (!it->answered) {
        s->counts->abandoned += 1;
        judge(c, s, 0.0, 0.0, 0.0, 0, hour);
        return finish(c, s);
    }
    s->counts->responses += 1;
    s->own.response_hours += hours;
    spend(c, s, w->economics_case_cost);
    double apology = s->d.apology * power(w->recovery_apology_repeat, c->apologies);
    if (w->support_apology > 0.0)
        c->apologies += 1.0;
    int64_t occurrence = ATTEMPTS * it->number + it->attempts;
    int solved = draw(s->luck, SOLVED, occurrence) < w->support_first_contact;
    if (!solved && it->attempts + 1 < ATTEMPTS) {
        it->attempts += 1;
        it->due = hour + response_hours(s, occurrence + 1);
        s->counts->reopened += 1;
        put_in_order(c);
        return NO_DRAW;
    }
    double share = most(w->support_compensation - it->paid, 0.0);
    if (share > 0.0)
        pay(c, s, share, it->price);
    double worth = compensation_value(c, s, share);
    double speed = hyperbola(hours, w->support_half_time, w->support_steepness)
                   * power(w->recovery_reopen, (double)it->attempts);
    c->will_contact = adapted(c->will_contact, speed, w);
    s->counts->resolved += solved;
    s->counts->resolved_first += solved && it->attempts == 0;
    judge(c, s, worth, apology, speed, solved, hour);
    return finish(c, s);
}

#endif
