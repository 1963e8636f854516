/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One page at a time, mapped with the C-bit or without.
 */

#include <xen/init.h>
#include <xen/mm.h>

#include <asm/fixmap.h>
#include <asm/system.h>

#include "nodes.h"

const void *__init bootscrub_map(const struct memcrypt_regs *r,
                                 uint64_t maddr, bool cbit)
{
    set_fixmap(FIX_BOOTSCRUB, maddr | (cbit ? 1ULL << r->cbit : 0));

    return fix_to_virt(FIX_BOOTSCRUB);
}

void __init bootscrub_unmap(void)
{
    clear_fixmap(FIX_BOOTSCRUB);
}

/*
 * AMD APM vol. 2, 7.10.6: caches need not be coherent between two mappings
 * of a page that differ in the C-bit, and where they are, they hide what is
 * in DRAM.
 */
void __init bootscrub_flush(void)
{
    wbinvd();
}
