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

/*
 * States that differ in old secrets alone, a bit each for those that were
 * reached.  Old secrets change nothing but what is found to be broken, and the
 * more of them there are, the more is.  Where all secrets of a state are also
 * in another one that was reached no later, only the other one is searched.
 */
struct group {
    uint64_t rest;
    uint16_t used, reached;
};

static struct {
    struct node *node;
    uint32_t nr, room, now, nr_groups;
    struct group *group;
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
    [BROKE_CLASS] = "not what this class of machines is to see",
    [BROKE_TWICE] = "dom0 waits, or is not reached, twice in a row",
};

static void out_of_memory(void)
{
    fprintf(stderr, "model: out of memory\n");
    exit(2);
}

static void *grow(void *old, size_t size)
{
    void *p = realloc(old, size);

    if ( !p )
        out_of_memory();

    return p;
}

#define SECRETS(s) ((s).raw | (s).keyed << 2)

static uint64_t rest_of(union state s)
{
    s.raw = s.keyed = 0;

    return s.all;
}

static struct group *find(uint64_t rest)
{
    uint32_t i = (rest * 0x9e3779b97f4a7c15ULL) >> (64 - q.bits);

    while ( q.group[i].used && q.group[i].rest != rest )
        i = (i + 1) & ((1U << q.bits) - 1);

    return &q.group[i];
}

static void rehash(void)
{
    struct group *old = q.group;
    uint32_t i, nr = old ? 1U << q.bits : 0;

    q.bits++;
    q.group = calloc(1U << q.bits, sizeof(*q.group));
    if ( !q.group )
        out_of_memory();
    for ( i = 0; i < nr; i++ )
        if ( old[i].used )
            *find(old[i].rest) = old[i];
    free(old);
}

/* The sets of secrets that hold all of @secrets, a bit each. */
static unsigned int supersets(unsigned int secrets)
{
    static uint16_t known[16];
    unsigned int i;

    if ( !known[secrets] )
        for ( i = 0; i < 16; i++ )
            known[secrets] |= ((i & secrets) == secrets) << i;

    return known[secrets];
}

/* Was another state reached with the secrets of @s and more? */
static bool is_exceeded(union state s)
{
    unsigned int secrets = SECRETS(s);

    return merging && (find(rest_of(s))->reached & supersets(secrets) &
                       ~(1U << secrets));
}

static void add(union state s, uint32_t parent, union event e)
{
    struct group *group = find(rest_of(s));
    unsigned int secrets = SECRETS(s);

    if ( group->reached & (merging ? supersets(secrets) : 1U << secrets) )
        return;

    if ( q.nr == q.room )
    {
        q.room *= 2;
        q.node = grow(q.node, q.room * sizeof(*q.node));
    }

    q.node[q.nr++] = (struct node){ s, parent, e };
    q.nr_groups += !group->used;
    *group = (struct group){ rest_of(s), 1, group->reached | 1U << secrets };
    if ( q.nr_groups > 1U << (q.bits - 1) )
        rehash();
}

static void print_history(FILE *to, uint32_t i, union event last)
{
    uint32_t path[2048];
    unsigned int n = 0;

    while ( i && n < 2048 )
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
    free(q.group);
    memset(&q, 0, sizeof(q));
    q.world = w;
    q.result = result;
    q.histories = histories;
    q.stop = stop;
    q.room = 1 << 16;
    q.node = grow(NULL, q.room * sizeof(*q.node));
    q.bits = 15;
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
        /* What exceeds it may be one event deeper: beyond the last one. */
        if ( max_depth || !is_exceeded(q.node[q.now].state) )
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

/* The states of the last search, merged, in order. */
static uint64_t *merged_states(void)
{
    uint64_t *all = grow(NULL, q.nr * sizeof(*all));
    uint32_t i;

    for ( i = 0; i < q.nr; i++ )
        all[i] = canonical(q.world, q.node[i].state).all;
    qsort(all, q.nr, sizeof(*all), compare);

    return all;
}

/*
 * Does each of the @nr states in @all, or one with more secrets, occur in the
 * last search, and each of that search's states in @all?
 */
static bool same_states(const uint64_t *all, uint64_t nr)
{
    uint64_t i;

    for ( i = 0; i < nr; i++ )
    {
        union state s = { .all = all[i] };

        if ( !(find(rest_of(s))->reached & supersets(SECRETS(s))) )
            return false;
    }
    for ( i = 0; i < q.nr; i++ )
        if ( !bsearch(&q.node[i].state.all, all, nr, sizeof(*all), compare) )
            return false;

    return true;
}

bool merges_right(const struct world *w, unsigned int max_depth,
                  uint64_t *unmerged, uint64_t *merged)
{
    struct search without, with;
    uint64_t *all;
    unsigned int i;
    bool same;

    merging = false;
    search(w, max_depth, false, NULL, &without);
    merging = true;
    all = merged_states();
    search(w, max_depth, false, NULL, &with);

    same = same_states(all, without.states) &&
           without.fixpoint == with.fixpoint;
    for ( i = NOTHING + 1; i < NR_BROKEN; i++ )
        same &= !without.broken[i] == !with.broken[i];
    for ( i = 0; i < MAX_FIELDS; i++ )
        same &= without.fired.value[i] == with.fired.value[i];

    *unmerged = without.states;
    *merged = with.states;
    free(all);

    return same;
}
