/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ranges.c against a plain array of booleans, one per address, under random
 * operations; then the far ends of the address space by hand.
 */

#include "harness.h"
#include "shim.h"
#include "show-ranges.h"

#include <xen/lib/bootscrub/ranges.h>

#include <inttypes.h>
#include <stdio.h>

#define SEED  0x72616e676573ULL
#define STEPS 50000
#define SPACE 1024

/* The reference.  Addresses below @size only. */
struct bitmap {
    unsigned int size;
    bool in[SPACE];
};

static void fill(struct bitmap *b, uint64_t start, uint64_t end, bool value)
{
    for ( ; start < end && start < b->size; start++ )
        b->in[start] = value;
}

/* Keep of each run what consists of whole units of @align. */
static void round_bitmap(struct bitmap *b, uint64_t align)
{
    uint64_t unit, i;

    for ( unit = 0; unit < b->size; unit += align )
    {
        bool whole = true;

        for ( i = unit; i < unit + align; i++ )
            whole &= i < b->size && b->in[i];

        fill(b, unit, unit + align, whole);
    }
}

static bool well_formed(const struct bootscrub_ranges *rs)
{
    unsigned int i;

    for ( i = 0; i < rs->nr; i++ )
        if ( rs->r[i].start >= rs->r[i].end ||
             (i && rs->r[i].start <= rs->r[i - 1].end) )
            return false;

    return rs->nr <= BOOTSCRUB_MAX_RANGES;
}

static void to_bitmap(const struct bootscrub_ranges *rs, struct bitmap *b)
{
    unsigned int i;

    memset(b->in, 0, sizeof(b->in));
    for ( i = 0; i < rs->nr; i++ )
        fill(b, rs->r[i].start, rs->r[i].end, true);
}

static uint64_t below(uint64_t *state, uint64_t limit)
{
    return pseudo_random(state) % limit;
}

/* One random operation, done to both. */
static void step(struct bootscrub_ranges *rs, struct bitmap *b,
                 uint64_t *state, unsigned int longest)
{
    struct bootscrub_ranges with = {};
    struct bitmap other = { .size = b->size };
    uint64_t start = below(state, b->size);
    uint64_t end = start + below(state, longest), align;
    unsigned int i;

    if ( end > b->size )
        end = b->size;

    /* Rounding and intersecting leave little: seldom, so that sets grow. */
    switch ( below(state, 256) )
    {
    default:
        bootscrub_ranges_add(rs, start, end);
        fill(b, start, end, true);
        break;

    case 0 ... 119:
        bootscrub_ranges_remove(rs, start, end);
        fill(b, start, end, false);
        break;

    case 120:
        align = 1ULL << below(state, 4);
        bootscrub_ranges_round(rs, align);
        round_bitmap(b, align);
        break;

    case 121:
        for ( i = 0; i < 8; i++ )
        {
            start = below(state, b->size);
            end = start + below(state, b->size - start);
            bootscrub_ranges_add(&with, start, end);
            fill(&other, start, end, true);
        }
        bootscrub_ranges_intersect(rs, &with);
        for ( i = 0; i < b->size; i++ )
            b->in[i] &= other.in[i];
        break;
    }
}

/* find() at every address, with a random limit. */
static bool found_right(const struct bootscrub_ranges *rs,
                        const struct bitmap *b, uint64_t *state)
{
    uint64_t addr, change, limit, end;

    for ( addr = 0; addr < b->size; addr++ )
    {
        for ( change = addr; change < b->size; change++ )
            if ( b->in[change] != b->in[addr] )
                break;

        /* Outside, the answer never changes behind the last range. */
        if ( change == b->size && !b->in[addr] )
            change = ~0ULL;

        limit = end = addr + 1 + below(state, 2 * b->size);
        if ( bootscrub_ranges_find(rs, addr, &end) != b->in[addr] ||
             end != (limit < change ? limit : change) )
            return false;
    }

    return true;
}

/* Too small a space for more than MAX_RANGES: the result is exact. */
static void test_exact(void)
{
    struct bootscrub_ranges rs = {};
    struct bitmap want = { .size = 2 * BOOTSCRUB_MAX_RANGES - 2 };
    struct bitmap got = want;
    uint64_t state = SEED, bytes, i;
    unsigned int steps, bad_form = 0, differ = 0;
    unsigned int bad_bytes = 0, bad_find = 0;

    for ( steps = 0; steps < STEPS; steps++ )
    {
        step(&rs, &want, &state, 8);
        to_bitmap(&rs, &got);

        for ( bytes = i = 0; i < want.size; i++ )
            bytes += want.in[i];

        bad_form += !well_formed(&rs);
        differ += !!memcmp(want.in, got.in, sizeof(got.in));
        bad_bytes += bootscrub_ranges_bytes(&rs) != bytes;
        if ( steps % 16 == 0 )
            bad_find += !found_right(&rs, &want, &state);
    }

    expect_num(0, bad_form, "ranges: random: not sorted and apart");
    expect_num(0, differ, "ranges: random: not as the reference");
    expect_num(0, bad_bytes, "ranges: random: wrong size");
    expect_num(0, bad_find, "ranges: random: wrong answer or end of run");
}

/* More pieces than fit: what is kept is never more than the exact result. */
static void test_overflow(void)
{
    struct bootscrub_ranges rs = {};
    struct bitmap exact = { .size = SPACE }, got = exact;
    uint64_t state = SEED + 1;
    unsigned int steps, i, bad_form = 0, gained = 0, full = 0, lost = 0;

    for ( steps = 0; steps < STEPS; steps++ )
    {
        bool more = false, less = false;

        step(&rs, &exact, &state, 6);
        to_bitmap(&rs, &got);

        for ( i = 0; i < SPACE; i++ )
        {
            more |= got.in[i] && !exact.in[i];
            less |= exact.in[i] && !got.in[i];
        }

        bad_form += !well_formed(&rs);
        gained += more;
        lost += less;
        full += rs.nr == BOOTSCRUB_MAX_RANGES;
    }

    expect_num(0, bad_form, "ranges: overflow: not sorted and apart");
    expect_num(0, gained, "ranges: overflow: more than the reference");
    expect_num(true, full > 100 && lost > 100,
               "ranges: overflow: was reached");
}

#define TOP (~0ULL)

static void test_edges(void)
{
    struct bootscrub_ranges rs = {}, with = {};
    uint64_t end;

    bootscrub_ranges_add(&rs, 5, 5);
    bootscrub_ranges_add(&rs, 9, 3);
    expect_str("", show_ranges(&rs), "ranges: nothing added");

    bootscrub_ranges_add(&rs, 0x10, 0x20);
    bootscrub_ranges_add(&rs, 0x30, 0x40);
    bootscrub_ranges_add(&rs, 0x20, 0x30);
    expect_str("10-40", show_ranges(&rs), "ranges: a gap filled exactly");

    bootscrub_ranges_remove(&rs, 0x30, 0x20);
    bootscrub_ranges_remove(&rs, 0x20, 0x20);
    expect_str("10-40", show_ranges(&rs), "ranges: nothing removed");

    bootscrub_ranges_remove(&rs, 0, 0x10);
    bootscrub_ranges_remove(&rs, 0x40, TOP);
    expect_str("10-40", show_ranges(&rs), "ranges: neighbours removed");

    bootscrub_ranges_add(&rs, TOP - 0x1000, TOP);
    expect_str("10-40 ffffffffffffefff-ffffffffffffffff", show_ranges(&rs),
               "ranges: up to the last address");

    bootscrub_ranges_remove(&rs, 0, TOP - 16);
    bootscrub_ranges_round(&rs, 0x1000);
    expect_str("", show_ranges(&rs), "ranges: rounding up does not wrap");

    bootscrub_ranges_add(&rs, 0, TOP);
    expect_num(TOP, bootscrub_ranges_bytes(&rs), "ranges: size of everything");
    bootscrub_ranges_intersect(&rs, &with);
    expect_str("", show_ranges(&rs), "ranges: intersection with nothing");

    end = 0x1000;
    expect_num(false, bootscrub_ranges_find(&rs, 0, &end),
               "ranges: find in nothing");
    expect_num(0x1000, end, "ranges: find in nothing: end");

    bootscrub_ranges_add(&rs, 0, TOP);
    bootscrub_ranges_add(&with, 0x1000, 0x3000);
    bootscrub_ranges_add(&with, 0x5000, TOP);
    bootscrub_ranges_intersect(&rs, &with);
    expect_str("1000-3000 5000-ffffffffffffffff", show_ranges(&rs),
               "ranges: intersection of everything");
}

/* A full array gives up its smallest range, in whatever order they come. */
static void test_full(void)
{
    struct bootscrub_ranges rs = {};
    uint64_t i;

    for ( i = 0; i < BOOTSCRUB_MAX_RANGES + 1; i++ )
        bootscrub_ranges_add(&rs, i * 10, i * 10 + 5);
    expect_num(BOOTSCRUB_MAX_RANGES, rs.nr, "ranges: full: number");
    expect_num(BOOTSCRUB_MAX_RANGES * 5, bootscrub_ranges_bytes(&rs),
               "ranges: full: one of equal ones is lost");

    bootscrub_ranges_remove(&rs, 11, 12);
    expect_num(BOOTSCRUB_MAX_RANGES * 5 - 2, bootscrub_ranges_bytes(&rs),
               "ranges: full: of a split range the smaller half is lost");
    expect_num(true, bootscrub_ranges_outside(&rs, 10, 12),
               "ranges: full: the smaller half is outside");
    expect_num(false, bootscrub_ranges_outside(&rs, 12, 15),
               "ranges: full: the larger half is not");

    bootscrub_ranges_add(&rs, 20, 30);
    expect_num(BOOTSCRUB_MAX_RANGES * 5 - 2 + 5, bootscrub_ranges_bytes(&rs),
               "ranges: full: what merges still fits");
    expect_num(BOOTSCRUB_MAX_RANGES - 1, rs.nr, "ranges: full: room again");
}

#define PIECES (2 * BOOTSCRUB_MAX_RANGES)

/* The largest half of @PIECES pieces stays: ascending, descending, mixed. */
static void test_order(void)
{
    unsigned int step[] = { 1, PIECES - 1, 37 }, i, j, at;

    for ( i = 0; i < ARRAY_SIZE(step); i++ )
    {
        struct bootscrub_ranges rs = {};
        unsigned int small = 0;

        for ( at = j = 0; j < PIECES; j++, at = (at + step[i]) % PIECES )
            bootscrub_ranges_add(&rs, at * 1000, at * 1000 + 1 + at * 7 % 128);
        for ( j = 0; j < rs.nr; j++ )
            small += rs.r[j].end - rs.r[j].start <= BOOTSCRUB_MAX_RANGES;
        expect_num(BOOTSCRUB_MAX_RANGES, rs.nr, "ranges: order %u: full", i);
        expect_num(0, small, "ranges: order %u: small ones that stayed", i);
    }
}

static void test_outside(void)
{
    struct bootscrub_ranges rs = {};

    expect_num(true, bootscrub_ranges_outside(&rs, 0, ~0ULL),
               "ranges: all is outside of nothing");
    bootscrub_ranges_add(&rs, 0x1000, 0x2000);
    expect_num(true, bootscrub_ranges_outside(&rs, 0, 0x1000),
               "ranges: outside, before");
    expect_num(true, bootscrub_ranges_outside(&rs, 0x2000, 0x3000),
               "ranges: outside, behind");
    expect_num(false, bootscrub_ranges_outside(&rs, 0xfff, 0x1001),
               "ranges: not outside, by one byte");
    expect_num(false, bootscrub_ranges_outside(&rs, 0, ~0ULL),
               "ranges: not outside, around");
}

static void test_ranges(void)
{
    printf("# ranges: seed %#llx\n", SEED);
    test_exact();
    test_overflow();
    test_edges();
    test_full();
    test_order();
    test_outside();
}
UNIT_TESTS(test_ranges)
