/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of Xen as arch/x86/bootscrub/core.c and arch/x86/efi/bootscrub.c
 * need in user space: declarations, by Xen's names.  mock.c defines them.
 */
#ifndef MOCK_XEN_H
#define MOCK_XEN_H

#include <stdbool.h>
#include <stdint.h>

#include <xen/init.h>

#define PAGE_SHIFT        12
#define PFN_UP(x)         (((x) + (1UL << PAGE_SHIFT) - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x)       ((x) >> PAGE_SHIFT)
#define pfn_to_paddr(pfn) ((uint64_t)(pfn) << PAGE_SHIFT)
#define paddr_to_pfn(pa)  ((unsigned long)((pa) >> PAGE_SHIFT))

/* The files under test lie where they run. */
#define virt_to_maddr(va) ((unsigned long)(va))
#define maddr_to_virt(ma) ((void *)(ma))

enum system_state {
    SYS_STATE_early_boot,
    SYS_STATE_boot,
    SYS_STATE_active,
};
extern enum system_state system_state;

#define RAM_TYPE_CONVENTIONAL 1
static inline bool page_is_ram_type(unsigned long pfn, unsigned long type)
{
    return pfn && type;
}

#define E820_RAM 1
struct e820map {
    unsigned int nr_map;
    struct {
        uint64_t addr, size;
        uint32_t type;
    } map[16];
};
extern struct e820map e820;

#define CONFIG_KEXEC
extern struct mock_area {
    unsigned long start, size;
} kexec_crash_area;

#define GB(n) ((uint64_t)(n) << 30)

/* Two nodes, each one range of memory. */
#define MAX_NUMNODES 2
#define for_each_online_node(i) for ( (i) = 0; (i) < MAX_NUMNODES; (i)++ )
unsigned long node_start_pfn(unsigned int node);
unsigned long node_end_pfn(unsigned int node);
#define node_spanned_pages(n) (node_end_pfn(n) - node_start_pfn(n))

#define _mfn(mfn) (mfn)
void clear_domain_page(unsigned long mfn);

#define EFI_BOOT 0
#define EFI_RS   2
bool efi_enabled(unsigned int feature);

void cpuid(unsigned int leaf, unsigned int *eax, unsigned int *ebx,
           unsigned int *ecx, unsigned int *edx);

#endif /* MOCK_XEN_H */
