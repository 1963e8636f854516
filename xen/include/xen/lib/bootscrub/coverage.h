/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which memory may stay unscrubbed, by the firmware's memory map.
 */
#ifndef XEN_LIB_BOOTSCRUB_COVERAGE_H
#define XEN_LIB_BOOTSCRUB_COVERAGE_H

#include <xen/lib/bootscrub/types.h>

#include <xen/lib/bootscrub/ranges.h>

#define BOOTSCRUB_DIGEST_SIZE 32

/* An EFI memory map: UEFI 2.10, section 7.2.3, EFI_MEMORY_DESCRIPTOR. */
struct bootscrub_efi_map {
    const void *desc;
    size_t size, desc_size;
};

/*
 * RAM that a scrub may be skipped for: at or above 4 GiB, write-back,
 * conventional memory or memory that returns to the heap when the firmware
 * and boot loader are done; not special-purpose or hot-pluggable; protected
 * by the processor's encryption as far as the map can say so.  [@exclude,
 * @exclude_end) is TME's exclusion range, empty if there is none.  Edges are
 * rounded inwards to 64 MiB, so that a firmware's small allocations do not
 * change the result from boot to boot.
 */
void bootscrub_covered(const struct bootscrub_efi_map *map,
                       uint64_t exclude, uint64_t exclude_end,
                       struct bootscrub_ranges *covered);

/* Conventional, write-back memory at or above 4 GiB, in whole pages. */
void bootscrub_conventional(const struct bootscrub_efi_map *map,
                            struct bootscrub_ranges *rs);

void bootscrub_coverage_digest(const struct bootscrub_ranges *covered,
                               uint8_t digest[BOOTSCRUB_DIGEST_SIZE]);

#endif /* XEN_LIB_BOOTSCRUB_COVERAGE_H */
