/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shipped pure files (xen/lib/bootscrub), timed one call at a time.  All
 * that knows their interface is here: a function for each item, and the table
 * at the end.
 */
#include "shim.h"

#include <xen/lib/bootscrub/cmdline.h>
#include <xen/lib/bootscrub/record.h>

#include "native.h"

#define MARKERS BOOTSCRUB_MAX_MARKERS

/* Asked of words like "yes" only, which "auto" is not. */
int parse_bool(const char *s, const char *e)
{
    (void)s;
    (void)e;
    return -1;
}

static uint8_t page[MARKERS][BOOTSCRUB_MARKER_SIZE]
    __attribute__((aligned(BOOTSCRUB_MARKER_SIZE)));
static const uint8_t token[BOOTSCRUB_TOKEN_SIZE] = "sixteen bytes!";
static struct bootscrub_record record;
static uint8_t encoded[BOOTSCRUB_RECORD_SIZE];
static uint8_t receipt[BOOTSCRUB_RECEIPT_SIZE];
static struct bootscrub_ranges covered;

static uint64_t addr(unsigned int i)
{
    return 0x100000000ULL + i * 0x4000000ULL;
}

/* Noise, as decryption with another key gives it. */
static void noise(void)
{
    uint64_t state = 0x6d61726b6572ULL;
    unsigned int i, j;

    for ( i = 0; i < MARKERS; i++ )
        for ( j = 0; j < BOOTSCRUB_MARKER_SIZE; j++ )
        {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            page[i][j] = state >> 56;
        }
}

static void fill(void)
{
    unsigned int i;

    for ( i = 0; i < MARKERS; i++ )
        bootscrub_marker_fill(page[i], addr(i));
}

/* As the loader does it. */
static void flush(void)
{
    unsigned int i;

    for ( i = 0; i < sizeof(page); i += 32 )
        asm volatile ( "clflush %0" : "+m" (((uint8_t *)page)[i]) );
    asm volatile ( "mfence" ::: "memory" );
}

/* All must come out as @wanted, else the figure is of something else. */
static int classify(enum bootscrub_marker wanted)
{
    const void *pages[MARKERS];
    uint64_t addrs[MARKERS];
    enum bootscrub_marker class[MARKERS];
    unsigned int i, right = 0;

    for ( i = 0; i < MARKERS; i++ )
    {
        pages[i] = page[i];
        addrs[i] = addr(i);
    }
    bootscrub_markers_classify(pages, addrs, MARKERS, class);
    for ( i = 0; i < MARKERS; i++ )
        right += class[i] == wanted;

    return right == MARKERS;
}

static int fill_and_flush(void)
{
    fill();
    flush();
    return 1;
}

static int classify_noise(void)
{
    return classify(BOOTSCRUB_MARKER_NOISE);
}

static int classify_readable(void)
{
    return classify(BOOTSCRUB_MARKER_READABLE);
}

static int digest(void)
{
    bootscrub_coverage_digest(&covered, record.coverage);
    return 1;
}

static int encode(void)
{
    bootscrub_record_encode(&record, encoded);
    return 1;
}

static int decode(void)
{
    struct bootscrub_record r;

    return bootscrub_record_decode(&r, encoded, sizeof(encoded));
}

static int confirm(void)
{
    return bootscrub_receipt_decode(&record, receipt, sizeof(receipt)) ==
           BOOTSCRUB_RECEIPT_PERFORMED;
}

static int decide(void)
{
    static const struct bootscrub_options options;
    static const struct bootscrub_facts facts = {
        .entry = BOOTSCRUB_ENTRY_EFI,
        .encryption = BOOTSCRUB_ENCRYPTION_ACTIVE,
        .key = BOOTSCRUB_KEY_NEW,
        .chain = {
            .record = BOOTSCRUB_RECORD_VALID,
            .previous = BOOTSCRUB_SESSION_ENCRYPTED,
            .counter[BOOTSCRUB_MONOTONIC] = { true, true, 1, 2 },
            .receipt = true, .same_coverage = true, .covered = true,
        },
        .written = BOOTSCRUB_WRITTEN,
        .runtime_services = true,
        .nr_nodes = 1,
        .node[0] = {
            .covered = true, .processors = true, .asked = true,
            .encrypted = true, .one_key = true, .recorded = MARKERS,
            .noise = MARKERS,
        },
    };
    struct bootscrub_verdict verdict;

    bootscrub_decide(&facts, &options, &verdict);
    return verdict.action == BOOTSCRUB_SKIP;
}

static int scan(void)
{
    return bootscrub_scan("dom0_mem=4096M,max:4096M console=com1,vga "
                          "com1=115200,8n1 bootscrub=auto loglvl=all", false);
}

/* 63 of the 64 ranges there is room for: the worst case of a memory map. */
static void prepare(void)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_MAX_RANGES - 1; i++ )
        bootscrub_ranges_add(&covered, addr(2 * i), addr(2 * i + 1));
    record.session = BOOTSCRUB_SESSION_ENCRYPTED;
    record.counted[BOOTSCRUB_MONOTONIC] = true;
    record.nr_markers = MARKERS;
    for ( i = 0; i < MARKERS; i++ )
        record.marker[i] = addr(i);
    bootscrub_token_digest(record.token_digest, token);
    bootscrub_record_encode(&record, encoded);
    bootscrub_receipt_encode(token, false, receipt);
}

/*
 * What the markers of a machine with @gib of covered memory above 4 GiB take
 * from guests: superpages of either size that hold a marker.
 */
unsigned int library_places(uint64_t gib, unsigned int *small,
                            unsigned int *large)
{
    struct bootscrub_ranges rs = {};
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    unsigned int i, nr;

    bootscrub_ranges_add(&rs, 4ULL << 30, (4 + gib) << 30);
    nr = bootscrub_marker_places(&rs, place);
    for ( i = *small = *large = 0; i < nr; i++ )
    {
        *small += !i || place[i] >> 21 != place[i - 1] >> 21;
        *large += !i || place[i] >> 30 != place[i - 1] >> 30;
    }

    return nr;
}

const struct library_item library_items[] = {
    { "scan of the command line", prepare, scan },
    { "record decoded", prepare, decode },
    { "receipt checked", prepare, confirm },
    { "16 markers classified, noise", noise, classify_noise },
    { "16 markers classified, readable", fill, classify_readable },
    { "16 markers filled and flushed", fill, fill_and_flush },
    { "coverage digest, 63 ranges", prepare, digest },
    { "record encoded", prepare, encode },
    { "decision", prepare, decide },
    {}
};
