/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * marker.c: is a marker told from noise, and from all else that can be in
 * memory, and do markers lie where they should?  A change of key is done with
 * real AES-XTS.  Whether a real machine keeps the page is not tested here.
 */

#include "harness.h"
#include "keys.h"
#include "shim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE   BOOTSCRUB_MARKER_SIZE
#define BLOCK  16
#define BLOCKS (PAGE / BLOCK)
#define NR     BOOTSCRUB_MAX_MARKERS
#define MiB    (1ULL << 20)
#define GiB    (1ULL << 30)

static uint64_t rng_state = 0x6d61726b6572ULL;

/* A machine's markers: pages, where they are, and what they are taken for. */
static uint8_t pages[NR][PAGE];
static uint64_t addrs[NR];
static enum bootscrub_marker classes[NR];

static void plant(void)
{
    unsigned int i;

    for ( i = 0; i < NR; i++ )
    {
        addrs[i] = 4 * GiB + i * 7 * GiB + 0x215b000;
        bootscrub_marker_fill(pages[i], addrs[i]);
    }
}

static void classify(unsigned int nr)
{
    const void *page[NR];
    unsigned int i;

    for ( i = 0; i < nr; i++ )
        page[i] = pages[i];

    bootscrub_markers_classify(page, addrs, nr, classes);
}

/* How many of all are taken for @class? */
static unsigned int count(enum bootscrub_marker class)
{
    unsigned int i, nr = 0;

    classify(NR);
    for ( i = 0; i < NR; i++ )
        nr += classes[i] == class;

    return nr;
}

static void expect_all(enum bootscrub_marker class, const char *what)
{
    expect_num(NR, count(class), "marker: %s: all %s", what,
               class == BOOTSCRUB_MARKER_READABLE ? "readable" :
               class == BOOTSCRUB_MARKER_NOISE ? "noise" :
               class == BOOTSCRUB_MARKER_CLEARED ? "cleared" : "overwritten");
}

static void test_fill(void)
{
    const uint8_t *all = (const uint8_t *)pages;
    uint8_t page[PAGE + BLOCK], again[PAGE];
    unsigned int i, j, equal = 0;

    memset(page, 0x5a, sizeof(page));
    bootscrub_marker_fill(page, 0x12345b000);
    for ( i = PAGE; i < sizeof(page); i++ )
        equal += page[i] == 0x5a;
    expect_num(BLOCK, equal, "marker: nothing behind the page is touched");
    expect_num(true, bootscrub_marker_intact(page, 0x12345b000),
               "marker: intact as planted");
    expect_num(false, bootscrub_marker_intact(page, 0x12345c000),
               "marker: not intact at another address");

    for ( i = 0; i < PAGE; i += 97 )
    {
        memcpy(again, page, PAGE);
        again[i] ^= 1U << i % 8;
        if ( bootscrub_marker_intact(again, 0x12345b000) )
            break;
    }
    expect_num(true, i >= PAGE, "marker: one flipped bit: not intact");

    /* No two blocks of any two of them are the same. */
    plant();
    for ( equal = i = 0; i < NR * BLOCKS; i++ )
        for ( j = 0; j < i; j++ )
            equal += !memcmp(all + i * BLOCK, all + j * BLOCK, BLOCK);
    expect_num(0, equal, "marker: equal blocks of %u markers", NR);
}

static void test_kept(void)
{
    uint8_t page[PAGE];
    unsigned int i;

    plant();
    expect_all(BOOTSCRUB_MARKER_READABLE, "the key was kept");

    /* DIMMs, or the address map, exchanged: each holds another one's. */
    memcpy(page, pages[0], PAGE);
    for ( i = 0; i + 1 < NR; i++ )
        memcpy(pages[i], pages[i + 1], PAGE);
    memcpy(pages[NR - 1], page, PAGE);
    expect_all(BOOTSCRUB_MARKER_READABLE, "all moved by one");

    /* Firmware left one block of each. */
    plant();
    for ( i = 0; i < NR; i++ )
    {
        memcpy(page, pages[i] + 240 * BLOCK, BLOCK);
        memset(pages[i], 0x33, PAGE);
        memcpy(pages[i] + 16 * i * BLOCK, page, BLOCK);
    }
    expect_all(BOOTSCRUB_MARKER_READABLE, "one block left, not in its place");
}

/* All pages read under a key other than that they were written with. */
static void change_keys(unsigned int bits, uint64_t from, uint64_t to)
{
    unsigned int i;

    for ( i = 0; i < NR; i++ )
        change_key(pages[i], addrs[i], bits, from, to);
}

#define KEYS 10000

static void test_new_key(void)
{
    unsigned int i, wrong = 0;

    for ( i = 0; i < KEYS; i++ )
    {
        /* One marker by itself; every sixteenth time, all of them. */
        if ( i % NR == 0 )
        {
            plant();
            change_keys(i & NR ? 256 : 128, i, i + 1);
            wrong += count(BOOTSCRUB_MARKER_NOISE) != NR;
            continue;
        }
        bootscrub_marker_fill(pages[0], addrs[0]);
        change_key(pages[0], addrs[0], i & 1 ? 256 : 128, i, ~(uint64_t)i);
        classify(1);
        wrong += classes[0] != BOOTSCRUB_MARKER_NOISE;
    }
    expect_num(0, wrong, "marker: %u new keys, some not noise", KEYS);

    /* TME that was switched on, or off. */
    plant();
    for ( i = 0; i < NR; i++ )
        decrypt_page(pages[i], addrs[i], 128, 5);
    expect_all(BOOTSCRUB_MARKER_NOISE, "planted raw, read through a key");
    plant();
    for ( i = 0; i < NR; i++ )
        encrypt_page(pages[i], addrs[i], 128, 5);
    expect_all(BOOTSCRUB_MARKER_NOISE, "planted under a key, read raw");
}

/*
 * A share of @percent of the cells lose their charge: they read as 0 or 1,
 * whichever their row decays to, so half of them change.
 */
static void lose_cells(uint8_t *page, double percent, uint64_t *state)
{
    unsigned int i;

    for ( i = 0; i < 8 * PAGE; i++ )
        if ( (pseudo_random(state) >> 32) / 4294967296.0 * 100 < percent )
        {
            page[i / 8] &= ~(1U << i % 8);
            page[i / 8] |= (pseudo_random(state) >> 40 & 1) << i % 8;
        }
}

static void test_lost_cells(void)
{
    unsigned int percent, i, j, readable;

    for ( percent = 1; percent <= 30; percent++ )
    {
        plant();
        for ( i = 0; i < NR; i++ )
            lose_cells(pages[i], percent, &rng_state);
        expect_num(NR, count(BOOTSCRUB_MARKER_READABLE),
                   "marker: %u %% of the cells lost, no encryption", percent);
    }

    /*
     * Under a key one bit destroys its block.  At 5 % 2.5 % of the bits
     * change, and a block survives with 0.975^128 = 0.039: of 256, ten do.
     */
    for ( percent = 1; percent <= 5; percent++ )
    {
        for ( readable = j = 0; j < 20; j++ )
        {
            plant();
            for ( i = 0; i < NR; i++ )
            {
                encrypt_page(pages[i], addrs[i], 128, 7);
                lose_cells(pages[i], percent, &rng_state);
                decrypt_page(pages[i], addrs[i], 128, 7);
            }
            readable += count(BOOTSCRUB_MARKER_READABLE);
        }
        expect_num(20 * NR, readable,
                   "marker: %u %% of the cells lost, key kept", percent);
    }
}

/* XOR with a stream that repeats after @period, the same in every 2 MiB. */
static void scramble(unsigned int period, double lost)
{
    uint8_t stream[PAGE];
    unsigned int i, j;

    for ( i = 0; i < PAGE; i++ )
        stream[i] = i < period ? pseudo_random(&rng_state) >> 32
                               : stream[i - period];
    for ( i = 0; i < NR; i++ )
    {
        for ( j = 0; j < PAGE; j++ )
            pages[i][j] ^= stream[j];
        lose_cells(pages[i], lost, &rng_state);
    }
}

static void test_scramblers(void)
{
    static const unsigned int periods[] = { 1, 8, 64, 256, 2048, 4096 };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(periods); i++ )
    {
        plant();
        scramble(periods[i], 0);
        expect_num(NR, count(BOOTSCRUB_MARKER_READABLE),
                   "marker: scrambled, period %u", periods[i]);
        plant();
        scramble(periods[i], 3);
        expect_num(NR, count(BOOTSCRUB_MARKER_READABLE),
                   "marker: scrambled, period %u, and 3 %% of the cells lost",
                   periods[i]);
    }

    plant();
    scramble(64, 0);
    expect_num(NR, count(BOOTSCRUB_MARKER_READABLE), "marker: scrambled");
    classify(1);
    expect_num(BOOTSCRUB_MARKER_READABLE, classes[0],
               "marker: a scrambled one by itself");

    plant();
    for ( i = 0; i < NR; i++ )
        memset(pages[i], 0, PAGE);
    scramble(4096, 0);
    expect_num(0, count(BOOTSCRUB_MARKER_NOISE),
               "marker: zeros under a new scrambler's stream, noise");
}

/* What @fill makes of each page. */
static void expect_filled(void (*fill)(uint8_t *page, unsigned int i),
                          enum bootscrub_marker class, const char *what)
{
    unsigned int i;

    plant();
    for ( i = 0; i < NR; i++ )
        fill(pages[i], i);
    expect_all(class, what);
}

static void fill_zero(uint8_t *page, unsigned int i)
{
    memset(page, i & 0, PAGE);
}

static void fill_ff(uint8_t *page, unsigned int i)
{
    memset(page, 0xff | i, PAGE);
}

static void fill_af(uint8_t *page, unsigned int i)
{
    memset(page, 0xaf | (i & 0), PAGE);
}

static void fill_inverted(uint8_t *page, unsigned int i)
{
    for ( i = 0; i < PAGE; i++ )
        page[i] = ~page[i];
}

static void fill_one_bit(uint8_t *page, unsigned int i)
{
    memset(page, 0, PAGE);
    page[i * 100] = 1;
}

static void fill_addresses(uint8_t *page, unsigned int i)
{
    uint64_t *p = (void *)page, j;

    for ( j = 0; j < PAGE / 8; j++ )
        p[j] = addrs[i] + 8 * j;
}

static void fill_walking(uint8_t *page, unsigned int i)
{
    uint64_t *p = (void *)page;
    unsigned int j;

    for ( j = 0; j < PAGE / 8; j++ )
        p[j] = 1ULL << (i + j) % 64;
}

/* A memory test's pseudo-random pattern, the same everywhere. */
static void fill_pattern(uint8_t *page, unsigned int i)
{
    uint64_t lfsr = 0x1d872b41;

    for ( i = 0; i < PAGE; i++ )
        page[i] = pseudo_random(&lfsr) >> 32;
}

/* The same, going on from page to page, but one word in common. */
static void fill_long_pattern(uint8_t *page, unsigned int i)
{
    static uint64_t lfsr = 0x1d872b41;

    for ( i = 0; i < PAGE; i++ )
        page[i] = pseudo_random(&lfsr) >> 32;
    memcpy(page + 800, "the same", 8);
}

static void fill_text(uint8_t *page, unsigned int i)
{
    char line[64];
    unsigned int at, len;

    for ( at = 0; at < PAGE; at += len )
    {
        len = snprintf(line, sizeof(line), "%u: %s %u\n", at + i,
                       at % 3 ? "kernel: a line of a log" : "another", i);
        if ( len > PAGE - at )
            len = PAGE - at;
        memcpy(page + at, line, len);
    }
}

static void fill_code(uint8_t *page, unsigned int i)
{
    memcpy(page, (const uint8_t *)(uintptr_t)bootscrub_markers_classify -
                 16 * i, PAGE);
}

static void fill_page_table(uint8_t *page, unsigned int i)
{
    uint64_t *p = (void *)page, j;

    for ( j = 0; j < PAGE / 8; j++ )
        p[j] = (i * 512 + j) << 12 | 0x8000000000000063ULL;
}

static void fill_ascending(uint8_t *page, unsigned int i)
{
    uint16_t *p = (void *)page;
    unsigned int j;

    for ( j = 0; j < PAGE / 2; j++ )
        p[j] = i * (PAGE / 2) + j;
}

/*
 * Compressed or encrypted data of other software look like noise, and are
 * taken for it.  That is why noise counts only if nothing else ran in between
 * and, on AMD, only in most of a node's markers.
 */
static void fill_compressed(uint8_t *page, unsigned int i)
{
    memset(page, 0, PAGE);
    encrypt_page(page, i * PAGE, 128, 0x7a69706dULL);
}

static void fill_nearly_compressed(uint8_t *page, unsigned int i)
{
    fill_compressed(page, i);
    memset(page + 128, 0, 128);
}

static void fill_sparse(uint8_t *page, unsigned int i)
{
    fill_compressed(page, i);
    for ( i = 0; i < PAGE; i++ )
        page[i] &= 0xee;
}

static void test_other_contents(void)
{
    expect_filled(fill_zero, BOOTSCRUB_MARKER_CLEARED, "zeros");
    expect_filled(fill_ff, BOOTSCRUB_MARKER_OVERWRITTEN, "0xff");
    expect_filled(fill_af, BOOTSCRUB_MARKER_OVERWRITTEN, "0xaf");
    expect_filled(fill_one_bit, BOOTSCRUB_MARKER_OVERWRITTEN, "one bit");
    expect_filled(fill_inverted, BOOTSCRUB_MARKER_READABLE, "inverted");
    expect_filled(fill_addresses, BOOTSCRUB_MARKER_OVERWRITTEN, "addresses");
    expect_filled(fill_walking, BOOTSCRUB_MARKER_OVERWRITTEN, "walking ones");
    expect_filled(fill_pattern, BOOTSCRUB_MARKER_OVERWRITTEN, "one pattern");
    expect_filled(fill_long_pattern, BOOTSCRUB_MARKER_OVERWRITTEN,
                  "random, but for a word in common");
    expect_filled(fill_text, BOOTSCRUB_MARKER_OVERWRITTEN, "text");
    expect_filled(fill_code, BOOTSCRUB_MARKER_OVERWRITTEN, "code");
    expect_filled(fill_page_table, BOOTSCRUB_MARKER_OVERWRITTEN,
                  "page tables");
    expect_filled(fill_ascending, BOOTSCRUB_MARKER_OVERWRITTEN, "numbers");
    expect_filled(fill_compressed, BOOTSCRUB_MARKER_NOISE, "compressed data");
    expect_filled(fill_nearly_compressed, BOOTSCRUB_MARKER_OVERWRITTEN,
                  "compressed data with a hole");
    expect_filled(fill_sparse, BOOTSCRUB_MARKER_OVERWRITTEN,
                  "random, but too few ones");
}

/* One page must not speak for another. */
static void test_mixed(void)
{
    const void *page[3] = { NULL, pages[1], pages[2] };

    plant();
    fill_zero(pages[0], 0);
    fill_af(pages[1], 0);
    change_key(pages[2], addrs[2], 128, 1, 2);
    classify(4);
    expect_num(BOOTSCRUB_MARKER_CLEARED, classes[0], "marker: mixed: cleared");
    expect_num(BOOTSCRUB_MARKER_OVERWRITTEN, classes[1],
               "marker: mixed: overwritten");
    expect_num(BOOTSCRUB_MARKER_NOISE, classes[2], "marker: mixed: noise");
    expect_num(BOOTSCRUB_MARKER_READABLE, classes[3], "marker: mixed: kept");

    bootscrub_markers_classify(page, addrs, 3, classes);
    expect_num(BOOTSCRUB_MARKER_OVERWRITTEN, classes[0],
               "marker: one that must not be looked at");
    expect_num(BOOTSCRUB_MARKER_NOISE, classes[2],
               "marker: one beside it");

    /* The same data copied to two markers: neither noise, nor readable. */
    plant();
    fill_compressed(pages[0], 3);
    memcpy(pages[1], pages[0], PAGE);
    classify(2);
    expect_num(BOOTSCRUB_MARKER_OVERWRITTEN, classes[0],
               "marker: one buffer in two markers");
}

/*
 * One word of a stream that is the same in two places, first and last ones
 * too, in a page or in two, is enough: the smallest sign of a scrambler.
 */
static void try_one_word(uint64_t stream)
{
    static const unsigned int words[] = { 0, 1, 200, PAGE / 8 - 1 };
    uint64_t planted[PAGE / 8];
    unsigned int i, j, k;

    for ( i = 0; i < ARRAY_SIZE(words); i++ )
        for ( j = 0; j < ARRAY_SIZE(words); j++ )
        {
            plant();
            change_keys(128, 1, 2);
            for ( k = 0; k <= (i == j); k++ )
            {
                uint64_t *word = (uint64_t *)pages[k];

                bootscrub_marker_fill(planted, addrs[k]);
                word[words[i]] = planted[words[i]] ^ stream;
                word[words[j]] = planted[words[j]] ^ stream;
            }
            classify(2);
            expect_num(BOOTSCRUB_MARKER_READABLE, classes[0],
                       "marker: one word of %#" PRIx64 ", %u and %u", stream,
                       words[i], words[j]);
            expect_num(i == j ? BOOTSCRUB_MARKER_READABLE
                              : BOOTSCRUB_MARKER_NOISE, classes[1],
                       "marker: one word of %#" PRIx64 ", %u and %u: the "
                       "other page", stream, words[i], words[j]);
        }
}

static void test_one_word(void)
{
    try_one_word(0x123456789abcdefULL);
    /* Words that came through as they were. */
    try_one_word(0);
}

/*
 * Any two of all markers have something in common, and all others are noise
 * or, one of them, not to be looked at.
 */
static void expect_two(bool stream, enum bootscrub_marker want)
{
    static uint8_t noise[NR][PAGE];
    unsigned int i, j, k, refused, wrong = 0;

    plant();
    change_keys(128, 1, 2);
    memcpy(noise, pages, sizeof(noise));

    for ( i = 1; i < NR; i++ )
        for ( j = 0; j < i; j++ )
            for ( refused = 0; refused < NR; refused += NR / 2 - 1 )
            {
                const void *page[NR];

                memcpy(pages, noise, sizeof(pages));
                for ( k = 0; k < NR; k++ )
                    page[k] = k == refused && k != i && k != j ? NULL
                                                               : pages[k];

                if ( !stream )
                    memcpy(pages[i], noise[j], PAGE);
                else
                {
                    bootscrub_marker_fill(pages[i], addrs[i]);
                    bootscrub_marker_fill(pages[j], addrs[j]);
                    for ( k = 0; k < PAGE; k++ )
                    {
                        pages[i][k] ^= noise[0][k];
                        pages[j][k] ^= noise[0][k];
                    }
                }

                bootscrub_markers_classify(page, addrs, NR, classes);
                for ( k = 0; k < NR; k++ )
                    wrong += classes[k] !=
                             (k == i || k == j ? want :
                              page[k] ? BOOTSCRUB_MARKER_NOISE
                                      : BOOTSCRUB_MARKER_OVERWRITTEN);
            }

    expect_num(0, wrong, "marker: any two of %u with the same %s", NR,
               stream ? "stream" : "contents");
}

/* The most that are taken at once, of which two each are the same. */
static void test_most(void)
{
    enum bootscrub_marker class[2 * NR];
    const void *page[2 * NR];
    uint64_t addr[2 * NR];
    unsigned int i, wrong = 0;

    plant();
    change_keys(128, 1, 2);
    for ( i = 0; i < 2 * NR; i++ )
    {
        page[i] = pages[i % NR];
        addr[i] = addrs[i % NR];
    }
    bootscrub_markers_classify(page, addr, 2 * NR, class);
    for ( i = 0; i < 2 * NR; i++ )
        wrong += class[i] != BOOTSCRUB_MARKER_READABLE;
    expect_num(0, wrong, "marker: %u pages, each of them twice", 2 * NR);
}

static void test_any_two(void)
{
    expect_two(true, BOOTSCRUB_MARKER_READABLE);
    expect_two(false, BOOTSCRUB_MARKER_OVERWRITTEN);
}

/* What is all but noise, in one page by itself. */
static void test_nearly_noise(void)
{
    static const unsigned int blocks[] = { 0, 100, PAGE / 16 - 1 };
    uint64_t noise[PAGE / 8], other[PAGE / 8], *page = (uint64_t *)pages[0];
    unsigned int i;

    plant();
    change_keys(128, 1, 2);
    memcpy(noise, pages[0], PAGE);

    memcpy(page + PAGE / 16, noise, PAGE / 2);
    classify(1);
    expect_num(BOOTSCRUB_MARKER_OVERWRITTEN, classes[0],
               "marker: noise with a period of half a page");

    memcpy(page, noise, PAGE);
    page[1] = page[PAGE / 8 - 1] = 0;
    classify(1);
    expect_num(BOOTSCRUB_MARKER_OVERWRITTEN, classes[0],
               "marker: noise with two words of zeros");

    memset(page, 0, PAGE);
    page[PAGE / 8 - 1] = noise[0];
    classify(1);
    expect_num(BOOTSCRUB_MARKER_OVERWRITTEN, classes[0],
               "marker: zeros but for the last word");

    /* An eighth of the bits of what is left of it. */
    plant();
    for ( i = 0; i < PAGE / 8; i++ )
        page[i] = ~page[i] ^ (noise[i] & noise[(i + 7) % (PAGE / 8)] &
                              noise[(i + 31) % (PAGE / 8)]);
    classify(1);
    expect_num(BOOTSCRUB_MARKER_OVERWRITTEN, classes[0],
               "marker: inverted, and an eighth of the bits lost");

    /* A block of ours that was moved here. */
    bootscrub_marker_fill(other, addrs[1]);
    for ( i = 0; i < ARRAY_SIZE(blocks); i++ )
    {
        memcpy(page, noise, PAGE);
        memcpy(page + 2 * blocks[i], other + 2 * 5, 16);
        classify(1);
        expect_num(BOOTSCRUB_MARKER_READABLE, classes[0],
                   "marker: another's block as block %u", blocks[i]);
    }
}

static struct bootscrub_ranges ranges;
static uint64_t place[BOOTSCRUB_MAX_MARKERS];

static unsigned int places(unsigned int nr, const uint64_t (*r)[2])
{
    unsigned int i;

    ranges.nr = 0;
    for ( i = 0; i < nr; i++ )
        bootscrub_ranges_add(&ranges, r[i][0], r[i][1]);

    return bootscrub_marker_places(&ranges, place);
}

static unsigned int between(unsigned int nr, uint64_t start, uint64_t end)
{
    unsigned int i, n = 0;

    for ( i = 0; i < nr; i++ )
        n += place[i] >= start && place[i] < end;

    return n;
}

static void check_places(unsigned int nr, const char *what)
{
    unsigned int i, bad = 0;

    for ( i = 0; i < nr; i++ )
    {
        bad += bootscrub_ranges_outside(&ranges, place[i], place[i] + PAGE);
        bad += place[i] % (2 * MiB) != 0x15b000;
        bad += i && place[i] <= place[i - 1];
    }
    expect_num(0, bad, "places: %s: bad ones", what);
}

static void test_places(void)
{
    static const uint64_t one[][2] = { { 4 * GiB, 528 * GiB } };
    static const uint64_t four[][2] = { { 4 * GiB, 522 * GiB } };
    static const uint64_t big[][2] = { { 4 * GiB, 1034 * GiB } };
    static const uint64_t small[][2] = { { 4 * GiB, 5 * GiB } };
    static const uint64_t two[][2] = { { 4 * GiB, 6 * GiB } };
    static const uint64_t tiny[][2] = { { 4 * GiB, 4 * GiB + 64 * MiB } };
    static const uint64_t odd[][2] = { { 4 * GiB + MiB, 4 * GiB + 65 * MiB } };
    static const uint64_t holes[][2] = {
        { 4 * GiB, 64 * GiB }, { 65 * GiB, 66 * GiB },
        { 100 * GiB, 200 * GiB },
    };
    unsigned int i, nr;
    uint64_t again[BOOTSCRUB_MAX_MARKERS];

    nr = places(1, one);
    check_places(nr, "16 and 512 GiB");
    expect_num(16, nr, "places: 16 and 512 GiB");
    expect_num(true, between(nr, 4 * GiB, 16 * GiB) >= 2,
               "places: 16 and 512 GiB: two on the first node");

    nr = places(1, four);
    check_places(nr, "four of 128 and one of 8 GiB");
    expect_num(true, between(nr, 514 * GiB, 522 * GiB) >= 2,
               "places: four of 128 and one of 8 GiB: two on the last");
    for ( i = 0; i < 4; i++ )
        expect_num(true, between(nr, (2 + 128 * i) * GiB,
                                 (2 + 128 * (i + 1)) * GiB) >= 2,
                   "places: four of 128 and one of 8 GiB: two on node %u", i);

    nr = places(1, big);
    check_places(nr, "8 and 1024 GiB");
    expect_num(true, between(nr, 4 * GiB, 8 * GiB) >= 2,
               "places: 8 and 1024 GiB: two on the first");

    nr = places(1, small);
    check_places(nr, "1 GiB");
    expect_num(16, nr, "places: 1 GiB");
    expect_num(8, between(nr, 4 * GiB, 4 * GiB + 512 * MiB),
               "places: 1 GiB: half of them in its first half");
    expect_num(1, places(1, tiny), "places: 64 MiB");
    nr = places(1, two);
    check_places(nr, "2 GiB");
    expect_num(true, nr >= 12, "places: 2 GiB: most of them");
    expect_num(0, places(1, odd), "places: no aligned 64 MiB");
    expect_num(0, places(0, NULL), "places: nothing covered");

    nr = places(3, holes);
    check_places(nr, "three ranges");
    expect_num(true, between(nr, 65 * GiB, 66 * GiB) >= 1,
               "places: three ranges: one in the smallest");

    /* They depend on what is covered, and on nothing else. */
    memcpy(again, place, sizeof(again));
    places(1, tiny);
    expect_num(nr, places(3, holes), "places: as many again");
    expect_num(0, memcmp(again, place, nr * sizeof(*place)),
               "places: the same again");
}

static void test_marker(void)
{
    plant();
    test_fill();
    test_kept();
    test_new_key();
    test_lost_cells();
    test_scramblers();
    test_other_contents();
    test_mixed();
    test_one_word();
    test_any_two();
    test_most();
    test_nearly_noise();
    test_places();
}
UNIT_TESTS(test_marker)
