/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * coverage.c: which RAM may go unscrubbed, from memory maps of machines as
 * firmware describes them, and from maps that make no sense.  What the TME
 * registers say of an exclusion range is in test-decode.c.
 */

#include "harness.h"
#include "shim.h"
#include "show-ranges.h"

#include <xen/lib/bootscrub/coverage.h>

#include <inttypes.h>
#include <stdio.h>

/* UEFI 2.10, sections 7.2.1 (types) and 7.2.3 (attributes). */
enum { RSVD, LDR_CODE, LDR_DATA, BS_CODE, BS_DATA, RT_CODE, RT_DATA, CONV,
       UNUSABLE, ACPI, NVS, MMIO, PORTS, PAL, PMEM, UNACCEPTED };

#define UC       0x1ULL
#define WB       0xfULL /* UC, WC and WT as well, as firmware has it. */
#define NV       0x8000ULL
#define RELIABLE 0x10000ULL
#define SP       0x40000ULL
#define CRYPTO   0x80000ULL
#define HOT      0x100000ULL
#define RT       (1ULL << 63)

#define PAGE     0x1000ULL
#define M        (1ULL << 20)
#define G        (1ULL << 30)
#define GRAIN    (64 * M)

#define MAX_DESCS 24

struct desc {
    uint32_t type;
    uint64_t start, end, attr; /* Bytes, end exclusive. */
};

/* As in an EFI memory map, whose entries may be longer than this. */
struct raw_desc {
    uint32_t type, pad;
    uint64_t phys, virt, pages, attr;
};

static uint8_t raw[2 * MAX_DESCS * 64];

/* Entries end with those whose attributes are 0. */
static struct bootscrub_efi_map build(const struct desc *d, size_t desc_size)
{
    struct bootscrub_efi_map map = { raw, 0, desc_size };

    /* The space between entries is not to be read. */
    memset(raw, 0xff, sizeof(raw));

    for ( ; d->attr; d++ )
    {
        const struct raw_desc r = {
            .type = d->type, .phys = d->start, .attr = d->attr,
            .pages = (d->end - d->start) / PAGE,
        };

        memcpy(raw + map.size, &r, sizeof(r));
        map.size += desc_size;
    }

    return map;
}

static const char *covered(const struct bootscrub_efi_map *map,
                           uint64_t exclude, uint64_t exclude_end)
{
    struct bootscrub_ranges rs;

    memset(&rs, 0x5a, sizeof(rs));
    bootscrub_covered(map, exclude, exclude_end, &rs);

    return show_ranges(&rs);
}

static const char *conventional(const struct bootscrub_efi_map *map)
{
    struct bootscrub_ranges rs;

    memset(&rs, 0x5a, sizeof(rs));
    bootscrub_conventional(map, &rs);

    return show_ranges(&rs);
}

static const struct machine {
    const char *name, *covered, *conventional;
    struct desc map[MAX_DESCS];
} machines[] = {
    { "QEMU q35, OVMF, 4 GiB",
      "100000000-180000000", "100000000-180000000",
      { { BS_CODE, 0, 0x1000, WB },
        { CONV, 0x1000, 0xa0000, WB },
        { CONV, 0x100000, 0x800000, WB },
        { NVS, 0x800000, 0x808000, WB },
        { CONV, 0x808000, 0x80b000, WB },
        { NVS, 0x80b000, 0x80c000, WB },
        { CONV, 0x80c000, 0x810000, WB },
        { NVS, 0x810000, 0x900000, WB },
        { BS_DATA, 0x900000, 0x1500000, WB },
        { CONV, 0x1500000, 0x78000000, WB },
        { LDR_CODE, 0x78000000, 0x79000000, WB },
        { CONV, 0x79000000, 0x7c000000, WB },
        { BS_DATA, 0x7c000000, 0x7e8ed000, WB },
        { RT_DATA, 0x7e8ed000, 0x7e9ed000, WB | RT },
        { RT_CODE, 0x7e9ed000, 0x7eaed000, WB | RT },
        { RSVD, 0x7eaed000, 0x7eb6d000, WB },
        { ACPI, 0x7eb6d000, 0x7eb7f000, WB },
        { NVS, 0x7eb7f000, 0x7ebff000, WB },
        { BS_DATA, 0x7ebff000, 0x80000000, WB },
        { CONV, 0x100000000, 0x180000000, WB },
        { MMIO, 0xb0000000, 0xc0000000, UC | RT } } },

    { "QEMU q35, OVMF, 2 GiB: all below 4 GiB", "", "",
      { { CONV, 0x100000, 0x78000000, WB },
        { BS_DATA, 0x78000000, 0x80000000, WB } } },

    { "2 sockets of 128 GiB, loader and boot services high up",
      "100000000-203c000000 2040000000-4080000000",
      "100000000-1f00000000 1f10000000-203fe00000 2040000000-4070000000",
      { { CONV, 0x100000, 0x60000000, WB },
        { RSVD, 0x60000000, 0x90000000, WB },
        { CONV, 4 * G, 0x1f00000000, WB | RELIABLE },
        { LDR_DATA, 0x1f00000000, 0x1f10000000, WB | RELIABLE },
        { CONV, 0x1f10000000, 0x203fe00000, WB | RELIABLE },
        { RT_DATA, 0x203fe00000, 0x2040000000, WB | RT },
        { CONV, 0x2040000000, 0x4070000000, WB },
        { BS_CODE, 0x4070000000, 0x4074000000, WB },
        { BS_DATA, 0x4074000000, 0x4078000000, WB },
        { LDR_CODE, 0x4078000000, 0x4080000000, WB } } },

    { "CXL memory set aside", "100000000-1000000000",
      "100000000-1000000000 2000000000-3000000000",
      { { CONV, 4 * G, 0x1000000000, WB },
        { CONV, 0x2000000000, 0x3000000000, WB | SP } } },

    { "hot-pluggable memory", "100000000-1000000000",
      "100000000-3000000000",
      { { CONV, 4 * G, 0x1000000000, WB },
        { CONV, 0x1000000000, 0x3000000000, WB | HOT } } },

    { "persistent memory", "100000000-1000000000", "100000000-1000000000",
      { { CONV, 4 * G, 0x1000000000, WB },
        { PMEM, 0x1000000000, 0x2000000000, WB | NV },
        { CONV, 0x2000000000, 0x3000000000, WB | NV } } },

    { "all can be encrypted", "100000000-2000000000", "100000000-2000000000",
      { { CONV, 0x100000, 2 * G, WB | CRYPTO },
        { CONV, 4 * G, 0x1000000000, WB | CRYPTO },
        { CONV, 0x1000000000, 0x2000000000, WB | CRYPTO } } },

    { "one node cannot be encrypted", "100000000-1000000000",
      "100000000-2000000000",
      { { CONV, 4 * G, 0x1000000000, WB | CRYPTO },
        { CONV, 0x1000000000, 0x2000000000, WB } } },

    { "the other node cannot be encrypted", "1000000000-2000000000",
      "100000000-2000000000",
      { { CONV, 4 * G, 0x1000000000, WB },
        { CONV, 0x1000000000, 0x2000000000, WB | CRYPTO } } },

    { "only memory below 4 GiB can be encrypted", "", "100000000-1000000000",
      { { CONV, 0x100000, 2 * G, WB | CRYPTO },
        { CONV, 4 * G, 0x1000000000, WB } } },

    { "only what is no RAM is said to be encrypted", "100000000-1000000000",
      "100000000-1000000000",
      { { RSVD, 2 * G, 3 * G, WB | CRYPTO },
        { CONV, 4 * G, 0x1000000000, WB } } },

    { "memory that cannot be cached", "100000000-1000000000",
      "100000000-1000000000",
      { { CONV, 4 * G, 0x1000000000, WB },
        { CONV, 0x1000000000, 0x2000000000, UC },
        { LDR_DATA, 0x2000000000, 0x3000000000, UC } } },

    { "runtime attribute on RAM types", "100000000-1000000000",
      "100000000-1000000000",
      { { CONV, 4 * G, 0x1000000000, WB },
        { CONV, 0x1000000000, 0x2000000000, WB | RT },
        { BS_DATA, 0x2000000000, 0x3000000000, WB | RT } } },

    { "every type there is", "100000000-200000000 700000000-800000000",
      "700000000-800000000",
      { { LDR_CODE, 4 * G, 5 * G, WB }, { LDR_DATA, 5 * G, 6 * G, WB },
        { BS_CODE, 6 * G, 7 * G, WB }, { BS_DATA, 7 * G, 8 * G, WB },
        { RT_CODE, 8 * G, 9 * G, WB }, { RT_DATA, 9 * G, 10 * G, WB },
        { UNUSABLE, 10 * G, 11 * G, WB }, { ACPI, 11 * G, 12 * G, WB },
        { NVS, 12 * G, 13 * G, WB }, { MMIO, 13 * G, 14 * G, WB },
        { PORTS, 14 * G, 15 * G, WB }, { PAL, 15 * G, 16 * G, WB },
        { PMEM, 16 * G, 17 * G, WB }, { UNACCEPTED, 17 * G, 18 * G, WB },
        { 16, 18 * G, 19 * G, WB }, { 0x70000000, 19 * G, 20 * G, WB },
        { 0x80000000, 20 * G, 21 * G, WB }, { ~0U, 21 * G, 22 * G, WB },
        { RSVD, 22 * G, 23 * G, WB }, { CONV, 28 * G, 32 * G, WB } } },

    { "edges rounded to 64 MiB", "104000000-1fc000000", "100001000-1fffff000",
      { { CONV, 4 * G + PAGE, 8 * G - PAGE, WB } } },

    { "smaller than 64 MiB", "", "100000000-103fff000",
      { { CONV, 4 * G, 4 * G + GRAIN - PAGE, WB } } },

    { "across 4 GiB", "100000000-140000000", "100000000-140000000",
      { { CONV, 3 * G, 5 * G, WB } } },

    { "reserved inside conventional, listed after",
      "100000000-180000000 184000000-1fc000000",
      "100000000-180000000 180001000-1fffff000",
      { { CONV, 4 * G, 8 * G, WB },
        { RSVD, 6 * G, 6 * G + PAGE, UC },
        { MMIO, 8 * G - PAGE, 9 * G, UC } } },

    { "reserved around conventional, listed before", "", "",
      { { RSVD, 4 * G, 8 * G, UC }, { CONV, 6 * G, 7 * G, WB } } },

    { "twice conventional, once special-purpose", "100000000-180000000",
      "100000000-200000000",
      { { CONV, 4 * G, 8 * G, WB }, { CONV, 6 * G, 8 * G, WB | SP } } },

    { "not in order, touching", "100000000-200000000", "100000000-200000000",
      { { CONV, 7 * G, 8 * G, WB }, { CONV, 4 * G, 5 * G, WB },
        { CONV, 6 * G, 7 * G, WB }, { CONV, 5 * G, 6 * G, WB } } },

    { "does not start with a page", "104000000-140000000",
      "100001000-140000000",
      { { CONV, 4 * G + PAGE / 2, 5 * G + PAGE / 2, WB } } },

    { "no pages", "", "", { { CONV, 4 * G, 4 * G, WB } } },
};

static void test_machines(void)
{
    static const size_t desc_sizes[] = { 40, 48, 56 };
    unsigned int i, j;

    for ( i = 0; i < ARRAY_SIZE(machines); i++ )
        for ( j = 0; j < ARRAY_SIZE(desc_sizes); j++ )
        {
            const struct machine *m = &machines[i];
            struct bootscrub_efi_map map = build(m->map, desc_sizes[j]);

            expect_str(m->covered, covered(&map, 0, 0),
                       "coverage: %s, entries of %zu: covered", m->name,
                       desc_sizes[j]);
            expect_str(m->conventional, conventional(&map),
                       "coverage: %s, entries of %zu: conventional", m->name,
                       desc_sizes[j]);
        }
}

static void test_exclusion(void)
{
    static const struct {
        const char *what, *covered;
        uint64_t start, end;
    } cases[] = {
        { "none", "100000000-200000000 300000000-400000000", 0, 0 },
        { "empty, high up", "100000000-200000000 300000000-400000000",
          6 * G, 6 * G },
        { "below 4 GiB", "100000000-200000000 300000000-400000000",
          0x7f000000, 0x80000000 },
        { "in a hole", "100000000-200000000 300000000-400000000",
          8 * G, 12 * G },
        { "one page in the middle",
          "100000000-180000000 184000000-200000000 300000000-400000000",
          6 * G, 6 * G + PAGE },
        { "one page before a boundary",
          "100000000-17c000000 180000000-200000000 300000000-400000000",
          6 * G - PAGE, 6 * G },
        { "start of a range", "140000000-200000000 300000000-400000000",
          3 * G, 5 * G },
        { "from one range to the next",
          "100000000-1c0000000 340000000-400000000", 7 * G, 13 * G },
        { "everything", "", 0, ~0ULL },
        { "the other way round", "100000000-200000000 300000000-400000000",
          6 * G, 5 * G },
    };
    static const struct desc two[] = {
        { CONV, 4 * G, 8 * G, WB }, { CONV, 12 * G, 16 * G, WB }, { 0 },
    };
    struct bootscrub_efi_map map = build(two, 48);
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        expect_str(cases[i].covered,
                   covered(&map, cases[i].start, cases[i].end),
                   "coverage: exclusion: %s", cases[i].what);
}

/* Maps that no firmware should hand out. */
static void test_malformed(void)
{
    static const struct desc two[] = {
        { CONV, 4 * G, 8 * G, WB }, { CONV, 12 * G, 16 * G, WB }, { 0 },
    };
    static const struct {
        const char *what, *covered;
        size_t size, desc_size;
    } cases[] = {
        { "whole", "100000000-200000000 300000000-400000000", 96, 48 },
        { "entries of no size", "", 96, 0 },
        { "entries of 8 bytes", "", 96, 8 },
        { "entries of 39 bytes", "", 96, 39 },
        { "entries larger than the map", "", 96, 97 },
        { "no entries", "", 0, 48 },
        { "half an entry", "", 47, 48 },
        { "second entry cut", "100000000-200000000", 95, 48 },
        { "second entry cut to what is read of it", "100000000-200000000",
          88, 48 },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct bootscrub_efi_map map = build(two, 48);
        uint8_t exact[96];

        /* Ends where the map does, for the address sanitizer to watch. */
        memcpy(exact + sizeof(exact) - cases[i].size, raw, cases[i].size);
        map.desc = exact + sizeof(exact) - cases[i].size;
        map.size = cases[i].size;
        map.desc_size = cases[i].desc_size;

        expect_str(cases[i].covered, covered(&map, 0, 0),
                   "coverage: malformed: %s", cases[i].what);
        expect_str(cases[i].covered, conventional(&map),
                   "coverage: malformed: %s: conventional", cases[i].what);
    }
}

/* RAM that ends behind the last address counts for nothing. */
static void test_wrapping(void)
{
    static const struct {
        const char *what, *covered;
        uint64_t phys, pages;
    } cases[] = {
        { "all but the last page", "200000000-fffffffffc000000",
          8 * G, (~0ULL >> 12) - 8 * G / PAGE },
        { "the last page too", "", 8 * G, (~0ULL >> 12) - 8 * G / PAGE + 1 },
        { "one page more", "", 8 * G, (~0ULL >> 12) - 8 * G / PAGE + 2 },
        { "wraps to 4 GiB and above", "", 1ULL << 63,
          (1ULL << 51) + 8 * G / PAGE },
        { "byte count wraps", "", 4 * G, (1ULL << 52) + 4 * G / PAGE },
        { "all ones", "", ~0ULL, ~0ULL },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        const struct raw_desc d = {
            .type = CONV, .phys = cases[i].phys, .pages = cases[i].pages,
            .attr = WB,
        };
        struct bootscrub_efi_map map = { &d, sizeof(d), sizeof(d) };

        expect_str(cases[i].covered, covered(&map, 0, 0),
                   "coverage: wrapping: %s", cases[i].what);
    }
}

/* More free pieces below 4 GiB than there are places; a small high one. */
static void test_low_pieces(void)
{
    struct raw_desc d[101];
    const struct bootscrub_efi_map map = { d, sizeof(d), sizeof(d[0]) };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(d); i++ )
        d[i] = (struct raw_desc){
            .type = CONV, .phys = i < 100 ? i * 32 * M : 4 * G,
            .pages = (i < 100 ? 31 * M : M) / PAGE, .attr = WB,
        };
    expect_str("100000000-100100000", conventional(&map),
               "coverage: a high piece beside 100 larger low ones");
}

/* What takes away, and wraps, takes away all that follows: RAM, too. */
static void test_wrapping_holes(void)
{
    static const uint64_t pages[] = {
        (1ULL << 52) - 6 * G / PAGE, 1ULL << 52, ~0ULL,
    };
    static const struct {
        const char *what;
        uint32_t type;
        uint64_t attr;
        bool conventional; /* So is what it takes from them, too. */
    } holes[] = {
        { "no RAM", RSVD, UC, true },
        { "special-purpose RAM", CONV, WB | SP, false },
        { "RAM that can be plugged", CONV, WB | HOT, false },
        { "RAM without encryption", CONV, WB, false },
        { "the firmware's RAM", BS_DATA, WB | CRYPTO, true },
    };
    unsigned int i, at, hole;

    for ( hole = 0; hole < ARRAY_SIZE(holes); hole++ )
        for ( i = 0; i < ARRAY_SIZE(pages); i++ )
            for ( at = 0; at < 2; at++ )
            {
                struct raw_desc d[2];
                struct bootscrub_efi_map map = { d, sizeof(d), sizeof(d[0]) };

                d[at] = (struct raw_desc){
                    .type = holes[hole].type, .phys = 6 * G, .pages = pages[i],
                    .attr = holes[hole].attr,
                };
                d[!at] = (struct raw_desc){
                    .type = CONV, .phys = 4 * G, .pages = 4 * G / PAGE,
                    .attr = WB | CRYPTO,
                };
                if ( holes[hole].type != BS_DATA )
                    expect_str("100000000-180000000", covered(&map, 0, 0),
                               "coverage: wrapping: entry %u of %s, %#" PRIx64
                               " pages", at, holes[hole].what, pages[i]);
                if ( holes[hole].conventional )
                    expect_str("100000000-180000000", conventional(&map),
                               "coverage: wrapping: conventional: entry %u of "
                               "%s, %#" PRIx64 " pages", at,
                               holes[hole].what, pages[i]);
            }
}

static void digest(const struct bootscrub_efi_map *map,
                   uint8_t out[BOOTSCRUB_DIGEST_SIZE])
{
    struct bootscrub_ranges rs;

    memset(&rs, 0x5a, sizeof(rs));
    bootscrub_covered(map, 0, 0, &rs);
    bootscrub_coverage_digest(&rs, out);
}

/* From boot to boot only what uses the memory differs: same digest. */
static void test_stability(void)
{
    static const struct {
        const char *what;
        bool stable;
        struct desc map[8];
    } cases[] = {
        { "loader and boot services take some", true,
          { { CONV, 4 * G, 5 * G + PAGE, WB },
            { LDR_DATA, 5 * G + PAGE, 5 * G + 77 * PAGE, WB },
            { LDR_CODE, 5 * G + 77 * PAGE, 5 * G + 78 * PAGE, WB },
            { CONV, 5 * G + 78 * PAGE, 7 * G, WB },
            { BS_DATA, 7 * G, 7 * G + PAGE, WB },
            { BS_CODE, 7 * G + PAGE, 8 * G, WB },
            { CONV, 12 * G, 16 * G, WB } } },
        { "below 4 GiB all is different", true,
          { { CONV, 0x100000, 1 * G, WB }, { RSVD, 1 * G, 2 * G, WB },
            { CONV, 4 * G, 8 * G, WB }, { CONV, 12 * G, 16 * G, WB } } },
        { "listed the other way round", true,
          { { CONV, 12 * G, 16 * G, WB }, { CONV, 4 * G, 8 * G, WB } } },
        { "a ragged end", true,
          { { CONV, 4 * G, 8 * G + 3 * PAGE, WB },
            { CONV, 12 * G - PAGE, 16 * G, WB } } },
        { "a marker's page unusable", false,
          { { CONV, 4 * G, 5 * G + 0x15b000, WB },
            { UNUSABLE, 5 * G + 0x15b000, 5 * G + 0x15c000, WB },
            { CONV, 5 * G + 0x15c000, 8 * G, WB },
            { CONV, 12 * G, 16 * G, WB } } },
        { "less RAM", false, { { CONV, 4 * G, 8 * G, WB } } },
        { "RAM elsewhere", false,
          { { CONV, 4 * G, 8 * G, WB }, { CONV, 16 * G, 20 * G, WB } } },
        { "64 MiB less", false,
          { { CONV, 4 * G, 8 * G, WB },
            { CONV, 12 * G, 16 * G - GRAIN, WB } } },
        { "one hole less", false, { { CONV, 4 * G, 16 * G, WB } } },
        { "special-purpose now", false,
          { { CONV, 4 * G, 8 * G, WB }, { CONV, 12 * G, 16 * G, WB | SP } } },
    };
    static const struct desc usual[] = {
        { CONV, 4 * G, 8 * G, WB }, { CONV, 12 * G, 16 * G, WB }, { 0 },
    };
    struct bootscrub_efi_map map = build(usual, 48);
    uint8_t want[BOOTSCRUB_DIGEST_SIZE], got[BOOTSCRUB_DIGEST_SIZE];
    unsigned int i;

    digest(&map, want);

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        map = build(cases[i].map, 48);
        digest(&map, got);
        expect_num(cases[i].stable, !memcmp(want, got, sizeof(want)),
                   "coverage: same digest: %s", cases[i].what);
    }
}

/* SHA-256 over start and end of each range, little endian: stored in NVRAM. */
static void test_digest(void)
{
    static const struct {
        uint64_t end;
        const char *digest;
    } cases[] = {
        { 0,
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { 64 * G,
          "803600b8b3ed65cddb4d32460a9f2da4b54a3d3dffc4f03271d3bfde5aa76fac" },
    };
    unsigned int i, j;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct bootscrub_ranges rs;
        uint8_t got[BOOTSCRUB_DIGEST_SIZE];
        char hex[2 * sizeof(got) + 1];

        memset(&rs, 0x5a, sizeof(rs));
        rs.nr = 0;
        if ( cases[i].end )
        {
            bootscrub_ranges_add(&rs, 4 * G, 8 * G);
            bootscrub_ranges_add(&rs, 12 * G, cases[i].end);
        }

        bootscrub_coverage_digest(&rs, got);
        for ( j = 0; j < sizeof(got); j++ )
            snprintf(hex + 2 * j, 3, "%02x", got[j]);
        expect_str(cases[i].digest, hex, "coverage: digest of %u ranges",
                   rs.nr);
    }
}

/* More fragments than a set of ranges holds: less is covered, never more. */
static void test_fragments(void)
{
    static struct raw_desc d[3 * BOOTSCRUB_MAX_RANGES];
    const struct bootscrub_efi_map map = { d, sizeof(d), sizeof(d[0]) };
    struct bootscrub_ranges rs;
    unsigned int i, outside = 0;

    for ( i = 0; i < ARRAY_SIZE(d); i++ )
        d[i] = (struct raw_desc){
            .type = i % 2 ? RSVD : CONV, .phys = 4 * G + i * GRAIN,
            .pages = GRAIN / PAGE, .attr = WB,
        };

    bootscrub_covered(&map, 0, 0, &rs);
    expect_num(BOOTSCRUB_MAX_RANGES, rs.nr, "coverage: fragments: number");

    for ( i = 0; i < rs.nr; i++ )
        outside += rs.r[i].end - rs.r[i].start != GRAIN ||
                   (rs.r[i].start - 4 * G) % (2 * GRAIN);
    expect_num(0, outside, "coverage: fragments: not conventional");
}

/*
 * A map in unlucky order: many small pieces before the big one, and a big one
 * with holes of one page.
 */
static void test_unlucky(void)
{
    static struct raw_desc d[402];
    struct bootscrub_efi_map map = { d, 0, sizeof(d[0]) };
    struct bootscrub_ranges rs;
    unsigned int i, nr = 0;

    for ( i = 0; i < 64; i++ )
    {
        uint64_t phys = 130 * G + i * 4 * PAGE;

        d[nr++] = (struct raw_desc){ CONV, .phys = phys, .pages = 1,
                                     .attr = WB };
        d[nr++] = (struct raw_desc){ RSVD, .phys = phys + PAGE, .pages = 1 };
    }
    d[nr++] = (struct raw_desc){ CONV, .phys = 4 * G, .pages = 126 * G / PAGE,
                                 .attr = WB };
    map.size = nr * sizeof(d[0]);
    bootscrub_covered(&map, 0, 0, &rs);
    expect_num(126 * G, bootscrub_ranges_bytes(&rs),
               "coverage: 64 pairs of one page before 126 GiB");

    /* The largest 64 pieces of 201 are kept, and no other choice is better. */
    for ( nr = i = 0; i < 201; i++ )
    {
        uint64_t phys = 4 * G + i * 5 * G;

        d[nr++] = (struct raw_desc){ CONV, .phys = phys,
                                     .pages = 5 * G / PAGE - 1, .attr = WB };
        d[nr++] = (struct raw_desc){ RSVD, .phys = phys + 5 * G - PAGE,
                                     .pages = 1 };
    }
    map.size = nr * sizeof(d[0]);
    bootscrub_covered(&map, 0, 0, &rs);
    expect_num(64 * (5 * G - GRAIN), bootscrub_ranges_bytes(&rs),
               "coverage: 200 holes of one page");
}

static void test_coverage(void)
{
    test_machines();
    test_exclusion();
    test_malformed();
    test_wrapping();
    test_wrapping_holes();
    test_low_pieces();
    test_stability();
    test_digest();
    test_fragments();
    test_unlucky();
}
UNIT_TESTS(test_coverage)
