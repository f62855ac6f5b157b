/* Customer-tick v1 in C: an array of structures, week by week, with the keyed luck of `sim.engine.luck`.
   Built with -O3 -ffp-contract=off, so that sums round as they do in the other forms. */

#include <math.h>
#include <stdint.h>

typedef struct {
    int64_t id, active;
    double rate, basket, satisfaction, trust, points, spend;
} shopper;

typedef struct {
    double active, orders, revenue;
} takings;

enum { BUYS, FAILS, BREAKS, PERFORMS, COMPLAINS, RECOVERS, REDEEMS, LEAVES };

static inline uint64_t mix(uint64_t key)
{
    key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9u;
    key = (key ^ (key >> 27)) * 0x94D049BB133111EBu;
    return key ^ (key >> 31);
}

static inline uint64_t tick_key(uint64_t run, int64_t customer, int64_t tick)
{
    uint64_t key = mix(run + (uint64_t)(customer + 1) * 0xD1342543DE82EF95u);
    return mix(key + (uint64_t)(tick + 2) * 0xC2B2AE3D27D4EB4Fu);
}

static inline double draw(uint64_t luck, uint64_t purpose)
{
    return ((double)(mix(luck + purpose * 0x9E3779B185EBCA87u) >> 12) + 0.5) * 0x1p-52;
}

static inline double tier(const shopper *customer)
{
    return customer->spend < 500.0 ? 0.0 : customer->spend < 1500.0 ? 1.0 : 2.0;
}

static void buy(shopper *customer, uint64_t luck, takings *week)
{
    int failed = draw(luck, FAILS) < 0.15;
    int broken = draw(luck, BREAKS) < (failed ? 0.5 : 0.05);
    double performance = 0.6 + 0.4 * draw(luck, PERFORMS);
    if (failed)
        performance -= 0.35;
    if (broken) {
        performance -= 0.2;
        customer->trust -= 0.2 * customer->trust;
    } else {
        customer->trust += 0.04 * (1.0 - customer->trust);
    }
    double surprise = performance - customer->satisfaction;
    double moved = customer->satisfaction + (surprise > 0.0 ? 0.1 : 0.25) * surprise;
    customer->satisfaction = moved < 0.0 ? 0.0 : moved > 1.0 ? 1.0 : moved;
    customer->points += customer->basket * (1.0 + 0.25 * tier(customer));
    customer->spend += customer->basket;
    week->orders += 1.0;
    week->revenue += customer->basket;
    if (failed && draw(luck, COMPLAINS) < 0.4 && draw(luck, RECOVERS) < 0.6) {
        customer->satisfaction += 0.12 * (1.0 - customer->satisfaction);
        customer->trust += 0.05 * (1.0 - customer->trust);
        week->revenue -= 0.2 * customer->basket;
    }
}

void live_weeks(shopper *customers, int64_t count, takings *weeks, int64_t last, uint64_t run)
{
    for (int64_t tick = 0; tick < last; tick++) {
        takings *week = &weeks[tick];
        for (int64_t place = 0; place < count; place++) {
            shopper *customer = &customers[place];
            if (!customer->active)
                continue;
            uint64_t luck = tick_key(run, customer->id, tick);
            if (draw(luck, BUYS) < 1.0 - exp(-customer->rate * (0.5 + customer->satisfaction)))
                buy(customer, luck, week);
            if (customer->points >= 200.0 && draw(luck, REDEEMS) < 0.8) {
                customer->points -= 200.0;
                customer->satisfaction += 0.05 * (1.0 - customer->satisfaction);
            }
            double held = 1.2 + 3.0 * customer->satisfaction + 1.5 * customer->trust + 0.4 * tier(customer);
            if (draw(luck, LEAVES) < 1.0 / (1.0 + exp(held)))
                customer->active = 0;
            else
                week->active += 1.0;
        }
    }
}
