/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A window of 2 MiB through which the test dom0 sees machine frames that Xen
 * did not map for it: its own later ones, other domains', or what it should
 * not be able to see.
 */

#include "dom0.h"
#include "hypercall.h"

#define PAGE_SIZE   4096UL
#define WINDOW_SIZE (WINDOW_FRAMES * PAGE_SIZE)
#define VIRT_BASE   0xffffffff80000000

/* Intel SDM vol. 3, table 4-20: present, writable, user, accessed, dirty. */
#define PTE_FLAGS   0x67
#define PTE_MFN(e)  (((e) & 0x000ffffffffff000) / PAGE_SIZE)

/* Some aligned part of this is given up for the window's addresses. */
static char room[2 * WINDOW_SIZE];

static uint64_t window;
static uint64_t table; /* Machine address of the window's page table */

/* All page tables are in the memory that Xen mapped. */
static const uint64_t *table_at(uint64_t entry)
{
    return (const uint64_t *)(VIRT_BASE +
                              MACH2PHYS[PTE_MFN(entry)] * PAGE_SIZE);
}

void frames_init(const struct start_info *si)
{
    const uint64_t *level = (const uint64_t *)si->pt_base;
    unsigned int shift;

    window = (addr(room) + WINDOW_SIZE - 1) & -WINDOW_SIZE;

    for ( shift = 39; shift > 21; shift -= 9 )
        level = table_at(level[(window >> shift) & 511]);

    table = PTE_MFN(level[(window >> 21) & 511]) * PAGE_SIZE;
}

static bool set_entries(const uint64_t *mfn, unsigned int nr, uint16_t owner)
{
    static struct mmu_update update[WINDOW_FRAMES];
    struct mmuext_op flush = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };
    unsigned int i;

    for ( i = 0; i < nr; i++ )
    {
        update[i].ptr = table + i * sizeof(uint64_t);
        update[i].val = mfn ? mfn[i] * PAGE_SIZE | PTE_FLAGS : 0;
    }

    return !hypercall5(HYPERCALL_mmu_update, addr(update), nr, 0, owner, 0) &&
           !hypercall5(HYPERCALL_mmuext_op, addr(&flush), 1, 0, DOMID_SELF, 0);
}

void *frames_map(const uint64_t *mfn, unsigned int nr, uint16_t owner)
{
    return set_entries(mfn, nr, owner) ? (void *)window : NULL;
}

/* A frame that is mapped is not given up by its owner. */
void frames_unmap(void)
{
    set_entries(NULL, WINDOW_FRAMES, DOMID_SELF);
}
