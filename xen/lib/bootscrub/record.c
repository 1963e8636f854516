/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two EFI variables of bootscrub=auto, as bytes.
 *
 * The record describes a session and holds only a digest of its token.  The
 * receipt shows what the digest is of: whoever wrote it knew that the session
 * was clean.  Anything that is not exactly what the encoder makes is refused.
 *
 * SHA-256 leads from the token, which is shown after a skip, to what is shown
 * after a scrub, and from there to the digest.  So whoever has seen a receipt,
 * and may write another, cannot make a scrub a skip, which would start the
 * count of turns anew.
 */

#include <xen/lib/bootscrub/record.h>

#include "private.h"

#define RECORD_MAGIC  0x52435342U /* "BSCR" */
#define RECEIPT_MAGIC 0x54435342U /* "BSCT" */

/*
 * Goes up with any change of these bytes, or of the contents or places of
 * markers: those of another version would be taken for noise.
 */
#define VERSION       2

/* Offsets in the record.  All numbers are little endian. */
#define AT_MAGIC      0  /* 4 bytes */
#define AT_VERSION    4  /* 2 */
#define AT_SIZE       6  /* 2 */
#define AT_SESSION    8  /* 1 */
#define AT_COUNTED    9  /* 1: bit i is counter i */
#define AT_NR_MARKERS 10 /* 1 */
#define AT_UNPAID     11 /* 1 */
#define AT_RESERVED   12 /* 4, zero */
#define AT_COUNTER    16 /* 4 each, zero if not counted */
#define AT_RESERVED2  24 /* 8, zero */
#define AT_TOKEN      32 /* 32: digest of the token */
#define AT_COVERAGE   64 /* 32: SHA-256 of the covered ranges */
#define AT_MARKER     96 /* 8 each, zero behind the last one */
#define AT_DIGEST     224 /* 32: SHA-256 of all before */

/* Offsets in the receipt; magic, version and size as above. */
#define AT_RECEIPT_TOKEN    8  /* 16: the token, or what it leads to */
#define AT_RECEIPT_SKIPPED  24 /* 1: 0 or 1 */
#define AT_RECEIPT_RESERVED 25 /* 7, zero */

/* In place of 0 or 1: no receipt.  Then there is no token, but its digest. */
#define TAKEN_BACK 2

static void __init put(uint8_t *p, unsigned int bytes, uint64_t val)
{
    while ( bytes-- )
    {
        *p++ = val;
        val >>= 8;
    }
}

static uint64_t __init get(const uint8_t *p, unsigned int bytes)
{
    uint64_t val = 0;

    while ( bytes-- )
        val = (val << 8) | p[bytes];

    return val;
}

static void __init put_header(uint8_t *buf, uint32_t magic, size_t size)
{
    memset(buf, 0, size);
    put(buf + AT_MAGIC, 4, magic);
    put(buf + AT_VERSION, 2, VERSION);
    put(buf + AT_SIZE, 2, size);
}

static bool __init check_header(const uint8_t *buf, size_t got, uint32_t magic,
                                size_t size)
{
    return got == size &&
           get(buf + AT_MAGIC, 4) == magic &&
           get(buf + AT_VERSION, 2) == VERSION &&
           get(buf + AT_SIZE, 2) == size;
}

/* So many steps from the token towards the record's digest. */
static void __init walk(uint8_t digest[BOOTSCRUB_DIGEST_SIZE],
                        const uint8_t *token, unsigned int steps)
{
    memcpy(digest, token, BOOTSCRUB_TOKEN_SIZE);
    while ( steps-- )
        sha2_256(digest, digest, BOOTSCRUB_TOKEN_SIZE);
}

void __init bootscrub_token_digest(uint8_t digest[BOOTSCRUB_DIGEST_SIZE],
                                   const uint8_t token[BOOTSCRUB_TOKEN_SIZE])
{
    walk(digest, token, 2);
}

void __init bootscrub_record_encode(const struct bootscrub_record *r,
                                    uint8_t buf[BOOTSCRUB_RECORD_SIZE])
{
    unsigned int i, counted = 0;

    put_header(buf, RECORD_MAGIC, BOOTSCRUB_RECORD_SIZE);
    put(buf + AT_SESSION, 1, r->session);
    put(buf + AT_NR_MARKERS, 1, r->nr_markers);
    put(buf + AT_UNPAID, 1, r->unpaid);

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
        if ( r->counted[i] )
        {
            counted |= 1U << i;
            put(buf + AT_COUNTER + 4 * i, 4, r->counter[i]);
        }
    put(buf + AT_COUNTED, 1, counted);

    memcpy(buf + AT_TOKEN, r->token_digest, sizeof(r->token_digest));
    memcpy(buf + AT_COVERAGE, r->coverage, sizeof(r->coverage));

    for ( i = 0; i < r->nr_markers; i++ )
        put(buf + AT_MARKER + 8 * i, 8, r->marker[i]);

    sha2_256(buf + AT_DIGEST, buf, AT_DIGEST);
}

/*
 * Fill *@r from bytes whose header is ours, as far as they make sense.  What
 * does not survive being encoded again is caught by the caller.
 */
static bool __init read_fields(struct bootscrub_record *r, const uint8_t *buf)
{
    unsigned int i;

    r->session = buf[AT_SESSION];
    r->nr_markers = buf[AT_NR_MARKERS];
    r->unpaid = buf[AT_UNPAID];

    if ( r->session > BOOTSCRUB_SESSION_PLAINTEXT ||
         r->unpaid > BOOTSCRUB_MAX_UNPAID ||
         r->nr_markers > BOOTSCRUB_MAX_MARKERS )
        return false;

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
    {
        r->counted[i] = buf[AT_COUNTED] & (1U << i);
        r->counter[i] = get(buf + AT_COUNTER + 4 * i, 4);
    }

    memcpy(r->token_digest, buf + AT_TOKEN, sizeof(r->token_digest));
    memcpy(r->coverage, buf + AT_COVERAGE, sizeof(r->coverage));

    for ( i = 0; i < r->nr_markers; i++ )
    {
        r->marker[i] = get(buf + AT_MARKER + 8 * i, 8);

        if ( r->marker[i] % BOOTSCRUB_MARKER_SIZE ||
             (i && r->marker[i] <= r->marker[i - 1]) )
            return false;
    }

    return true;
}

bool __init bootscrub_record_decode(struct bootscrub_record *r,
                                    const uint8_t *buf, size_t size)
{
    uint8_t again[BOOTSCRUB_RECORD_SIZE];

    if ( !check_header(buf, size, RECORD_MAGIC, sizeof(again)) ||
         !read_fields(r, buf) )
        return false;

    /* One comparison for reserved bytes, unused fields and the digest. */
    bootscrub_record_encode(r, again);

    return !memcmp(again, buf, sizeof(again));
}

void __init bootscrub_receipt_encode(const uint8_t token[BOOTSCRUB_TOKEN_SIZE],
                                     bool skipped,
                                     uint8_t buf[BOOTSCRUB_RECEIPT_SIZE])
{
    uint8_t shown[BOOTSCRUB_DIGEST_SIZE];

    walk(shown, token, skipped ? 0 : 1);
    put_header(buf, RECEIPT_MAGIC, BOOTSCRUB_RECEIPT_SIZE);
    memcpy(buf + AT_RECEIPT_TOKEN, shown, BOOTSCRUB_TOKEN_SIZE);
    put(buf + AT_RECEIPT_SKIPPED, 1, skipped);
}

enum bootscrub_receipt __init bootscrub_receipt_decode(
    const struct bootscrub_record *r, const uint8_t *buf, size_t size)
{
    uint8_t digest[BOOTSCRUB_DIGEST_SIZE];

    if ( !check_header(buf, size, RECEIPT_MAGIC, BOOTSCRUB_RECEIPT_SIZE) ||
         buf[AT_RECEIPT_SKIPPED] > 1 ||
         get(buf + AT_RECEIPT_RESERVED, 7) )
        return BOOTSCRUB_RECEIPT_NONE;

    walk(digest, buf + AT_RECEIPT_TOKEN, buf[AT_RECEIPT_SKIPPED] ? 2 : 1);
    if ( memcmp(digest, r->token_digest, sizeof(digest)) )
        return BOOTSCRUB_RECEIPT_NONE;

    return buf[AT_RECEIPT_SKIPPED] ? BOOTSCRUB_RECEIPT_SKIPPED
                                   : BOOTSCRUB_RECEIPT_PERFORMED;
}

static void __init put_taken_back(const uint8_t *digest, uint8_t *buf)
{
    put_header(buf, RECEIPT_MAGIC, BOOTSCRUB_RECEIPT_SIZE);
    memcpy(buf + AT_RECEIPT_TOKEN, digest, BOOTSCRUB_TOKEN_SIZE);
    put(buf + AT_RECEIPT_SKIPPED, 1, TAKEN_BACK);
}

/* Run time may read it, and must not learn the token of such a session. */
void __init bootscrub_taken_back_encode(
    const uint8_t token[BOOTSCRUB_TOKEN_SIZE],
    uint8_t buf[BOOTSCRUB_RECEIPT_SIZE])
{
    uint8_t digest[BOOTSCRUB_DIGEST_SIZE];

    bootscrub_token_digest(digest, token);
    put_taken_back(digest, buf);
}

bool __init bootscrub_is_taken_back(const struct bootscrub_record *r,
                                    const uint8_t *buf, size_t size)
{
    uint8_t want[BOOTSCRUB_RECEIPT_SIZE];

    put_taken_back(r->token_digest, want);

    return size == sizeof(want) && !memcmp(buf, want, sizeof(want));
}
