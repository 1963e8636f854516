/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which memory may stay unscrubbed, out of the firmware's memory map.
 *
 * An allow-list: whatever is not understood is left out, and so scrubbed.
 * Memory below 4 GiB never qualifies, because firmware and boot loaders work
 * there and give their buffers back with this boot's contents.
 */

#include <xen/lib/bootscrub/coverage.h>

#include "private.h"

#define LOW_MEMORY (1ULL << 32)
#define GRAIN      (64ULL << 20)
#define PAGE_BYTES 4096

/* UEFI 2.10, section 7.2.1 (types) and 7.2.3 (descriptor, attributes). */
#define TYPE_LOADER_CODE   1
#define TYPE_LOADER_DATA   2
#define TYPE_BS_CODE       3
#define TYPE_BS_DATA       4
#define TYPE_CONVENTIONAL  7

#define ATTR_WB            0x0000000000000008ULL
#define ATTR_NV            0x0000000000008000ULL
#define ATTR_SP            0x0000000000040000ULL
#define ATTR_CPU_CRYPTO    0x0000000000080000ULL
#define ATTR_HOT_PLUGGABLE 0x0000000000100000ULL
#define ATTR_RUNTIME       0x8000000000000000ULL

struct efi_desc {
    uint32_t type, pad;
    uint64_t phys, virt, pages, attr;
};

/* Fetch descriptor @i.  Returns false at the end of the map. */
static bool __init get_desc(const struct bootscrub_efi_map *map, size_t i,
                            struct efi_desc *d)
{
    if ( map->desc_size < sizeof(*d) || i >= map->size / map->desc_size )
        return false;

    memcpy(d, (const uint8_t *)map->desc + i * map->desc_size, sizeof(*d));

    return true;
}

static bool __init is_ram(const struct efi_desc *d)
{
    switch ( d->type )
    {
    case TYPE_LOADER_CODE:
    case TYPE_LOADER_DATA:
    case TYPE_BS_CODE:
    case TYPE_BS_DATA:
    case TYPE_CONVENTIONAL:
        return (d->attr & ATTR_WB) && !(d->attr & (ATTR_RUNTIME | ATTR_NV));

    default:
        return false;
    }
}

static bool __init is_conventional(const struct efi_desc *d)
{
    return is_ram(d) && d->type == TYPE_CONVENTIONAL;
}

/* The end of @d, or @wrapped if that is beyond 64 bits. */
static uint64_t __init desc_end(const struct efi_desc *d, uint64_t wrapped)
{
    if ( d->pages > (~0ULL >> 12) || d->phys > ~0ULL - (d->pages << 12) )
        return wrapped;

    return d->phys + (d->pages << 12);
}

/* One that wraps adds nothing. */
static void __init add_desc(struct bootscrub_ranges *rs,
                            const struct efi_desc *d)
{
    uint64_t end = desc_end(d, 0);

    /* Most of the map is low memory in small pieces, which need no place. */
    if ( end > LOW_MEMORY )
        bootscrub_ranges_add(rs, d->phys, end);
}

/* One that wraps takes away all that follows. */
static void __init remove_desc(struct bootscrub_ranges *rs,
                               const struct efi_desc *d)
{
    bootscrub_ranges_remove(rs, d->phys, desc_end(d, ~0ULL));
}

/*
 * EFI_MEMORY_CPU_CRYPTO says which ranges the processor can protect.  Many
 * firmwares set it nowhere; one that sets it somewhere means it.
 */
static bool __init map_knows_crypto(const struct bootscrub_efi_map *map)
{
    struct efi_desc d;
    size_t i;

    for ( i = 0; get_desc(map, i, &d); i++ )
        if ( is_ram(&d) && (d.attr & ATTR_CPU_CRYPTO) )
            return true;

    return false;
}

void __init bootscrub_covered(const struct bootscrub_efi_map *map,
                              uint64_t exclude, uint64_t exclude_end,
                              struct bootscrub_ranges *covered)
{
    bool crypto = map_knows_crypto(map);
    struct efi_desc d;
    size_t i;

    covered->nr = 0;

    for ( i = 0; get_desc(map, i, &d); i++ )
        if ( is_ram(&d) )
            add_desc(covered, &d);

    /* Whatever else the map says of the same addresses counts against them. */
    for ( i = 0; get_desc(map, i, &d); i++ )
        if ( !is_ram(&d) || (d.attr & (ATTR_SP | ATTR_HOT_PLUGGABLE)) ||
             (crypto && !(d.attr & ATTR_CPU_CRYPTO)) )
            remove_desc(covered, &d);

    bootscrub_ranges_remove(covered, exclude, exclude_end);
    bootscrub_ranges_remove(covered, 0, LOW_MEMORY);
    bootscrub_ranges_round(covered, GRAIN);
}

void __init bootscrub_conventional(const struct bootscrub_efi_map *map,
                                   struct bootscrub_ranges *rs)
{
    struct efi_desc d;
    size_t i;

    rs->nr = 0;

    for ( i = 0; get_desc(map, i, &d); i++ )
        if ( is_conventional(&d) )
            add_desc(rs, &d);

    for ( i = 0; get_desc(map, i, &d); i++ )
        if ( !is_conventional(&d) )
            remove_desc(rs, &d);

    bootscrub_ranges_remove(rs, 0, LOW_MEMORY);
    bootscrub_ranges_round(rs, PAGE_BYTES);
}

void __init bootscrub_coverage_digest(const struct bootscrub_ranges *covered,
                                      uint8_t digest[BOOTSCRUB_DIGEST_SIZE])
{
    sha2_256(digest, covered->r, covered->nr * sizeof(covered->r[0]));
}
