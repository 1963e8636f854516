/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Markers: pages with known contents that one session leaves for the next,
 * to see whether what was in memory can still be read.
 *
 * AES-XTS works on 16-byte blocks, each tweaked by its address (Intel, doc.
 * 336907; AMD APM vol. 2, 7.10), so a block that was written under one key
 * reads as noise under another, independently of all others.
 */

#include <xen/lib/bootscrub/marker.h>

#include "private.h"

#define BLOCKS (BOOTSCRUB_MARKER_SIZE / sizeof(struct block))
#define BITS   (8 * BOOTSCRUB_MARKER_SIZE)
#define TOLERANCE 600
#define SLOTS  (2 * BLOCKS)

/* Places: one per so much memory, and where in its 2 MiB each one lies. */
#define SPACING   (64ULL << 20)
#define SUPERPAGE (2ULL << 20)
#define OFFSET    0x15b000ULL

struct block {
    uint64_t lo, hi;
};

/* A bijection in which every input bit reaches every output bit. */
static uint64_t __init mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93ULL;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93ULL;
    x ^= x >> 32;

    return x;
}

/* What all blocks of the marker at @addr are derived from. */
static struct block __init marker_base(uint64_t addr,
                                       const uint8_t seed[BOOTSCRUB_SEED_SIZE])
{
    uint8_t in[BOOTSCRUB_SEED_SIZE + sizeof(addr)];
    uint8_t digest[BOOTSCRUB_DIGEST_SIZE];
    struct block base;

    memcpy(in, seed, BOOTSCRUB_SEED_SIZE);
    memcpy(in + BOOTSCRUB_SEED_SIZE, &addr, sizeof(addr));
    sha2_256(digest, in, sizeof(in));
    memcpy(&base, digest, sizeof(base));

    return base;
}

/* Different for each @i, as mix() never maps two inputs to one output. */
static struct block __init marker_block(const struct block *base,
                                        unsigned int i)
{
    return (struct block){ mix(base->lo + i), mix(base->hi - i) };
}

void __init bootscrub_marker_fill(void *page, uint64_t addr,
                                  const uint8_t seed[BOOTSCRUB_SEED_SIZE])
{
    struct block base = marker_base(addr, seed), b;
    unsigned int i;

    for ( i = 0; i < BLOCKS; i++ )
    {
        b = marker_block(&base, i);
        memcpy((uint8_t *)page + i * sizeof(b), &b, sizeof(b));
    }
}

/* Adds up the bits of ever larger groups, all groups at once. */
static unsigned int __init count_bits(uint64_t x)
{
    x -= (x >> 1) & 0x5555555555555555ULL;
    x = (x & 0x3333333333333333ULL) + ((x >> 2) & 0x3333333333333333ULL);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fULL;

    return (x * 0x0101010101010101ULL) >> 56;
}

static struct block __init read_block(const void *page, unsigned int i)
{
    struct block b;

    memcpy(&b, (const uint8_t *)page + i * sizeof(b), sizeof(b));

    return b;
}

/* Enters block @i in the hash table @slot.  False if its like is there. */
static bool __init enter_block(const void *page, unsigned int i,
                               uint16_t slot[SLOTS])
{
    uint64_t lo = read_block(page, i).lo;
    unsigned int at = lo % SLOTS;

    for ( ; slot[at]; at = (at + 1) % SLOTS )
        if ( read_block(page, slot[at] - 1).lo == lo )
            return false;

    slot[at] = i + 1;

    return true;
}

/*
 * Random data: no block comes twice, and about half of the bits are set.  The
 * tolerance is over six standard deviations, sqrt(BITS) / 2 = 90 each;
 * constants, text, code and pointers are further away or repeat themselves.
 */
static bool __init is_random(const void *page)
{
    uint16_t slot[SLOTS] = {};
    unsigned int i, bits = 0;

    for ( i = 0; i < BLOCKS; i++ )
    {
        struct block b = read_block(page, i);

        bits += count_bits(b.lo) + count_bits(b.hi);

        if ( !enter_block(page, i, slot) )
            return false;
    }

    return bits >= BITS / 2 - TOLERANCE && bits <= BITS / 2 + TOLERANCE;
}

enum bootscrub_marker __init
bootscrub_marker_classify(const void *page, uint64_t addr,
                          const uint8_t seed[BOOTSCRUB_SEED_SIZE])
{
    struct block base = marker_base(addr, seed);
    unsigned int i;

    for ( i = 0; i < BLOCKS; i++ )
    {
        struct block want = marker_block(&base, i), b = read_block(page, i);

        if ( b.lo == want.lo && b.hi == want.hi )
            return BOOTSCRUB_MARKER_READABLE;
    }

    return is_random(page) ? BOOTSCRUB_MARKER_NOISE
                           : BOOTSCRUB_MARKER_OVERWRITTEN;
}

/*
 * Where nodes begin and end is not known here.  Holes in memory are likely
 * borders, so each range gets a marker, if there are enough; the others go
 * evenly over all ranges together.
 */
unsigned int __init
bootscrub_marker_places(const struct bootscrub_ranges *ranges,
                        uint64_t place[BOOTSCRUB_MAX_MARKERS])
{
    struct bootscrub_ranges inner = *ranges;
    uint64_t total, done = 0;
    unsigned int i, j, each, rest, nr = 0;

    /* Firmware works at the edges of what it calls conventional memory. */
    bootscrub_ranges_round(&inner, SPACING);
    total = bootscrub_ranges_bytes(&inner) / SPACING;

    each = inner.nr <= BOOTSCRUB_MAX_MARKERS;
    rest = BOOTSCRUB_MAX_MARKERS - each * inner.nr;

    for ( i = 0; i < inner.nr; i++ )
    {
        uint64_t start = inner.r[i].start, len = inner.r[i].end - start;
        uint64_t slots = len / SPACING;
        uint64_t share = each + rest * (done + slots) / total -
                         rest * done / total;

        done += slots;
        if ( share > slots )
            share = slots;

        /* Off superpage boundaries, where firmware likes to allocate. */
        for ( j = 0; j < share; j++ )
            place[nr++] = ((start + len / share * j + len / share / 2) &
                           ~(SUPERPAGE - 1)) + OFFSET;
    }

    return nr;
}

/* The node that @addr is on, or @nr_nodes if that is not certain. */
static unsigned int __init node_of(uint64_t addr,
                                   const struct bootscrub_range *node,
                                   unsigned int nr_nodes)
{
    unsigned int i, found = nr_nodes;

    for ( i = 0; i < nr_nodes; i++ )
    {
        if ( addr < node[i].start || addr >= node[i].end )
            continue;

        if ( found != nr_nodes )
            return nr_nodes;

        found = i;
    }

    return found;
}

bool __init bootscrub_nodes_marked(const struct bootscrub_ranges *ranges,
                                   const struct bootscrub_range *node,
                                   unsigned int nr_nodes,
                                   const uint64_t *marker, const bool *good,
                                   unsigned int nr_markers)
{
    unsigned int i, j;

    for ( i = 0; i < nr_nodes; i++ )
    {
        struct bootscrub_ranges elsewhere = *ranges;

        bootscrub_ranges_remove(&elsewhere, node[i].start, node[i].end);
        if ( bootscrub_ranges_bytes(&elsewhere) ==
             bootscrub_ranges_bytes(ranges) )
            continue;

        for ( j = 0; j < nr_markers; j++ )
            if ( good[j] && node_of(marker[j], node, nr_nodes) == i )
                break;

        if ( j == nr_markers )
            return false;
    }

    return true;
}
