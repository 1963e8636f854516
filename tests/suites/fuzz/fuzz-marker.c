/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any contents of a marker page, written over a planted one.  A block that
 * stays as planted is found; a page that repeats itself is never noise.
 */

#include "fuzz.h"

#include <stdlib.h>

#define ADDR 0x10015b000ULL

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint64_t addr[2] = { ADDR, ADDR + 0x4000000 };
    uint8_t page[2][BOOTSCRUB_MARKER_SIZE];
    const void *const pages[2] = { page[0], page[1] };
    enum bootscrub_marker class[2];

    if ( size > sizeof(page[0]) )
        size = sizeof(page[0]);

    /* The second is what is in the first, too: never noise, both of them. */
    bootscrub_marker_fill(page[0], ADDR);
    memcpy(page[0], data, size);
    memcpy(page[1], page[0], sizeof(page[1]));
    bootscrub_markers_classify(pages, addr, 2, class);

    if ( size <= sizeof(page[0]) - 16 &&
         class[0] != BOOTSCRUB_MARKER_READABLE )
        abort();

    if ( class[0] == BOOTSCRUB_MARKER_NOISE ||
         class[1] == BOOTSCRUB_MARKER_NOISE )
        abort();

    bootscrub_markers_classify(pages, addr, 1, class);
    if ( size == sizeof(page[0]) && !memcmp(page[0], page[0] + 2048, 16) &&
         class[0] == BOOTSCRUB_MARKER_NOISE )
        abort();

    return 0;
}
