/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any contents of marker pages, at any addresses, as many as there can be.
 */

#include "prove.h"

#include <xen/lib/bootscrub/marker.h>

#define ANY Frama_C_unsigned_long_interval(0, -1UL)

static uint8_t bytes[BOOTSCRUB_MAX_MARKERS][BOOTSCRUB_MARKER_SIZE];

void prove_markers(void)
{
    const void *page[BOOTSCRUB_MAX_MARKERS];
    uint64_t addr[BOOTSCRUB_MAX_MARKERS];
    enum bootscrub_marker class[BOOTSCRUB_MAX_MARKERS];
    unsigned int i;

    Frama_C_make_unknown((char *)bytes, sizeof(bytes));
    /*@ loop unroll BOOTSCRUB_MAX_MARKERS; */
    for ( i = 0; i < BOOTSCRUB_MAX_MARKERS; i++ )
    {
        page[i] = Frama_C_interval(0, 1) ? bytes[i] : 0;
        addr[i] = ANY;
    }

    bootscrub_markers_classify(page, addr,
                               Frama_C_interval(0, BOOTSCRUB_MAX_MARKERS),
                               class);
    bootscrub_marker_intact(bytes[0], ANY);
    bootscrub_marker_fill(bytes[0], ANY);
}
