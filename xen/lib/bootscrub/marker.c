/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Markers: pages with known contents that one session leaves for the next,
 * to see whether what was in memory can still be read.
 *
 * AES-XTS works on 16-byte blocks, each tweaked by its address (Intel, doc.
 * 336907; AMD APM vol. 2, 7.10), so a block that was written under one key
 * reads as noise under another, independently of all others.
 *
 * Contents and places are the same in every session.  So whatever session
 * planted a page, and whatever record led to it, the page tells whether the
 * key was kept since.
 */

#include <xen/lib/bootscrub/marker.h>

#include "private.h"

/* Goes up together with that of the record. */
#define VERSION 2

#define BLOCKS (BOOTSCRUB_MARKER_SIZE / sizeof(struct block))
#define WORDS  (BOOTSCRUB_MARKER_SIZE / sizeof(uint64_t))
#define BITS   (8U * BOOTSCRUB_MARKER_SIZE)
#define SLOTS  (2 * WORDS)

/*
 * Of random data half of the bits are set, and half differ from what was
 * planted, with a standard deviation of sqrt(BITS) / 2 = 90.5.  A page of
 * noise is off by more than 600, 6.6 deviations, once in 3e10 pages, and is
 * then not believed to be noise.  Of plaintext, even if 30 % of the cells
 * lost their charge, 15 % of the bits differ, as half of the cells held what
 * they decay to: 4915 bits, 127 deviations away.
 */
#define TOLERANCE 600

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

/* The second half of a block of ours follows from its first. */
static uint64_t __init mate(uint64_t lo)
{
    return mix(lo ^ (0x9e3779b97f4a7c15ULL + VERSION));
}

/* No two blocks of a machine are the same: addresses have at most 52 bits. */
static struct block __init marker_block(uint64_t addr, unsigned int i)
{
    uint64_t lo = mix((uint64_t)VERSION << 56 |
                      addr / BOOTSCRUB_MARKER_SIZE << 8 | i);

    return (struct block){ lo, mate(lo) };
}

void __init bootscrub_marker_fill(void *page, uint64_t addr)
{
    unsigned int i;

    for ( i = 0; i < BLOCKS; i++ )
    {
        struct block b = marker_block(addr, i);

        memcpy((uint8_t *)page + i * sizeof(b), &b, sizeof(b));
    }
}

static struct block __init read_block(const void *page, unsigned int i)
{
    struct block b;

    memcpy(&b, (const uint8_t *)page + i * sizeof(b), sizeof(b));

    return b;
}

bool __init bootscrub_marker_intact(const void *page, uint64_t addr)
{
    unsigned int i;

    for ( i = 0; i < BLOCKS; i++ )
    {
        struct block want = marker_block(addr, i), b = read_block(page, i);

        if ( b.lo != want.lo || b.hi != want.hi )
            return false;
    }

    return true;
}

/* Adds up the bits of ever larger groups, all groups at once. */
static unsigned int __init count_bits(uint64_t x)
{
    x -= (x >> 1) & 0x5555555555555555ULL;
    x = (x & 0x3333333333333333ULL) + ((x >> 2) & 0x3333333333333333ULL);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fULL;

    return (x * 0x0101010101010101ULL) >> 56;
}

/* Word @i of a page, less (@xor) what was planted there. */
static uint64_t __init read_word(const void *page, uint64_t addr,
                                 unsigned int i, bool xor)
{
    struct block b = read_block(page, i / 2), want = {};

    if ( xor )
        want = marker_block(addr, i / 2);

    return i & 1 ? b.hi ^ want.hi : b.lo ^ want.lo;
}

static bool __init is_half(unsigned int bits)
{
    return bits >= BITS / 2 - TOLERANCE && bits <= BITS / 2 + TOLERANCE;
}

/* How many bits of the page are set or, if @xor, not as they were planted? */
static unsigned int __init page_bits(const void *page, uint64_t addr, bool xor)
{
    unsigned int i, bits = 0;

    for ( i = 0; i < WORDS; i++ )
        bits += count_bits(read_word(page, addr, i, xor));

    return bits;
}

/*
 * Any block of ours, from any session, even if the page moved.  Random data
 * contain one with a probability of 2^-64 for each block.  Where the key was
 * kept but a share p of the bits flipped, a block survives with (1 - p)^128,
 * and one of the 4096 of 16 markers does with 0.997 for p = 5 %, 0.9999999 for
 * 4 %.
 */
static bool __init has_block_of_ours(const void *page)
{
    unsigned int i;

    for ( i = 0; i < BLOCKS; i++ )
    {
        struct block b = read_block(page, i);

        if ( b.hi == mate(b.lo) )
            return true;
    }

    return false;
}

/*
 * Does any word come twice?  In random data two of 512 are the same with a
 * probability of 2^-47.
 */
static bool __init repeats(const void *page, uint64_t addr, bool xor)
{
    uint16_t slot[SLOTS] = {};
    unsigned int i;

    for ( i = 0; i < WORDS; i++ )
    {
        uint64_t word = read_word(page, addr, i, xor);
        unsigned int at = word % SLOTS;

        for ( ; slot[at]; at = (at + 1) % SLOTS )
            if ( read_word(page, addr, slot[at] - 1, xor) == word )
                return true;

        slot[at] = i + 1;
    }

    return false;
}

/*
 * Which pages have a word in common with any other, at the same offset?  Bit i
 * is page i's.  With @xor, of what is left less the planted contents: a stream
 * that memory controllers add to plaintext, instead of encryption, is the same
 * at equal offsets.  For data of any other kind that is a coincidence of 2^-55
 * for each pair of pages.
 */
static unsigned int __init find_alike(const void *const page[],
                                      const uint64_t addr[], unsigned int nr,
                                      bool xor)
{
    uint64_t word[2 * BOOTSCRUB_MAX_MARKERS] = {};
    unsigned int at, i, j, alike = 0;

    for ( at = 0; at < WORDS; at++ )
        for ( i = 0; i < nr; i++ )
        {
            if ( !page[i] )
                continue;

            word[i] = read_word(page[i], addr[i], at, xor);
            for ( j = 0; j < i; j++ )
                if ( page[j] && word[j] == word[i] )
                    alike |= (1U << i) | (1U << j);
        }

    return alike;
}

static bool __init is_clear(const void *page)
{
    unsigned int i;

    for ( i = 0; i < WORDS; i++ )
        if ( read_word(page, 0, i, false) )
            return false;

    return true;
}

/* Is the page like another: what is left of it (@left), or itself (@same)? */
static enum bootscrub_marker __init classify(const void *page, uint64_t addr,
                                             bool left, bool same)
{
    unsigned int changed;

    if ( is_clear(page) )
        return BOOTSCRUB_MARKER_CLEARED;

    changed = page_bits(page, addr, true);

    if ( has_block_of_ours(page) || changed < BITS / 2 - TOLERANCE ||
         repeats(page, addr, true) || left )
        return BOOTSCRUB_MARKER_READABLE;

    if ( is_half(changed) && is_half(page_bits(page, addr, false)) &&
         !repeats(page, addr, false) && !same )
        return BOOTSCRUB_MARKER_NOISE;

    return BOOTSCRUB_MARKER_OVERWRITTEN;
}

void __init bootscrub_markers_classify(const void *const page[],
                                       const uint64_t addr[], unsigned int nr,
                                       enum bootscrub_marker class[])
{
    unsigned int left = find_alike(page, addr, nr, true);
    unsigned int same = find_alike(page, addr, nr, false);
    unsigned int i;

    for ( i = 0; i < nr; i++ )
        class[i] = page[i] ? classify(page[i], addr[i], left & (1U << i),
                                      same & (1U << i))
                           : BOOTSCRUB_MARKER_OVERWRITTEN;
}

/* Places: at most one in so much memory, and where in its 2 MiB it lies. */
#define SPACING   (64ULL << 20)
#define SUPERPAGE (2ULL << 20)
/* Off superpage boundaries, where firmware likes to allocate. */
#define OFFSET    0x15b000ULL

/*
 * The address of slot @slot of all of @inner's slots of SPACING together; it
 * has to be one of them.
 */
static uint64_t __init slot_address(const struct bootscrub_ranges *inner,
                                    uint64_t slot)
{
    unsigned int i;

    for ( i = 0; ; i++ )
    {
        uint64_t start = inner->r[i].start;
        uint64_t slots = (inner->r[i].end - start) / SPACING;

        if ( slot < slots )
            return start + slot * SPACING + SPACING / 2 + OFFSET;

        slot -= slots;
    }
}

/* Enter @addr into the ascending @place, once and if there is room. */
static unsigned int __init insert_place(uint64_t *place, unsigned int nr,
                                        uint64_t addr)
{
    unsigned int i, at = 0;

    while ( at < nr && place[at] < addr )
        at++;

    if ( nr == BOOTSCRUB_MAX_MARKERS || (at < nr && place[at] == addr) )
        return nr;

    for ( i = nr; i > at; i-- )
        place[i] = place[i - 1];
    place[at] = addr;

    return nr + 1;
}

/*
 * Where nodes begin and end is not known here.  The smallest nodes tend to be
 * the first or the last, so four markers go near the ends of memory: two each
 * on a first or last node of 1/256 of it.  Holes in memory are likely borders,
 * so each of the first ranges gets one.  The others go evenly over all ranges
 * together.
 */
unsigned int __init
bootscrub_marker_places(const struct bootscrub_ranges *covered,
                        uint64_t place[BOOTSCRUB_MAX_MARKERS])
{
    struct bootscrub_ranges inner = *covered;
    uint64_t total, last, near, slot = 0;
    unsigned int i, rest, nr = 0;

    bootscrub_ranges_round(&inner, SPACING);
    total = bootscrub_ranges_bytes(&inner) / SPACING;

    if ( total <= BOOTSCRUB_MAX_MARKERS )
    {
        for ( ; slot < total; slot++ )
            nr = insert_place(place, nr, slot_address(&inner, slot));

        return nr;
    }

    last = total - 1;
    nr = insert_place(place, nr, slot_address(&inner, total / 512));
    near = 3 * total / 1024;
    nr = insert_place(place, nr, slot_address(&inner, near));
    nr = insert_place(place, nr, slot_address(&inner, last - near));
    nr = insert_place(place, nr, slot_address(&inner, last - total / 512));

    for ( i = 0; inner.nr > 1 && i < inner.nr &&
                 i < BOOTSCRUB_MAX_MARKERS / 2; i++ )
    {
        uint64_t slots = (inner.r[i].end - inner.r[i].start) / SPACING;

        nr = insert_place(place, nr, slot_address(&inner, slot + slots / 2));
        slot += slots;
    }

    rest = BOOTSCRUB_MAX_MARKERS - nr;
    for ( i = 0; i < rest; i++ )
        nr = insert_place(place, nr, slot_address(
            &inner, total * (2 * i + 1) / (2 * rest)));

    return nr;
}
