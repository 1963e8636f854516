/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's boot-time work on memory, in a process.
 *
 * Compiled with Xen's own headers and flags.  The code that is timed is Xen's:
 * page_alloc.c as a whole, and the functions that "build" cuts out of mm.c
 * (XEN_FUNCTIONS).  Here is only what they ask of the rest of Xen.  Whatever
 * is missing below is at address 0 and stops the program when it is used.
 *
 * Page tables are not written: map_pages_to_xen() has nothing to do, since all
 * is mapped before, in superpages as far as the system permits.
 */
#include XEN_PAGE_ALLOC

#include <asm/page.h>
#include "heap.h"

#define RAM_START 0x100000000UL

/* mm.c's own. */
#define compat_machine_to_phys_mapping \
    ((unsigned int *)RDWR_COMPAT_MPT_VIRT_START)

/* --- What Xen's code asks for ------------------------------------------ */

static unsigned long window_pages;
static nodeid_t nodemap[1];

typeof(memnode_shift) memnode_shift = 63; /* int up to 4.17 */
unsigned long memnodemapsize = 1;
nodeid_t *memnodemap = nodemap;
struct node_data node_data[MAX_NUMNODES];
nodeid_t cpu_to_node[NR_CPUS];
nodemask_t node_online_map = { { [0] = 1UL } };
unsigned long max_page;
unsigned long xen_phys_start;
enum system_state system_state = SYS_STATE_early_boot;
struct cpuinfo_x86 boot_cpu_data;
paddr_t mem_hotplug;
l4_pgentry_t idle_pg_table[L4_PAGETABLE_ENTRIES];
l2_pgentry_t *compat_idle_pg_table_l2;
unsigned int m2p_compat_vstart;
bool tlb_clk_enabled = true;
u32 tlbflush_clock = 1;
bool machine_to_phys_mapping_valid;
int8_t opt_pv32; /* Off: the 32-bit table does not grow beyond 1 GiB. */

void _spin_lock(spinlock_t *lock) {}
void _spin_unlock(spinlock_t *lock) {}
void printk(const char *format, ...) {}
void process_pending_softirqs(void) {}

const struct platform_bad_page *get_platform_badpages(unsigned int *size)
{
    *size = 0;
    return NULL;
}

unsigned int domain_clamp_alloc_bitsize(struct domain *d, unsigned int bits)
{
    return bits;
}

int map_pages_to_xen(unsigned long virt, mfn_t mfn, unsigned long nr,
                     unsigned int flags)
{
    return 0;
}

/* Two of these are used, and what is in them is never walked. */
void *alloc_mapped_pagetable(mfn_t *mfn)
{
    static char __aligned(PAGE_SIZE) table[8][PAGE_SIZE];
    static unsigned int next;

    *mfn = _mfn(0);
    return table[next++ % ARRAY_SIZE(table)];
}

void unmap_domain_page(const void *va) {}

/* Any page of the simulated machine is some page of the window. */
void clear_domain_page(mfn_t mfn)
{
    clear_page(mfn_to_virt(mfn_x(maddr_to_mfn(RAM_START)) +
                           mfn_x(mfn) % window_pages));
}

#include XEN_FUNCTIONS

/* --- What native.c asks for -------------------------------------------- */

void heap_areas(unsigned long gib, struct heap_areas *areas)
{
    unsigned long pages = PFN_DOWN(RAM_START + (gib << 30));

    /* Xen rounds up to what it maps at once, 2 MiB or 1 GiB. */
    areas->frames = FRAMETABLE_VIRT_START;
    areas->frames_size = ROUNDUP(pages * sizeof(struct page_info),
                                      1UL << L3_PAGETABLE_SHIFT);
    areas->m2p = RDWR_MPT_VIRT_START;
    areas->m2p_size = ROUNDUP(pages * sizeof(unsigned long),
                              1UL << L3_PAGETABLE_SHIFT);
    areas->window = DIRECTMAP_VIRT_START + RAM_START;
}

void heap_start(unsigned long gib, int idle, unsigned long window_size)
{
    paddr_t end = RAM_START + (gib << 30);

    window_pages = PFN_DOWN(window_size);
    opt_bootscrub = idle ? BOOTSCRUB_IDLE : BOOTSCRUB_OFF;
    __set_bit(X86_FEATURE_PAGE1GB, boot_cpu_data.x86_capability);
    max_page = PFN_DOWN(end);
    max_pdx = max_page;
    set_pdx_range(0, max_page);
    init_boot_pages(RAM_START, end);
}

void heap_frame_table(void)
{
    init_frametable();
}

void heap_fill(void)
{
    end_boot_allocator();
}

void heap_m2p(void)
{
    paging_init();
}

unsigned long heap_pages(void)
{
    return total_avail_pages;
}

unsigned long heap_dirty(void)
{
    return node_need_scrub[0];
}

int heap_allocate(unsigned long gib)
{
    unsigned long i;

    for ( i = 0; i < gib << (30 - L2_PAGETABLE_SHIFT); i++ )
        if ( !alloc_domheap_pages(NULL, PAGETABLE_ORDER,
                                  MEMF_no_icache_flush | MEMF_node(0)) )
            return 0;

    return 1;
}

void heap_scrub(unsigned long first, unsigned long pages)
{
    static struct page_info *pg;
    unsigned long i;

    pg = maddr_to_page(RAM_START);
    for ( i = first; i < first + pages; i++ )
        scrub_one_page(pg + i);
}
