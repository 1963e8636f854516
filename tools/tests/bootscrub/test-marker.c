/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * marker.c: is a marker told from noise and from what firmware leaves, and do
 * markers lie where they should?  A change of key is done with real AES-XTS.
 * Whether a real machine keeps the marked page is not tested here.
 */

#include "harness.h"
#include "shim.h"

#include <xen/bootscrub.h>

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE   BOOTSCRUB_MARKER_SIZE
#define BLOCK  16
#define BLOCKS (PAGE / BLOCK)
#define ADDR   0x12345b000ULL
#define MiB    (1ULL << 20)
#define GiB    (1ULL << 30)

static const uint8_t seed[BOOTSCRUB_SEED_SIZE] = "sixteen bytes.";
static const uint8_t other_seed[BOOTSCRUB_SEED_SIZE] = "sixteen bytes!";

static uint64_t rng_state = 0x6d61726b6572ULL;

static void fill_random(uint8_t *page)
{
    unsigned int i;

    for ( i = 0; i < PAGE; i++ )
        page[i] = pseudo_random(&rng_state) >> 32;
}

/* AES-256-XTS with the page's address as tweak; @key tells keys apart. */
static void crypt_page(uint8_t *page, uint64_t addr, uint8_t key, int encrypt)
{
    uint8_t keys[64], tweak[16] = {}, out[PAGE];
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int len, i;

    for ( i = 0; i < 64; i++ )
        keys[i] = key + i;
    memcpy(tweak, &addr, sizeof(addr));

    if ( !ctx ||
         !EVP_CipherInit_ex(ctx, EVP_aes_256_xts(), NULL, keys, tweak,
                            encrypt) ||
         !EVP_CipherUpdate(ctx, out, &len, page, PAGE) || len != PAGE )
        abort();

    EVP_CIPHER_CTX_free(ctx);
    memcpy(page, out, PAGE);
}

static const char *class_of(const void *page, uint64_t addr)
{
    static const char *const names[] = {
        [BOOTSCRUB_MARKER_READABLE] = "readable",
        [BOOTSCRUB_MARKER_NOISE] = "noise",
        [BOOTSCRUB_MARKER_OVERWRITTEN] = "overwritten",
    };

    return names[bootscrub_marker_classify(page, addr, seed)];
}

static void test_fill(void)
{
    uint8_t page[PAGE + BLOCK], again[PAGE];
    unsigned int i, j, equal = 0;

    memset(page, 0x5a, sizeof(page));
    bootscrub_marker_fill(page, ADDR, seed);
    expect_str("readable", class_of(page, ADDR), "marker: as planted");

    for ( i = PAGE; i < sizeof(page); i++ )
        equal += page[i] == 0x5a;
    expect_num(BLOCK, equal, "marker: nothing behind the page touched");

    bootscrub_marker_fill(again, ADDR, seed);
    expect_num(0, memcmp(page, again, PAGE), "marker: planted the same again");

    for ( equal = i = 0; i < BLOCKS; i++ )
        for ( j = 0; j < i; j++ )
            equal += !memcmp(page + i * BLOCK, page + j * BLOCK, BLOCK);
    expect_num(0, equal, "marker: equal blocks");
}

/* Does no block of the one page occur anywhere in the other? */
static bool unlike(const uint8_t *a, const uint8_t *b)
{
    unsigned int i, j;

    for ( i = 0; i < BLOCKS; i++ )
        for ( j = 0; j < BLOCKS; j++ )
            if ( !memcmp(a + i * BLOCK, b + j * BLOCK, BLOCK) )
                return false;

    return true;
}

static void test_distinct(void)
{
    static const uint64_t addrs[] = {
        0, 0x1000, ADDR + 0x1000, ADDR + 2 * MiB, ADDR + 4 * GiB, 1ULL << 51,
    };
    uint8_t page[PAGE], other[PAGE], near_seed[BOOTSCRUB_SEED_SIZE];
    unsigned int i;

    bootscrub_marker_fill(page, ADDR, seed);

    for ( i = 0; i < ARRAY_SIZE(addrs); i++ )
    {
        bootscrub_marker_fill(other, addrs[i], seed);
        expect_num(true, unlike(page, other),
                   "marker: another address, %#llx: other blocks",
                   (unsigned long long)addrs[i]);
        expect_str("noise", class_of(other, ADDR),
                   "marker: marker of another address, %#llx",
                   (unsigned long long)addrs[i]);
    }

    for ( i = 0; i < 8 * BOOTSCRUB_SEED_SIZE; i++ )
    {
        memcpy(near_seed, seed, sizeof(seed));
        near_seed[i / 8] ^= 1U << i % 8;
        bootscrub_marker_fill(other, ADDR, near_seed);
        if ( !unlike(page, other) )
            break;
    }
    expect_num(8 * BOOTSCRUB_SEED_SIZE, i,
               "marker: seeds one bit apart give other blocks");

    bootscrub_marker_fill(other, ADDR, other_seed);
    expect_str("noise", class_of(other, ADDR), "marker: of an older session");
}

static void test_readable(void)
{
    uint8_t page[PAGE], planted[PAGE];
    unsigned int i, readable = 0, random = 0, zero = 0;

    bootscrub_marker_fill(planted, ADDR, seed);

    for ( i = 0; i < BLOCKS; i++ )
    {
        fill_random(page);
        memcpy(page + i * BLOCK, planted + i * BLOCK, BLOCK);
        random += !strcmp("readable", class_of(page, ADDR));

        memset(page, 0, PAGE);
        memcpy(page + i * BLOCK, planted + i * BLOCK, BLOCK);
        zero += !strcmp("readable", class_of(page, ADDR));

        /* Not at its own place: nothing that a kept key would give. */
        fill_random(page);
        memcpy(page + i * BLOCK, planted + (i ^ 1) * BLOCK, BLOCK);
        readable += !strcmp("readable", class_of(page, ADDR));
    }

    expect_num(BLOCKS, random, "marker: readable if any one block survives");
    expect_num(BLOCKS, zero, "marker: readable if all other blocks are zero");
    expect_num(0, readable, "marker: readable if a block is out of place");

    /* Half a block is chance, or decay: no proof that the key was kept. */
    fill_random(page);
    memcpy(page, planted, BLOCK / 2);
    memcpy(page + BLOCK + BLOCK / 2, planted + BLOCK + BLOCK / 2, BLOCK / 2);
    expect_str("noise", class_of(page, ADDR), "marker: halves of blocks");
}

static void test_new_key(void)
{
    uint8_t page[PAGE];
    unsigned int i, noise = 0, kept = 0;

    for ( i = 0; i < 1000; i++ )
    {
        uint64_t addr = ADDR + i * 64 * MiB;

        bootscrub_marker_fill(page, addr, seed);
        crypt_page(page, addr, 1, 1);
        noise += !strcmp("noise", class_of(page, addr));

        crypt_page(page, addr, 2, 0);
        noise += !strcmp("noise", class_of(page, addr));

        crypt_page(page, addr, 2, 1);
        crypt_page(page, addr, 1, 0);
        kept += !strcmp("readable", class_of(page, addr));
    }

    expect_num(2000, noise, "marker: noise in the raw, and under a new key");
    expect_num(1000, kept, "marker: readable under the old key");

    for ( noise = i = 0; i < 1000; i++ )
    {
        fill_random(page);
        noise += !strcmp("noise", class_of(page, ADDR));
    }
    expect_num(1000, noise, "marker: noise if random");
}

static void put64(uint8_t *page, unsigned int i, uint64_t val)
{
    memcpy(page + i * 8, &val, 8);
}

/* What an instruction stream looks like: common opcodes, small operands. */
static void fill_code(uint8_t *page)
{
    static const uint8_t common[] = {
        0x48, 0x89, 0x8b, 0x0f, 0xe8, 0x85, 0x74, 0x75, 0x83, 0xc3, 0x55, 0x5d,
        0x41, 0xff, 0x8d, 0x31, 0xc0, 0xeb, 0x4c, 0x24,
    };
    unsigned int i;

    for ( i = 0; i < PAGE; i++ )
    {
        uint64_t x = pseudo_random(&rng_state) >> 16;

        page[i] = x % 4 ? common[(x >> 8) % sizeof(common)]
                        : (x >> 8) % 8 ? 0 : x >> 16;
    }
}

static void fill_text(uint8_t *page)
{
    unsigned int i;

    for ( i = 0; i < PAGE; i++ )
        page[i] = i % 6 ? 'a' + (pseudo_random(&rng_state) >> 16) % 26 : ' ';
}

static void test_overwritten(void)
{
    static const uint8_t constants[] = { 0x00, 0xff, 0xaf, 0x55, 0xa5, 0x0f };
    uint8_t page[PAGE];
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(constants); i++ )
    {
        memset(page, constants[i], PAGE);
        expect_str("overwritten", class_of(page, ADDR),
                   "marker: all bytes %#x", constants[i]);
    }

    fill_text(page);
    expect_str("overwritten", class_of(page, ADDR), "marker: text");

    fill_code(page);
    expect_str("overwritten", class_of(page, ADDR), "marker: code");

    for ( i = 0; i < PAGE / 8; i++ )
        put64(page, i, 0xffff82d000000000ULL |
                       (pseudo_random(&rng_state) >> 32));
    expect_str("overwritten", class_of(page, ADDR), "marker: pointers");

    for ( i = 0; i < PAGE / 8; i++ )
        put64(page, i, i);
    expect_str("overwritten", class_of(page, ADDR), "marker: small numbers");

    fill_random(page);
    for ( i = 1; i < BLOCKS; i++ )
        memcpy(page + i * BLOCK, page, BLOCK);
    expect_str("overwritten", class_of(page, ADDR), "marker: one block, 256x");

    /* The last two in line, as loops end too early more often than late. */
    fill_random(page);
    memcpy(page + 255 * BLOCK, page + 254 * BLOCK, BLOCK);
    expect_str("overwritten", class_of(page, ADDR),
               "marker: random but for the last two blocks, equal");

    fill_random(page);
    memcpy(page + 255 * BLOCK, page, BLOCK);
    expect_str("overwritten", class_of(page, ADDR),
               "marker: random but for the first and last block, equal");
}

/* A random page with exactly @set of its 32768 bits set. */
static void fill_biased(uint8_t *page, unsigned int set)
{
    unsigned int i, have = 0;

    fill_random(page);
    for ( i = 0; i < PAGE; i++ )
        have += __builtin_popcount(page[i]);

    while ( have != set )
    {
        unsigned int bit = (pseudo_random(&rng_state) >> 16) % (8 * PAGE);
        bool is = page[bit / 8] & (1U << bit % 8);

        if ( is == (have < set) )
            continue;

        page[bit / 8] ^= 1U << bit % 8;
        have += is ? -1 : 1;
    }
}

/* Random data has 16384 +- 90; the limits are 600 away. */
static void test_bias(void)
{
    static const struct {
        unsigned int set;
        const char *class;
    } cases[] = {
        { 0, "overwritten" }, { 12000, "overwritten" },
        { 15783, "overwritten" }, { 15784, "noise" }, { 16384, "noise" },
        { 16984, "noise" }, { 16985, "overwritten" },
        { 20000, "overwritten" },
    };
    uint8_t page[PAGE];
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        fill_biased(page, cases[i].set);
        expect_str(cases[i].class, class_of(page, ADDR),
                   "marker: %u bits set", cases[i].set);
    }
}

/* Memory as machines have it: one range a node, sizes in MiB. */
struct layout {
    const char *machine;
    unsigned int nr_nodes, nr_markers, without; /* nodes without a marker */
    struct {
        uint64_t start, size;
    } node[8];
};

static const struct layout layouts[] = {
    { "1 node, 4 GiB, q35", 1, 16, 0, { { 4096, 2048 } } },
    { "1 node, 64 GiB", 1, 16, 0, { { 4096, 62 << 10 } } },
    { "2 nodes of 128 GiB", 2, 16, 0,
      { { 4096, 126 << 10 }, { 130 << 10, 128 << 10 } } },
    { "2 nodes, far apart", 2, 16, 0,
      { { 4096, 60 << 10 }, { 16 << 20, 64 << 10 } } },
    { "4 nodes of 256 GiB", 4, 16, 0,
      { { 4096, 254 << 10 }, { 258 << 10, 256 << 10 },
        { 514 << 10, 256 << 10 }, { 770 << 10, 256 << 10 } } },
    { "8 nodes of 512 GiB", 8, 16, 0,
      { { 4096, 510 << 10 }, { 514 << 10, 512 << 10 },
        { 1026 << 10, 512 << 10 }, { 1538 << 10, 512 << 10 },
        { 2050 << 10, 512 << 10 }, { 2562 << 10, 512 << 10 },
        { 3074 << 10, 512 << 10 }, { 3586 << 10, 512 << 10 } } },
    { "8 nodes, 512 GiB and 7 of 128 GiB", 8, 16, 0,
      { { 4096, 512 << 10 }, { 516 << 10, 128 << 10 },
        { 644 << 10, 128 << 10 }, { 772 << 10, 128 << 10 },
        { 900 << 10, 128 << 10 }, { 1028 << 10, 128 << 10 },
        { 1156 << 10, 128 << 10 }, { 1284 << 10, 128 << 10 } } },
    { "8 nodes of 3 TiB", 8, 16, 0,
      { { 4096, 3068 << 10 }, { 3 << 20, 3 << 20 }, { 6 << 20, 3 << 20 },
        { 9 << 20, 3 << 20 }, { 12 << 20, 3 << 20 }, { 15 << 20, 3 << 20 },
        { 18 << 20, 3 << 20 }, { 21 << 20, 3 << 20 } } },
    { "1 TiB, and 8 GiB behind a hole", 2, 16, 0,
      { { 4096, 1020 << 10 }, { 2 << 20, 8 << 10 } } },
    { "8 GiB, and 1 TiB behind a hole", 2, 16, 0,
      { { 4096, 8 << 10 }, { 1 << 20, 1 << 20 } } },
    { "1 TiB and 8 GiB, no hole", 2, 16, 1,
      { { 4096, 1020 << 10 }, { 1 << 20, 8 << 10 } } },
    { "5 nodes behind holes, each half of the one before", 5, 16, 0,
      { { 4096, 1024 << 10 }, { 2 << 20, 512 << 10 }, { 4 << 20, 256 << 10 },
        { 6 << 20, 128 << 10 }, { 8 << 20, 64 << 10 } } },
    { "nothing", 0, 0, 0, {} },
    { "63 MiB", 1, 0, 1, { { 4096, 63 } } },
    { "64 MiB across a boundary", 1, 0, 1, { { 4097, 64 } } },
    { "64 MiB", 1, 1, 0, { { 4096, 64 } } },
    { "4 x 64 MiB and scraps", 3, 4, 1,
      { { 4096, 64 }, { 4200, 30 }, { 4288, 200 } } },
};

/* Is the page at @addr deep enough inside one of @rs? */
static bool inside(const struct bootscrub_ranges *rs, uint64_t addr)
{
    unsigned int i;

    for ( i = 0; i < rs->nr; i++ )
        if ( addr >= rs->r[i].start + MiB / 2 &&
             addr + PAGE + MiB / 2 <= rs->r[i].end )
            return true;

    return false;
}

static unsigned int nodes_without(const struct layout *l,
                                  const uint64_t *place, unsigned int nr)
{
    unsigned int i, j, without = 0;

    for ( i = 0; i < l->nr_nodes; i++ )
    {
        uint64_t start = l->node[i].start * MiB;

        for ( j = 0; j < nr; j++ )
            if ( place[j] >= start && place[j] - start <
                                      l->node[i].size * MiB )
                break;

        without += j == nr;
    }

    return without;
}

static void test_places(void)
{
    unsigned int i, j, nr, bad;

    for ( i = 0; i < ARRAY_SIZE(layouts); i++ )
    {
        const struct layout *l = &layouts[i];
        struct bootscrub_ranges rs = {};
        uint64_t place[BOOTSCRUB_MAX_MARKERS];

        for ( j = 0; j < l->nr_nodes; j++ )
            bootscrub_ranges_add(&rs, l->node[j].start * MiB,
                                 (l->node[j].start + l->node[j].size) * MiB);

        nr = bootscrub_marker_places(&rs, place);
        expect_num(l->nr_markers, nr, "marker: places: %s: number",
                   l->machine);

        for ( bad = j = 0; j < nr; j++ )
            bad += place[j] % PAGE || !(place[j] % (2 * MiB)) ||
                   !inside(&rs, place[j]) ||
                   (j && place[j] <= place[j - 1]);
        expect_num(0, bad, "marker: places: %s: misplaced", l->machine);

        expect_num(l->without, nodes_without(l, place, nr),
                   "marker: places: %s: nodes without", l->machine);
    }
}

/* Each in the middle of its share: firmware works at the edges. */
static void test_places_even(void)
{
    struct bootscrub_ranges rs = {};
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    unsigned int i, nr, bad = 0;

    bootscrub_ranges_add(&rs, 4 * GiB, 20 * GiB);
    nr = bootscrub_marker_places(&rs, place);

    for ( i = 0; i < nr; i++ )
        bad += place[i] - (4 * GiB + i * GiB + GiB / 2) >= 2 * MiB;
    expect_num(0, bad, "marker: places: even: not in the middle of a share");
}

/* All of a fragmented map, and no more than the array holds. */
static void test_places_fragmented(void)
{
    struct bootscrub_ranges rs = {};
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    unsigned int i, nr, bad = 0;

    for ( i = 0; i < BOOTSCRUB_MAX_RANGES; i++ )
        bootscrub_ranges_add(&rs, 4 * GiB + i * 160 * MiB + 0x3000,
                             4 * GiB + i * 160 * MiB + 150 * MiB);

    nr = bootscrub_marker_places(&rs, place);
    expect_num(BOOTSCRUB_MAX_MARKERS, nr, "marker: places: fragmented");

    for ( i = 0; i < nr; i++ )
        bad += !inside(&rs, place[i]);
    expect_num(0, bad, "marker: places: fragmented: misplaced");
    expect_num(true, place[0] < 6 * GiB && place[15] > 12 * GiB,
               "marker: places: fragmented: spread over all of it");
}

/* Nodes [start, end) and ranges in GiB; markers at the start of a GiB. */
static void test_nodes(void)
{
    static const struct {
        const char *what;
        bool marked;
        struct bootscrub_range range[2], node[3];
        struct {
            uint64_t at;
            bool good;
        } marker[4];
    } cases[] = {
        { "one node, one marker", true,
          { { 4, 64 } }, { { 0, 64 } }, { { 10, true } } },
        { "one node, a bad one", false,
          { { 4, 64 } }, { { 0, 64 } }, { { 10, false } } },
        { "one node, none", false, { { 4, 64 } }, { { 0, 64 } }, {} },
        { "one node, bad and good", true,
          { { 4, 64 } }, { { 0, 64 } }, { { 10, false }, { 11, true } } },
        { "two nodes, one each", true,
          { { 4, 64 } }, { { 0, 32 }, { 32, 64 } },
          { { 10, true }, { 40, true } } },
        { "two nodes, both on the first", false,
          { { 4, 64 } }, { { 0, 32 }, { 32, 64 } },
          { { 10, true }, { 31, true } } },
        { "two nodes, both on the second", false,
          { { 4, 64 } }, { { 0, 32 }, { 32, 64 } },
          { { 32, true }, { 63, true } } },
        { "two nodes, the second's is bad", false,
          { { 4, 64 } }, { { 0, 32 }, { 32, 64 } },
          { { 10, true }, { 40, false } } },
        { "marker behind the last node", false,
          { { 4, 64 } }, { { 0, 64 } }, { { 64, true } } },
        { "three nodes, one not in the ranges", true,
          { { 4, 32 }, { 64, 96 } }, { { 0, 32 }, { 32, 64 }, { 64, 96 } },
          { { 10, true }, { 70, true } } },
        { "three nodes, one with a GiB in them", false,
          { { 4, 33 }, { 64, 96 } }, { { 0, 32 }, { 32, 64 }, { 64, 96 } },
          { { 10, true }, { 70, true } } },
        { "node within another's span, one each", false,
          { { 4, 96 } }, { { 0, 96 }, { 32, 64 } },
          { { 10, true }, { 40, true } } },
        { "nodes overlap, markers do not", true,
          { { 4, 96 } }, { { 0, 64 }, { 48, 96 } },
          { { 10, true }, { 70, true } } },
        { "nodes overlap, and one marker", false,
          { { 4, 96 } }, { { 0, 64 }, { 48, 96 } },
          { { 10, true }, { 50, true } } },
        { "nothing to skip", true, {}, { { 0, 64 } }, {} },
    };
    unsigned int i, j;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct bootscrub_ranges rs = {};
        struct bootscrub_range node[3];
        uint64_t marker[4];
        bool good[4];
        unsigned int nr = 0, nr_markers = 0;

        for ( j = 0; j < 2; j++ )
            bootscrub_ranges_add(&rs, cases[i].range[j].start * GiB,
                                 cases[i].range[j].end * GiB);

        for ( j = 0; j < 3 && cases[i].node[j].end; j++, nr++ )
            node[j] = (struct bootscrub_range){
                cases[i].node[j].start * GiB, cases[i].node[j].end * GiB,
            };

        for ( j = 0; j < 4 && cases[i].marker[j].at; j++, nr_markers++ )
        {
            marker[j] = cases[i].marker[j].at * GiB;
            good[j] = cases[i].marker[j].good;
        }

        expect_num(cases[i].marked,
                   bootscrub_nodes_marked(&rs, node, nr, marker, good,
                                          nr_markers),
                   "marker: nodes: %s", cases[i].what);
    }
}

void test_marker(void)
{
    printf("# marker: seed %#llx\n", (unsigned long long)rng_state);
    test_fill();
    test_distinct();
    test_readable();
    test_new_key();
    test_overwritten();
    test_bias();
    test_places();
    test_places_even();
    test_places_fragmented();
    test_nodes();
}
