/* What the C core keeps: the world, customers with their complaints, the ledger, and what one tick needs.
   Names and meanings are those of `sim.engine.records`; `c_program` reads the fields from here. */

#ifndef C_RECORDS_H
#define C_RECORDS_H

#include <stdint.h>

#define CHUNK 1024 /* customers, as in `sim.engine.ledger` */
#define ATTEMPTS 3
#define CASES_APART 4096
#define NEVER 1e18
#define RARE 1e-12
#define NO_DRAW -1.0
#define LOG_TWO 0.6931471805599453
#define PI 3.141592653589793
#define RECENT 0.2
#define NOTICEABLE 0.05
#define PACE_LIMIT 3.0
#define HOURS_PER_YEAR 8760.0

enum {
    ORDER_TIME = 1, PRICE = 2, DELIVERY = 3, DELIVERY_TAIL = 4, QUOTE = 5, QUALITY = 6, CONTACT = 7,
    CORE = 8, ENCOUNTER = 9, UNAVAILABLE = 10, BILLING = 11, SEVERITY = 12, CAUSE = 13, VOICE = 15,
    ANSWERED = 16, RESPONSE = 17, SOLVED = 18, EXIT = 19, SURVEYED = 21, RECOMMENDATION = 22, ASKED = 23,
    SATISFACTION = 24, INVOLUNTARY = 32, RIVAL = 44, RESPONDS = 45, CLAIMS = 46, EFFORT = 48
};

/* Purposes of draws stand above, in the numbers of `sim.behaviour.chance`; details of events below. */
enum { CORE_FAILED = 5, CONTACT_FAILED = 6, NOT_THERE = 7, BILL_FAILED = 8, DELAYED = 9 };

enum {
    LEFT_SILENT = 10, LEFT_AFTER_FAILURE = 11, LEFT_AFTER_COMPLAINT = 12, LEFT_FOR_RIVAL = 13,
    LEFT_INVOLUNTARILY = 16
};

enum { OF_CORE, OF_ENCOUNTER, OF_UNAVAILABLE, OF_BILLING, KINDS };

typedef struct {
    double customers_spend_within, customers_involuntary;
    double delivery_median, delivery_spread, delivery_tail_share, delivery_tail_factor, delivery_shortest;
    double delivery_longest, delivery_quote, delivery_quote_spread, delivery_quote_correlation;
    double delivery_quote_independence, delivery_quote_publicity, delivery_half_value, delivery_external;
    double delivery_patience, delivery_days_per_unit;
    double quality_mean, quality_spread, contact_mean, contact_spread;
    double core_rate, core_mildest, core_worst, core_external;
    double encounter_rate, encounter_mildest, encounter_worst, encounter_external;
    double unavailable_rate, unavailable_mildest, unavailable_worst, unavailable_external;
    double billing_rate, billing_mildest, billing_worst, billing_external;
    double weight_speed, weight_quality, weight_reliability, weight_contact;
    double expectation_adaptation, expectation_promise_will, expectation_promise_should;
    double expectation_assimilation, expectation_treadmill, expectation_treadmill_back;
    double disconfirmation_will_weight, disconfirmation_tolerance, disconfirmation_weight;
    double disconfirmation_curvature;
    double memory_rate, memory_surprise, memory_half_life, memory_peak_weight, memory_end_weight;
    double trust_kept_gain, trust_broken_loss, trust_external, trust_stable;
    double voice_threshold, voice_base, voice_grievance, voice_ease, voice_loyalty, voice_success;
    double voice_effort, voice_learning, voice_relief, commitment_claims;
    double support_spread, support_ease, support_effort, support_give_up, support_half_time;
    double support_steepness, support_skill, support_response, support_unanswered, support_first_contact;
    double support_apology, support_compensation;
    double recovery_distributive, recovery_interactional, recovery_procedural;
    double recovery_lasting_distributive, recovery_lasting_interactional, recovery_lasting_procedural;
    double recovery_full_justice, recovery_unresolved, recovery_insult, recovery_double_deviation;
    double recovery_trust_repair, recovery_paradox_severity, recovery_paradox_days, recovery_reopen;
    double recovery_mismatch, recovery_apology_repeat, recovery_apology_half_life;
    double recovery_compensation_scale, recovery_rejected_severity, recovery_rejected_centre;
    double recovery_rejected_width, recovery_over_slope, recovery_over_start;
    double churn_satisfaction, churn_trust, churn_attachment, churn_delight, churn_delight_level;
    double churn_shock, churn_shock_limit, churn_shock_half_life, churn_inertia, churn_inertia_years;
    double churn_switching, churn_rival, churn_attachment_level, churn_attachment_rate;
    double purchase_satisfaction, purchase_shock, purchase_speed, purchase_reliability, purchase_rating;
    double answer_satisfaction_weight, answer_recommendation_mean, answer_recommendation_slope;
    double answer_recommendation_noise, answer_noise, answer_two_stars, answer_three_stars;
    double answer_four_stars, answer_five_stars, answer_response, answer_response_extreme, answer_fatigue;
    double answer_fatigue_half_life, answer_effort_attempt, answer_effort_noise;
    double survey_order_share, survey_recommendation_share;
    double economics_margin, economics_case_cost, economics_compensation_cost;
    double market_rival_drift, market_rival_half_life, market_rival_volatility, talk_review_memory;
    double reference_satisfaction, reference_trust, reference_speed, reference_reliability;
    double reference_rating, reference_log_hazard;
} world;

/* An open case. */
typedef struct {
    double due, opened, severity, before, after, trust_lost, shock, paid, price, exit_draw, pace;
    int64_t failure, attempts, answered, number, repeated, paradox;
} complaint;

typedef struct {
    int64_t id, segment, active, opportunist, compensation_averse;
    double order_rate, exit_force, price, loss_aversion, time_sensitivity, voice_readiness, response_style;
    double switching_cost;
    double will_speed, will_quality, will_reliability, will_contact;
    double should_speed, should_quality, should_reliability, should_contact;
    double satisfaction, last_satisfaction, peak, trust, attachment, habit, shock, apologies;
    double questions_tired, felt_hour, pace, expected_success, justice, judged_hour, last_failure_hour;
    double left_hour, first_hour, last_hour, revenue, profit, value;
    int64_t left_cause, orders, failures, last_failure, promises_kept, promises_broken, complaints;
    complaint first, second; /* the first is the one that is due next; a due hour of -1 means none */
} customer;

/* What is counted in a tick. Those counted at every tick come first and share a line of the cache. */
typedef struct {
    double customers, active, satisfaction, trust, attachment;
    double orders, experiences, episodes, decisions, delivery_kept, invited;
    double revenue, margin, cost, value, discounted_cost, hazard, speed, quality, reliability, contact;
    double response_hours, compensation;
    double delivery_broken, failures, delays, grievances, complaints, silences, merged, claims, claims_paid;
    double responses, cases, resolved, resolved_first, satisfied, reopened, abandoned, insulted;
    double compensations, replies, effort_answers, effort_points, asked, promoters, detractors;
    double answers, stars, top_two, left, left_involuntarily, cohort, skill, rating, rival;
} ledger;

/* Sums over what one customer meets in one tick: they start at 0 and are added to the ledger as a whole. */
typedef struct {
    double revenue, margin, cost, value, discounted_cost, hazard, speed, quality, reliability, contact;
    double response_hours, compensation;
} sums;

typedef struct {
    double start, end, last, years, discount;
    int64_t tick, wave;
} ticking; /* the clock of a tick: hours, years, and the value today of a unit of currency */

/* What follows from the numbers of the world alone. */
typedef struct {
    double usual, room, paradox_hours, give_up_hours, habit_days, full_compensation;
    double will_pull, should_pull, kept_gain, fee_of_goods, involuntary, attitude, rating_pull, usual_time;
    double voice_ease, voice_effort, apology, recall_rest, answered;
    double treadmill[2]; /* down, up */
} derived;

/* What the rules look at besides the customer. */
typedef struct {
    const world *w;
    derived d;
    ticking clock;
    uint64_t luck;
    double rival_push;
    ledger *counts;
    sums own;
} setting;

/* One order: what it has brought so far. */
typedef struct {
    double price, severity, before, after, trust_lost, shock, paid;
    int64_t failure, external, repeated, paradox;
} episode;

#endif
