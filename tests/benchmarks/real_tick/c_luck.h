/* Keyed luck as in `sim.engine.luck`, and the numerical helpers of `sim.behaviour.chance`. */

#ifndef C_LUCK_H
#define C_LUCK_H

#include "c_records.h"
#include <math.h>

static inline uint64_t mix(uint64_t key)
{
    key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9u;
    key = (key ^ (key >> 27)) * 0x94D049BB133111EBu;
    return key ^ (key >> 31);
}

static inline uint64_t person_key(uint64_t run, int64_t person)
{
    return mix(run + (uint64_t)(person + 1) * 0xD1342543DE82EF95u);
}

static inline uint64_t tick_key(uint64_t person, int64_t tick)
{
    return mix(person + (uint64_t)(tick + 2) * 0xC2B2AE3D27D4EB4Fu);
}

static inline double draw(uint64_t luck, uint64_t purpose, int64_t occurrence)
{
    uint64_t key = luck + purpose * 0x9E3779B185EBCA87u + (uint64_t)occurrence * 0xA0761D6478BD642Fu;
    return ((double)(int64_t)(mix(key) >> 12) + 0.5) * 0x1p-52;
}

static inline double least(double one, double other) { return one < other ? one : other; }
static inline double most(double one, double other) { return one > other ? one : other; }
static inline double clip(double value, double low, double high) { return least(most(value, low), high); }
static inline double unit(double value) { return clip(value, 0.0, 1.0); }
static inline double exponential(double value) { return exp(clip(value, -40.0, 40.0)); }
static inline double logistic(double log_odds) { return 1.0 / (1.0 + exponential(-log_odds)); }

static inline double power(double base, double exponent)
{
    if (base <= 0.0)
        return 0.0;
    return exponent == 1.0 ? base : exponential(exponent * log(base));
}

static inline double halving(double elapsed, double half_life)
{
    return exponential(-LOG_TWO * elapsed / half_life);
}

static inline double hyperbola(double time, double half_time, double steepness)
{
    return 1.0 / (1.0 + power(time / half_time, steepness));
}

static inline double normal(uint64_t luck, uint64_t purpose, int64_t occurrence)
{
    double radius = sqrt(-2.0 * log(draw(luck, purpose, 2 * occurrence)));
    return radius * sin(2.0 * PI * draw(luck, purpose, 2 * occurrence + 1));
}

/* Whether a draw lies below 1 - exp(-exposure); bounds decide nearly always. */
static inline int falls_within(double chance, double exposure)
{
    double above = exposure * (1.0 - exposure * (0.5 - exposure / 6.0));
    if (chance >= above)
        return 0;
    double square = exposure * exposure;
    if (chance < above - square * square / 24.0)
        return 1;
    return chance < -expm1(-least(exposure, 700.0));
}

static inline double next_event(uint64_t luck, uint64_t purpose, int64_t occurrence, double rate, double hour,
                                double end)
{
    if (rate <= RARE)
        return NEVER;
    double chance = draw(luck, purpose, occurrence);
    if (1.0 - chance >= rate * (end - hour))
        return NEVER;
    return hour - log(chance) / rate;
}

#endif
