/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record.c: what goes into the two variables comes out again, byte by byte
 * what it always was, and nothing else is believed.  How the variables get
 * into NVRAM is not tested here.
 */

#include "harness.h"
#include "shim.h"

#include <xen/lib/bootscrub/record.h>

#include <stdio.h>

/* Layout, as fixed by version 2: see record.c. */
#define AT_NR_MARKERS 10
#define AT_DIGEST     224

static const uint8_t token[BOOTSCRUB_TOKEN_SIZE] = {
    0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
    0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
};

/*
 * sample() and its receipts, encoded by another program (Python's struct and
 * hashlib).  They must never change: firmware in the field holds them.
 */
static const char golden_record[] =
    "4253435202000001010302050000000004030201feffffff0000000000000000"
    "7f054b62f1da4d6742755f60ccdca2fded0af1e3731a9834e2a104dd70915f27"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    "00b015000100000000a089674523010000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "6ce828731efe5c0c2407c0d0a0dc67f5f2c274638ff268a42d7b9ebaba37f390";
static const char golden_skipped[] =
    "4253435402002000101112131415161718191a1b1c1d1e1f0100000000000000";
static const char golden_performed[] =
    "4253435402002000fc2e2c73072bfa2bda03ff9307472deb0000000000000000";
static const char golden_taken_back[] =
    "42534354020020007f054b62f1da4d6742755f60ccdca2fd0200000000000000";

static struct bootscrub_record sample(void)
{
    struct bootscrub_record r = {
        .session = BOOTSCRUB_SESSION_ENCRYPTED,
        .counted = { true, true },
        .counter = { 0x01020304, 0xfffffffe },
        .unpaid = 5,
        .nr_markers = 2,
        .marker = { 0x10015b000, 0x123456789a000 },
    };

    bootscrub_token_digest(r.token_digest, token);
    sha2_256(r.coverage, "", 0);

    return r;
}

static const char *hex(const uint8_t *buf, unsigned int size)
{
    static char text[2 * BOOTSCRUB_RECORD_SIZE + 1];
    unsigned int i;

    for ( i = 0; i < size; i++ )
        snprintf(text + 2 * i, 3, "%02x", buf[i]);

    return text;
}

static void test_golden(void)
{
    struct bootscrub_record r = sample();
    uint8_t record[BOOTSCRUB_RECORD_SIZE], receipt[BOOTSCRUB_RECEIPT_SIZE];

    /* No byte may be left as it was found. */
    memset(record, 0x5a, sizeof(record));
    memset(receipt, 0x5a, sizeof(receipt));
    bootscrub_record_encode(&r, record);
    expect_str(golden_record, hex(record, sizeof(record)),
               "record: bytes of a record");

    bootscrub_receipt_encode(token, true, receipt);
    expect_str(golden_skipped, hex(receipt, sizeof(receipt)),
               "record: bytes of a receipt after a skip");
    memset(receipt, 0x5a, sizeof(receipt));
    bootscrub_receipt_encode(token, false, receipt);
    expect_str(golden_performed, hex(receipt, sizeof(receipt)),
               "record: bytes of a receipt after a scrub");
    memset(receipt, 0x5a, sizeof(receipt));
    bootscrub_taken_back_encode(token, receipt);
    expect_str(golden_taken_back, hex(receipt, sizeof(receipt)),
               "record: bytes of what is taken back");
}

/* Field by field: what lies between them, or is not in use, may differ. */
static bool same(const struct bootscrub_record *a,
                 const struct bootscrub_record *b)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
        if ( a->counted[i] != b->counted[i] ||
             (a->counted[i] && a->counter[i] != b->counter[i]) )
            return false;

    return a->session == b->session && a->nr_markers == b->nr_markers &&
           a->unpaid == b->unpaid &&
           !memcmp(a->token_digest, b->token_digest, BOOTSCRUB_DIGEST_SIZE) &&
           !memcmp(a->coverage, b->coverage, BOOTSCRUB_DIGEST_SIZE) &&
           !memcmp(a->marker, b->marker, a->nr_markers * 8);
}

static bool survives(const struct bootscrub_record *r)
{
    struct bootscrub_record back;
    uint8_t buf[BOOTSCRUB_RECORD_SIZE];

    memset(&back, 0xa5, sizeof(back));
    bootscrub_record_encode(r, buf);

    return bootscrub_record_decode(&back, buf, sizeof(buf)) && same(r, &back);
}

static void test_round_trip(void)
{
    struct bootscrub_record r = sample();
    unsigned int i;

    for ( i = 0; i <= BOOTSCRUB_SESSION_PLAINTEXT; i++ )
    {
        r.session = i;
        expect_num(true, survives(&r), "record: round trip: session %u", i);
    }

    for ( i = 0; i < 1U << BOOTSCRUB_NR_COUNTERS; i++ )
    {
        r.counted[0] = i & 1;
        r.counted[1] = i & 2;
        expect_num(true, survives(&r), "record: round trip: counters %u", i);
    }

    for ( i = 0; i <= BOOTSCRUB_MAX_MARKERS; i++ )
    {
        r.nr_markers = i;
        if ( i )
            r.marker[i - 1] = (1ULL << 32) + i * BOOTSCRUB_MARKER_SIZE;
        expect_num(true, survives(&r), "record: round trip: %u markers", i);
    }

    for ( i = 0; i <= BOOTSCRUB_MAX_UNPAID; i += 127 )
    {
        r.unpaid = i;
        expect_num(true, survives(&r), "record: round trip: %u unpaid", i);
    }

    r.marker[BOOTSCRUB_MAX_MARKERS - 1] = ~0ULL << 12;
    expect_num(true, survives(&r), "record: round trip: highest address");
}

static bool decodes(const uint8_t *buf, size_t size)
{
    struct bootscrub_record r;

    return bootscrub_record_decode(&r, buf, size);
}

static void test_corruption(void)
{
    struct bootscrub_record r = sample();
    uint8_t good[BOOTSCRUB_RECORD_SIZE];
    unsigned int i, flip, accepted = 0;

    bootscrub_record_encode(&r, good);
    expect_num(true, decodes(good, sizeof(good)), "record: intact");

    /* Each byte to each value that it has not. */
    for ( i = 0; i < sizeof(good); i++ )
        for ( flip = 1; flip < 256; flip++ )
        {
            uint8_t bad[BOOTSCRUB_RECORD_SIZE];

            memcpy(bad, good, sizeof(bad));
            bad[i] ^= flip;
            if ( !decodes(bad, sizeof(bad)) )
                continue;

            if ( !accepted++ )
                printf("# byte %u, bits %#x\n", i, flip);
        }

    expect_num(0, accepted, "record: any one byte corrupted: accepted");
}

/* Cut where the array ends, for the address sanitizer to watch. */
static void test_sizes(void)
{
    struct bootscrub_record r = sample();
    uint8_t good[BOOTSCRUB_RECORD_SIZE], longer[2 * BOOTSCRUB_RECORD_SIZE];
    size_t size;
    unsigned int accepted = 0;

    bootscrub_record_encode(&r, good);
    memset(longer, 0, sizeof(longer));
    memcpy(longer, good, sizeof(good));

    for ( size = 0; size < sizeof(good); size++ )
    {
        uint8_t cut[size ?: 1];

        memcpy(cut, good, size);
        accepted += decodes(cut, size);
    }
    expect_num(0, accepted, "record: truncated anywhere: accepted");

    for ( size = sizeof(good) + 1; size <= sizeof(longer); size++ )
        accepted += decodes(longer, size);
    expect_num(0, accepted, "record: longer: accepted");
}

/* The digest is right: only the one check in question can refuse. */
static void test_sealed(void)
{
    static const struct {
        const char *what;
        bool accepted;
        unsigned int at, size;
        uint8_t bytes[16];
    } cases[] = {
        { "nothing changed", true, 0, 1, { 'B' } },
        { "another counter", true, 16, 4, { 9, 9, 9, 9 } },
        { "another magic", false, 3, 1, { 'T' } },
        { "version 0", false, 4, 1, { 0 } },
        { "version 1", false, 4, 1, { 1 } },
        { "version 3", false, 4, 1, { 3 } },
        { "version 258", false, 5, 1, { 1 } },
        { "size of a receipt", false, 6, 2, { 32, 0 } },
        { "size one more", false, 6, 2, { 1, 1 } },
        { "session 3", false, 8, 1, { 3 } },
        { "session 255", false, 8, 1, { 255 } },
        { "a third counter", false, 9, 1, { 7 } },
        { "counter 0 has a value, but no bit", false, 9, 1, { 2 } },
        { "counter 1 has a value, but no bit", false, 9, 1, { 1 } },
        { "no counter, no values", true, 9, 15, { 0, 2, 5 } },
        { "counter 0 counted and zero", true, 16, 4, { 0 } },
        { "17 markers", false, 10, 1, { 17 } },
        { "255 markers", false, 10, 1, { 255 } },
        { "one marker, two places", false, 10, 1, { 1 } },
        { "three markers, two places", false, 10, 1, { 3 } },
        { "254 unpaid", true, 11, 1, { 254 } },
        { "255 unpaid", false, 11, 1, { 255 } },
        { "first reserved byte", false, 12, 1, { 1 } },
        { "last byte of the first reserve", false, 15, 1, { 0x80 } },
        { "first byte of the second reserve", false, 24, 1, { 1 } },
        { "last byte of the second reserve", false, 31, 1, { 0x80 } },
        { "marker not aligned", false, 96, 1, { 1 } },
        { "marker not page aligned", false, 97, 1, { 0xb8 } },
        { "second marker not aligned", false, 105, 1, { 0xa8 } },
        { "markers descending", false, 96, 16,
          { 0, 0xa0, 0x89, 0x67, 0x45, 0x23, 1, 0, 0, 0xb0, 0x15, 0, 1 } },
        { "one marker twice", false, 96, 16,
          { 0, 0xb0, 0x15, 0, 1, 0, 0, 0, 0, 0xb0, 0x15, 0, 1 } },
        { "place behind the last marker", false, 112, 8,
          { 0, 0, 0, 0, 0, 0, 2 } },
        { "last place, not in use", false, 223, 1, { 1 } },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct bootscrub_record r = sample();
        uint8_t buf[BOOTSCRUB_RECORD_SIZE];

        bootscrub_record_encode(&r, buf);
        memcpy(buf + cases[i].at, cases[i].bytes, cases[i].size);
        sha2_256(buf + AT_DIGEST, buf, AT_DIGEST);

        expect_num(cases[i].accepted, decodes(buf, sizeof(buf)),
                   "record: sealed again: %s", cases[i].what);
    }
}

/* One more than there is room for, in order up to where the digest begins. */
static void test_too_many_markers(void)
{
    struct bootscrub_record r = sample();
    uint8_t buf[BOOTSCRUB_RECORD_SIZE];
    unsigned int i;

    r.nr_markers = BOOTSCRUB_MAX_MARKERS;
    for ( i = 0; i < r.nr_markers; i++ )
        r.marker[i] = (i + 1) * BOOTSCRUB_MARKER_SIZE;

    bootscrub_record_encode(&r, buf);
    buf[AT_NR_MARKERS]++;
    sha2_256(buf + AT_DIGEST, buf, AT_DIGEST);
    expect_num(false, decodes(buf, sizeof(buf)),
               "record: sealed again: 17 markers, 16 of them in order");
}

static void test_noise(void)
{
    uint64_t state = 0x626f6f7473637262ULL;
    unsigned int i, j, accepted = 0;

    for ( i = 0; i < 10000; i++ )
    {
        uint8_t buf[BOOTSCRUB_RECORD_SIZE];

        for ( j = 0; j < sizeof(buf); j++ )
            buf[j] = pseudo_random(&state);
        memcpy(buf, "BSCR\x02\0\0\x01\x01", i % 10);
        accepted += decodes(buf, sizeof(buf));
    }

    expect_num(0, accepted, "record: noise behind a good header: accepted");
}

static void test_receipt(void)
{
    static const struct {
        const char *what;
        enum bootscrub_receipt says;
        unsigned int size, at, flip;
    } cases[] = {
        { "as encoded", BOOTSCRUB_RECEIPT_SKIPPED, 32, 0, 0 },
        { "not skipped any more", BOOTSCRUB_RECEIPT_NONE, 32, 24, 1 },
        { "skipped is 2", BOOTSCRUB_RECEIPT_NONE, 32, 24, 3 },
        { "skipped is 129", BOOTSCRUB_RECEIPT_NONE, 32, 24, 0x80 },
        { "first reserved byte", BOOTSCRUB_RECEIPT_NONE, 32, 25, 1 },
        { "last reserved byte", BOOTSCRUB_RECEIPT_NONE, 32, 31, 0x80 },
        { "first byte of the token", BOOTSCRUB_RECEIPT_NONE, 32, 8, 1 },
        { "last byte of the token", BOOTSCRUB_RECEIPT_NONE, 32, 23, 0x80 },
        { "another magic", BOOTSCRUB_RECEIPT_NONE, 32, 0, 1 },
        { "magic of a record", BOOTSCRUB_RECEIPT_NONE, 32, 3, 'R' ^ 'T' },
        { "version 0", BOOTSCRUB_RECEIPT_NONE, 32, 4, 2 },
        { "version 1", BOOTSCRUB_RECEIPT_NONE, 32, 4, 3 },
        { "size field one less", BOOTSCRUB_RECEIPT_NONE, 32, 6, 32 ^ 31 },
        { "truncated", BOOTSCRUB_RECEIPT_NONE, 31, 0, 0 },
        { "header alone", BOOTSCRUB_RECEIPT_NONE, 8, 0, 0 },
        { "empty", BOOTSCRUB_RECEIPT_NONE, 0, 0, 0 },
        { "longer", BOOTSCRUB_RECEIPT_NONE, 33, 0, 0 },
        { "size of a record", BOOTSCRUB_RECEIPT_NONE, 256, 0, 0 },
    };
    struct bootscrub_record r = sample();
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        uint8_t buf[BOOTSCRUB_RECORD_SIZE] = {};

        bootscrub_receipt_encode(token, true, buf);
        buf[cases[i].at] ^= cases[i].flip;

        expect_num(cases[i].says,
                   bootscrub_receipt_decode(&r, buf, cases[i].size),
                   "record: receipt: %s", cases[i].what);
    }
}

/* Whoever sees what was written after a scrub cannot make a skip of it. */
static void test_made_a_skip(void)
{
    struct bootscrub_record r = sample();
    uint8_t buf[BOOTSCRUB_RECEIPT_SIZE], shown[BOOTSCRUB_TOKEN_SIZE];

    bootscrub_receipt_encode(token, false, buf);
    expect_num(BOOTSCRUB_RECEIPT_PERFORMED,
               bootscrub_receipt_decode(&r, buf, sizeof(buf)),
               "record: receipt: after a scrub");

    memcpy(shown, buf + 8, sizeof(shown));
    buf[24] = 1;
    expect_num(BOOTSCRUB_RECEIPT_NONE,
               bootscrub_receipt_decode(&r, buf, sizeof(buf)),
               "record: receipt: after a scrub, and called a skip");
    bootscrub_receipt_encode(shown, true, buf);
    expect_num(BOOTSCRUB_RECEIPT_NONE,
               bootscrub_receipt_decode(&r, buf, sizeof(buf)),
               "record: receipt: a skip, made from one after a scrub");
}

/* A receipt is good for one session, and what the record shows is no token. */
static void test_stale_receipt(void)
{
    struct bootscrub_record r = sample();
    uint8_t buf[BOOTSCRUB_RECEIPT_SIZE], next[BOOTSCRUB_TOKEN_SIZE];

    bootscrub_receipt_encode(token, false, buf);
    memcpy(next, token, sizeof(next));
    next[15]++;
    bootscrub_token_digest(r.token_digest, next);
    expect_num(BOOTSCRUB_RECEIPT_NONE,
               bootscrub_receipt_decode(&r, buf, sizeof(buf)),
               "record: receipt: of the session before");

    bootscrub_receipt_encode(r.token_digest, false, buf);
    expect_num(BOOTSCRUB_RECEIPT_NONE,
               bootscrub_receipt_decode(&r, buf, sizeof(buf)),
               "record: receipt: made from the record's digest");

    memset(&r, 0, sizeof(r));
    memset(next, 0, sizeof(next));
    bootscrub_receipt_encode(next, false, buf);
    expect_num(BOOTSCRUB_RECEIPT_NONE,
               bootscrub_receipt_decode(&r, buf, sizeof(buf)),
               "record: receipt: all zero, for a record all zero");
}

/* It says nothing of the token, and confirms nothing. */
static void test_taken_back(void)
{
    struct bootscrub_record r = sample();
    uint8_t buf[BOOTSCRUB_RECEIPT_SIZE], digest[BOOTSCRUB_DIGEST_SIZE];
    unsigned int i, accepted = 0;

    bootscrub_taken_back_encode(token, buf);
    expect_num(true, bootscrub_is_taken_back(&r, buf, sizeof(buf)),
               "record: taken back: as encoded");
    expect_num(BOOTSCRUB_RECEIPT_NONE,
               bootscrub_receipt_decode(&r, buf, sizeof(buf)),
               "record: taken back: is no receipt");

    bootscrub_token_digest(digest, token);
    expect_num(0, memcmp(buf + 8, digest, 16),
               "record: taken back: has the digest, not the token");
    for ( i = 0; i < 2; i++ )
    {
        buf[24] = i;
        expect_num(BOOTSCRUB_RECEIPT_NONE,
                   bootscrub_receipt_decode(&r, buf, sizeof(buf)),
                   "record: taken back: does not become a receipt, %u", i);
    }
    buf[24] = 2;

    for ( i = 0; i < 8 * sizeof(buf); i++ )
    {
        buf[i / 8] ^= 1U << i % 8;
        accepted += bootscrub_is_taken_back(&r, buf, sizeof(buf));
        buf[i / 8] ^= 1U << i % 8;
    }
    expect_num(0, accepted, "record: taken back: one bit is another");
    expect_num(false, bootscrub_is_taken_back(&r, buf, sizeof(buf) - 1),
               "record: taken back: truncated");

    bootscrub_receipt_encode(token, true, buf);
    expect_num(false, bootscrub_is_taken_back(&r, buf, sizeof(buf)),
               "record: taken back: not by a receipt");

    bootscrub_taken_back_encode(token, buf);
    r.token_digest[0]++;
    expect_num(false, bootscrub_is_taken_back(&r, buf, sizeof(buf)),
               "record: taken back: not of another session");
}

static void test_record(void)
{
    test_golden();
    test_round_trip();
    test_corruption();
    test_sizes();
    test_sealed();
    test_too_many_markers();
    test_noise();
    test_receipt();
    test_made_a_skip();
    test_stale_receipt();
    test_taken_back();
}
UNIT_TESTS(test_record)
