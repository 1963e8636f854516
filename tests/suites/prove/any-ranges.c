/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges of which nothing is known but what maps.c proves of the real ones:
 * there are at most as many as have room.
 */

#include "prove.h"

#include <xen/lib/bootscrub/ranges.h>

/*@ requires \valid(rs);
    assigns *rs \from start, end;
    ensures rs->nr <= BOOTSCRUB_MAX_RANGES; */
void bootscrub_ranges_add(struct bootscrub_ranges *rs, uint64_t start,
                          uint64_t end);

/*@ requires \valid(rs);
    assigns *rs \from start, end;
    ensures rs->nr <= BOOTSCRUB_MAX_RANGES; */
void bootscrub_ranges_remove(struct bootscrub_ranges *rs, uint64_t start,
                             uint64_t end);

/*@ requires \valid(rs);
    assigns *rs \from align;
    ensures rs->nr <= BOOTSCRUB_MAX_RANGES; */
void bootscrub_ranges_round(struct bootscrub_ranges *rs, uint64_t align);
