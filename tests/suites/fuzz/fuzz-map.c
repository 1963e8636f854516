/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any memory map.  What is covered is sorted, whole grains, above 4 GiB and
 * outside the exclusion range; every marker lies in memory that the map calls
 * readable.
 */

#include "fuzz.h"

#include <stdlib.h>

#define DESC_SIZE 40
#define GRAIN     (64ULL << 20)

static void check_sorted(const struct bootscrub_ranges *rs, uint64_t grain)
{
    unsigned int i;

    if ( rs->nr > BOOTSCRUB_MAX_RANGES )
        abort();

    for ( i = 0; i < rs->nr; i++ )
        if ( rs->r[i].start >= rs->r[i].end ||
             rs->r[i].start < (1ULL << 32) ||
             rs->r[i].start % grain || rs->r[i].end % grain ||
             (i && rs->r[i].start <= rs->r[i - 1].end) )
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bootscrub_efi_map map = { .desc_size = DESC_SIZE };
    struct bootscrub_ranges covered, ranges;
    uint64_t place[BOOTSCRUB_MAX_MARKERS], exclude, exclude_end, end = ~0ULL;
    unsigned int i, nr;

    if ( size < 17 )
        return 0;

    memcpy(&exclude, data, 8);
    memcpy(&exclude_end, data + 8, 8);
    map.desc_size += data[16] % 16;
    map.desc = data + 17;
    map.size = size - 17;

    bootscrub_covered(&map, exclude, exclude_end, &covered);
    check_sorted(&covered, GRAIN);
    for ( i = 0; i < covered.nr; i++ )
        if ( exclude < exclude_end && covered.r[i].start < exclude_end &&
             covered.r[i].end > exclude )
            abort();

    bootscrub_conventional(&map, &ranges);
    check_sorted(&ranges, BOOTSCRUB_MARKER_SIZE);
    bootscrub_ranges_intersect(&ranges, &covered);
    check_sorted(&ranges, BOOTSCRUB_MARKER_SIZE);

    nr = bootscrub_marker_places(&ranges, place);
    if ( nr > BOOTSCRUB_MAX_MARKERS )
        abort();
    for ( i = 0; i < nr; i++ )
        if ( place[i] % BOOTSCRUB_MARKER_SIZE ||
             (i && place[i] <= place[i - 1]) ||
             !bootscrub_ranges_find(&ranges, place[i], &end) )
            abort();
        else
            end = ~0ULL;

    return 0;
}
