/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of address ranges in arrays of fixed size.
 */
#ifndef XEN_LIB_BOOTSCRUB_RANGES_H
#define XEN_LIB_BOOTSCRUB_RANGES_H

#include <xen/lib/bootscrub/types.h>

#define BOOTSCRUB_MAX_RANGES 64

/* Sorted, disjoint, not touching.  start inclusive, end exclusive, bytes. */
struct bootscrub_ranges {
    unsigned int nr;
    struct bootscrub_range {
        uint64_t start, end;
    } r[BOOTSCRUB_MAX_RANGES];
};

/*
 * All of these keep a subset of the exact result.  When it has more pieces
 * than BOOTSCRUB_MAX_RANGES, the smallest are given up: they are scrubbed.
 */
void bootscrub_ranges_add(struct bootscrub_ranges *rs,
                          uint64_t start, uint64_t end);
void bootscrub_ranges_remove(struct bootscrub_ranges *rs,
                             uint64_t start, uint64_t end);
void bootscrub_ranges_intersect(struct bootscrub_ranges *rs,
                                const struct bootscrub_ranges *with);
/* Move edges inwards to multiples of @align, a power of two. */
void bootscrub_ranges_round(struct bootscrub_ranges *rs, uint64_t align);
uint64_t bootscrub_ranges_bytes(const struct bootscrub_ranges *rs);

/*
 * Is @addr inside?  Lowers *@end to where the answer changes, if that is
 * before *@end.
 */
bool bootscrub_ranges_find(const struct bootscrub_ranges *rs,
                           uint64_t addr, uint64_t *end);

/* Are [@start, @end) and @rs disjoint? */
bool bootscrub_ranges_outside(const struct bootscrub_ranges *rs,
                              uint64_t start, uint64_t end);

#endif /* XEN_LIB_BOOTSCRUB_RANGES_H */
