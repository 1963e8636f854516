/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The search: see search.h.
 */

#include "search.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct node {
    union state state;
    uint32_t parent;
    union event event;
};

static struct {
    struct node *node;
    uint32_t nr, room, now;
    uint32_t *slot;
    unsigned int bits;
    const struct world *world;
    struct search *result;
    FILE *histories;
    bool stop;
} q;

const char *const broken_names[NR_BROKEN] = {
    [BROKE_I1] = "I1: old secrets can be read",
    [BROKE_I2] = "I2: old secrets stay in DRAM, not encrypted",
    [BROKE_EVIDENCE] = "an assertion overrides what is disproved",
    [BROKE_LIVE] = "an honest machine's boot is not skipped",
};

static void *grow(void *old, size_t size)
{
    void *p = realloc(old, size);

    if ( !p )
    {
        fprintf(stderr, "model: out of memory\n");
        exit(2);
    }

    return p;
}

static uint32_t *find(uint64_t key)
{
    uint32_t i = (key * 0x9e3779b97f4a7c15ULL) >> (64 - q.bits);

    while ( q.slot[i] && q.node[q.slot[i] - 1].state.all != key )
        i = (i + 1) & ((1U << q.bits) - 1);

    return &q.slot[i];
}

static void rehash(void)
{
    uint32_t i;

    q.bits++;
    q.slot = grow(q.slot, sizeof(*q.slot) << q.bits);
    memset(q.slot, 0, sizeof(*q.slot) << q.bits);
    for ( i = 0; i < q.nr; i++ )
        *find(q.node[i].state.all) = i + 1;
}

static void add(union state s, uint32_t parent, union event e)
{
    uint32_t *slot = find(s.all);

    if ( *slot )
        return;

    if ( q.nr == q.room )
    {
        q.room *= 2;
        q.node = grow(q.node, q.room * sizeof(*q.node));
    }

    q.node[q.nr] = (struct node){ s, parent, e };
    *slot = ++q.nr;
    if ( q.nr > 1U << (q.bits - 1) )
        rehash();
}

static void print_history(FILE *to, uint32_t i, union event last)
{
    uint32_t path[256];
    unsigned int n = 0;

    while ( i && n < 256 )
    {
        path[n++] = i;
        i = q.node[i].parent;
    }
    while ( n-- )
    {
        print_event(to, q.node[path[n]].event);
        fprintf(to, "\n");
    }
    print_event(to, last);
    fprintf(to, "\n");
}

static void try_event(void *arg, union event e)
{
    struct search *r = q.result;
    struct step step;

    (void)arg;
    if ( q.stop && q.histories == NULL && r->broken[NOTHING] )
        return;

    take(q.world, q.node[q.now].state, e, &step);
    if ( step.excluded )
        return;

    r->transitions++;
    note_event(&r->fired, e);
    r->boots += step.booted;
    r->skips += step.skipped;
    if ( step.missed )
        r->missed[step.reason]++;

    if ( step.broken )
    {
        if ( !r->broken[step.broken]++ && q.histories )
        {
            fprintf(q.histories, "# %s: %s\n", q.world->name,
                    broken_names[step.broken]);
            print_history(q.histories, q.now, e);
        }
        if ( q.stop )
            r->broken[NOTHING] = 1;
        return;
    }

    add(step.to, q.now, e);
}

union state first_state(void)
{
    return (union state){ .raw = A | B };
}

void search(const struct world *w, unsigned int max_depth, bool stop,
            FILE *histories, struct search *result)
{
    struct timespec start, now;
    uint32_t level_end;

    clock_gettime(CLOCK_MONOTONIC, &start);
    *result = (struct search){ 0 };
    free(q.node);
    free(q.slot);
    memset(&q, 0, sizeof(q));
    q.world = w;
    q.result = result;
    q.histories = histories;
    q.stop = stop;
    q.room = 1 << 16;
    q.node = grow(NULL, q.room * sizeof(*q.node));
    q.bits = 16;
    rehash();
    add(first_state(), 0, (union event){ 0 });

    for ( level_end = 1; q.now < q.nr; q.now++ )
    {
        if ( q.now == level_end )
        {
            result->depth++;
            level_end = q.nr;
            if ( max_depth && result->depth >= max_depth )
                break;
        }
        if ( stop && result->broken[NOTHING] )
            break;
        each_event(w, q.node[q.now].state, try_event, NULL);
    }

    result->fixpoint = q.now == q.nr;
    result->states = q.nr;
    clock_gettime(CLOCK_MONOTONIC, &now);
    result->seconds = now.tv_sec - start.tv_sec +
                      (now.tv_nsec - start.tv_nsec) / 1e9;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* The states of the last search, merged, in order, each once. */
static uint64_t *merged_states(uint64_t *nr)
{
    uint64_t *all = grow(NULL, q.nr * sizeof(*all));
    uint32_t i, n = 0;

    for ( i = 0; i < q.nr; i++ )
        all[i] = canonical(q.node[i].state).all;
    qsort(all, q.nr, sizeof(*all), compare);
    for ( i = 0; i < q.nr; i++ )
        if ( !n || all[n - 1] != all[i] )
            all[n++] = all[i];
    *nr = n;

    return all;
}

bool merges_right(const struct world *w, unsigned int max_depth,
                  uint64_t *unmerged, uint64_t *merged)
{
    struct search without, with;
    uint64_t nr_without, nr_with, *a, *b;
    unsigned int i;
    bool same;

    merging = false;
    search(w, max_depth, false, NULL, &without);
    merging = true;
    a = merged_states(&nr_without);
    search(w, max_depth, false, NULL, &with);
    b = merged_states(&nr_with);

    same = nr_without == nr_with && !memcmp(a, b, nr_with * sizeof(*a)) &&
           without.fixpoint == with.fixpoint;
    for ( i = NOTHING + 1; i < NR_BROKEN; i++ )
        same &= !without.broken[i] == !with.broken[i];
    for ( i = 0; i < NR_REASON_SLOTS; i++ )
        same &= !without.missed[i] == !with.missed[i];

    *unmerged = without.states;
    *merged = with.states;
    free(a);
    free(b);

    return same;
}
