/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Breadth-first search of all states of a world, from a machine with empty
 * NVRAM and other people's secrets in memory.
 */
#ifndef SEARCH_H
#define SEARCH_H

#include "model.h"

#define NR_BROKEN (BROKE_TWICE + 1)
#define NR_REASON_SLOTS 40

struct search {
    uint64_t states, transitions, boots, skips;
    unsigned int depth;
    bool fixpoint;
    double seconds;
    uint64_t broken[NR_BROKEN];
    struct fired fired;
    uint64_t missed[NR_REASON_SLOTS];
};

extern const char *const broken_names[NR_BROKEN];

/*
 * Search to a fixpoint, or to @max_depth events if that is not 0.  The
 * shortest history of each kind that is broken goes to @histories, unless
 * NULL.  With @stop, the first one ends the search.
 */
void search(const struct world *w, unsigned int max_depth, bool stop,
            FILE *histories, struct search *result);

/*
 * Is merge() right about @w, @max_depth events deep?  The states that are
 * reached without it, merged, have to be those that are reached with it, and
 * the same has to break.
 */
bool merges_right(const struct world *w, unsigned int max_depth,
                  uint64_t *unmerged, uint64_t *merged);

/* The machine as it is delivered. */
union state first_state(void);

#endif /* SEARCH_H */
