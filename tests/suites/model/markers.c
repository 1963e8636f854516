/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looking at markers takes nearly half of a boot's time, and there are few
 * combinations of what is in them.  What the code that ships has said of some
 * pages depends on nothing else, so it is remembered with all of them, and
 * said again if all of them are the same, byte for byte.
 */

#include <stdlib.h>
#include <string.h>

#include <xen/lib/bootscrub/marker.h>

#define MOST (2 * BOOTSCRUB_MAX_MARKERS)
#define SETS 256

struct set {
    unsigned int nr;
    bool present[MOST];
    uint64_t addr[MOST];
    enum bootscrub_marker class[MOST];
    uint8_t (*page)[BOOTSCRUB_MARKER_SIZE];
};

/* The linker has callers of bootscrub_markers_classify() call __wrap_... */
void __real_bootscrub_markers_classify(const void *const page[],
                                       const uint64_t addr[], unsigned int nr,
                                       enum bootscrub_marker class[]);
void __wrap_bootscrub_markers_classify(const void *const page[],
                                       const uint64_t addr[], unsigned int nr,
                                       enum bootscrub_marker class[]);

/* Only a guess at where the set is. */
static struct set *guess(const void *const page[], const uint64_t addr[],
                         unsigned int nr)
{
    static struct set known[SETS];
    uint64_t sum = nr;
    unsigned int i;

    for ( i = 0; i < nr; i++ )
    {
        uint64_t middle = 0;

        if ( page[i] )
            memcpy(&middle, (const uint8_t *)page[i] +
                            BOOTSCRUB_MARKER_SIZE / 2, sizeof(middle));
        sum = (sum ^ middle ^ addr[i]) * 0x9e3779b97f4a7c15ULL;
    }

    return &known[(sum >> 32) % SETS];
}

static bool is_same(const struct set *set, const void *const page[],
                    const uint64_t addr[], unsigned int nr)
{
    unsigned int i;

    if ( !set->page || set->nr != nr )
        return false;

    for ( i = 0; i < nr; i++ )
        if ( set->addr[i] != addr[i] || set->present[i] != !!page[i] ||
             (page[i] && memcmp(set->page[i], page[i], sizeof(*set->page))) )
            return false;

    return true;
}

static void remember(struct set *set, const void *const page[],
                     const uint64_t addr[], unsigned int nr,
                     const enum bootscrub_marker class[])
{
    unsigned int i;

    if ( !set->page )
        set->page = malloc(MOST * sizeof(*set->page));
    if ( !set->page )
        abort();

    set->nr = nr;
    for ( i = 0; i < nr; i++ )
    {
        set->addr[i] = addr[i];
        set->class[i] = class[i];
        set->present[i] = page[i];
        if ( page[i] )
            memcpy(set->page[i], page[i], sizeof(*set->page));
    }
}

void __wrap_bootscrub_markers_classify(const void *const page[],
                                       const uint64_t addr[], unsigned int nr,
                                       enum bootscrub_marker class[])
{
    struct set *set = guess(page, addr, nr);

    if ( is_same(set, page, addr, nr) )
    {
        memcpy(class, set->class, nr * sizeof(*class));
        return;
    }

    __real_bootscrub_markers_classify(page, addr, nr, class);
    remember(set, page, addr, nr, class);
}
