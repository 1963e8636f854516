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
    static const uint8_t seed[BOOTSCRUB_SEED_SIZE] = "fuzz";
    uint8_t page[BOOTSCRUB_MARKER_SIZE];
    enum bootscrub_marker class;

    if ( size > sizeof(page) )
        size = sizeof(page);

    bootscrub_marker_fill(page, ADDR, seed);
    memcpy(page, data, size);
    class = bootscrub_marker_classify(page, ADDR, seed);

    if ( size <= sizeof(page) - 16 && class != BOOTSCRUB_MARKER_READABLE )
        abort();

    if ( size == sizeof(page) && !memcmp(page, page + 2048, 16) &&
         class == BOOTSCRUB_MARKER_NOISE )
        abort();

    return 0;
}
