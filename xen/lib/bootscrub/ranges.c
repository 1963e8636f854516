/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of address ranges in a fixed-size array, for the EFI loader as much
 * as for Xen, neither of which can allocate when they are needed.
 *
 * A set that outgrows its array loses its smallest range and never gains any:
 * what these sets hold need not be scrubbed, so less is safe.  Ranges that are
 * added later may touch one that was lost; then the set holds less than it
 * could, and never more than it should.
 */

#include <xen/lib/bootscrub/ranges.h>

#include "private.h"

static void __init drop(struct bootscrub_ranges *rs, unsigned int i)
{
    rs->nr--;
    memmove(&rs->r[i], &rs->r[i + 1], (rs->nr - i) * sizeof(rs->r[0]));
}

static uint64_t __init size_of(const struct bootscrub_range *r)
{
    return r->end - r->start;
}

static unsigned int __init smallest(const struct bootscrub_ranges *rs)
{
    unsigned int i, min = 0;

    for ( i = 1; i < rs->nr; i++ )
        if ( size_of(&rs->r[i]) < size_of(&rs->r[min]) )
            min = i;

    return min;
}

/*
 * Enter a range that touches none.  Returns the index behind it, or where it
 * would be if it is the smallest of too many.
 */
static unsigned int __init insert(struct bootscrub_ranges *rs, unsigned int i,
                                  uint64_t start, uint64_t end)
{
    const struct bootscrub_range new = { start, end };

    if ( rs->nr == BOOTSCRUB_MAX_RANGES )
    {
        unsigned int min = smallest(rs);

        if ( size_of(&rs->r[min]) >= size_of(&new) )
            return i;

        drop(rs, min);
        i -= min < i;
    }

    memmove(&rs->r[i + 1], &rs->r[i], (rs->nr - i) * sizeof(rs->r[0]));
    rs->r[i] = new;
    rs->nr++;

    return i + 1;
}

void __init bootscrub_ranges_add(struct bootscrub_ranges *rs, uint64_t start,
                                 uint64_t end)
{
    unsigned int i;

    if ( start >= end )
        return;

    for ( i = 0; i < rs->nr && rs->r[i].end < start; i++ )
        continue;

    /* Swallow all that the new range touches. */
    while ( i < rs->nr && rs->r[i].start <= end )
    {
        if ( rs->r[i].start < start )
            start = rs->r[i].start;
        if ( rs->r[i].end > end )
            end = rs->r[i].end;
        drop(rs, i);
    }

    insert(rs, i, start, end);
}

void __init bootscrub_ranges_remove(struct bootscrub_ranges *rs,
                                    uint64_t start, uint64_t end)
{
    unsigned int i = 0;

    if ( start >= end )
        return;

    while ( i < rs->nr )
    {
        struct bootscrub_range *r = &rs->r[i], old = *r;

        if ( old.end <= start || old.start >= end )
        {
            i++;
            continue;
        }

        /* What leaves makes room for one of the two parts. */
        drop(rs, i);
        if ( old.start < start )
            i = insert(rs, i, old.start, start);
        if ( old.end > end )
            i = insert(rs, i, end, old.end);
    }
}

void __init bootscrub_ranges_intersect(struct bootscrub_ranges *rs,
                                       const struct bootscrub_ranges *with)
{
    uint64_t hole = 0;
    unsigned int i;

    for ( i = 0; i < with->nr; i++ )
    {
        bootscrub_ranges_remove(rs, hole, with->r[i].start);
        hole = with->r[i].end;
    }

    bootscrub_ranges_remove(rs, hole, ~0ULL);
}

void __init bootscrub_ranges_round(struct bootscrub_ranges *rs, uint64_t align)
{
    unsigned int i = 0;

    while ( i < rs->nr )
    {
        struct bootscrub_range *r = &rs->r[i];
        uint64_t start = (r->start + align - 1) & ~(align - 1);
        uint64_t end = r->end & ~(align - 1);

        if ( start < r->start || start >= end )
        {
            drop(rs, i);
            continue;
        }

        r->start = start;
        r->end = end;
        i++;
    }
}

uint64_t __init bootscrub_ranges_bytes(const struct bootscrub_ranges *rs)
{
    uint64_t bytes = 0;
    unsigned int i;

    for ( i = 0; i < rs->nr; i++ )
        bytes += rs->r[i].end - rs->r[i].start;

    return bytes;
}

bool __init bootscrub_ranges_find(const struct bootscrub_ranges *rs,
                                  uint64_t addr, uint64_t *end)
{
    uint64_t change = ~0ULL;
    bool inside = false;
    unsigned int i;

    for ( i = 0; i < rs->nr; i++ )
    {
        if ( addr >= rs->r[i].end )
            continue;

        inside = addr >= rs->r[i].start;
        change = inside ? rs->r[i].end : rs->r[i].start;
        break;
    }

    if ( *end > change )
        *end = change;

    return inside;
}

bool __init bootscrub_ranges_outside(const struct bootscrub_ranges *rs,
                                     uint64_t start, uint64_t end)
{
    unsigned int i;

    for ( i = 0; i < rs->nr; i++ )
        if ( rs->r[i].start < end && rs->r[i].end > start )
            return false;

    return true;
}
