/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any memory map, and any set of ranges.
 */

#include "prove.h"

#include <xen/lib/bootscrub/coverage.h>
#include <xen/lib/bootscrub/ranges.h>

static struct bootscrub_ranges rs, with;

#define ANY Frama_C_unsigned_long_interval(0, -1UL)

/*
 * Any contents, sorted or not, of any number of ranges.  Each number is a
 * state by itself, so that it is known beside an index.
 */
static inline void any_ranges(struct bootscrub_ranges *p)
{
    Frama_C_make_unknown((char *)p->r, sizeof(p->r));
    p->nr = 0;
    while ( p->nr < BOOTSCRUB_MAX_RANGES && Frama_C_interval(0, 1) )
        p->nr++;
}

void prove_add(void)
{
    any_ranges(&rs);
    bootscrub_ranges_add(&rs, ANY, ANY);
}

void prove_remove(void)
{
    any_ranges(&rs);
    bootscrub_ranges_remove(&rs, ANY, ANY);
}

void prove_round(void)
{
    any_ranges(&rs);
    bootscrub_ranges_round(&rs, 64UL << 20);
}

void prove_find(void)
{
    uint64_t end = ANY;

    any_ranges(&rs);
    bootscrub_ranges_find(&rs, ANY, &end);
}

void prove_outside(void)
{
    any_ranges(&rs);
    bootscrub_ranges_outside(&rs, ANY, ANY);
}

void prove_bytes(void)
{
    any_ranges(&rs);
    bootscrub_ranges_bytes(&rs);
}

/*
 * Any map of any size up to two of UEFI's descriptors, of any size each, in a
 * buffer that ends where the map does.  Of ranges any come out, as above.
 */
static uint8_t bytes[100];

static void any_map(void (*look)(const struct bootscrub_efi_map *map))
{
    struct bootscrub_efi_map map;

    for ( map.size = 0; map.size <= sizeof(bytes); map.size++ )
        for ( map.desc_size = 0; map.desc_size <= 52; map.desc_size++ )
        {
            Frama_C_make_unknown((char *)bytes, sizeof(bytes));
            map.desc = bytes + sizeof(bytes) - map.size;
            look(&map);
        }
}

static void look_covered(const struct bootscrub_efi_map *map)
{
    bootscrub_covered(map, ANY, ANY, &rs);
}

static void look_conventional(const struct bootscrub_efi_map *map)
{
    bootscrub_conventional(map, &rs);
}

void prove_covered(void)
{
    any_map(look_covered);
}

void prove_conventional(void)
{
    any_map(look_conventional);
}

void prove_digest(void)
{
    uint8_t digest[BOOTSCRUB_DIGEST_SIZE];

    any_ranges(&rs);
    bootscrub_coverage_digest(&rs, digest);
}
