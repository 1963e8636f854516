/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto at work: collect the facts, have them judged, see that the
 * heap is treated as the verdict says, and confirm a clean session.
 */

#include <xen/bootscrub.h>
#include <xen/cache.h>
#include <xen/domain_page.h>
#include <xen/efi.h>
#include <xen/init.h>
#include <xen/kexec.h>
#include <xen/mm.h>
#include <xen/nodemask.h>
#include <xen/numa.h>
#include <xen/param.h>
#include <xen/pfn.h>
#include <xen/string.h>

#include <asm/e820.h>
#include <asm/memcrypt.h>

#include "report.h"

static struct bootscrub_options __initdata options;
static struct bootscrub_facts __initdata facts;
static struct bootscrub_verdict __initdata verdict;
static struct memcrypt_regs __initdata regs;
static struct memcrypt __initdata memcrypt;

/* What may enter the heap unmarked, and how the pages turned out. */
static struct bootscrub_ranges __ro_after_init clean;
static unsigned long __ro_after_init pages_clean, pages_marked;

int __init bootscrub_auto_param(const char *s)
{
    return bootscrub_parse_auto(s, &options) ? 0 : -EINVAL;
}

static void __init collect_counters(void)
{
    const struct bootscrub_loader *l = &bootscrub_loader;
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
        facts.counter[i] = (struct bootscrub_counter){
            .recorded = facts.record == BOOTSCRUB_RECORD_VALID &&
                        l->previous.counted[i],
            .was = l->previous.counter[i],
            .present = l->counted[i],
            .is = l->counter[i],
        };
}

/* Has each node with memory that would be skipped a marker that is good? */
static bool __init nodes_marked(const struct bootscrub_record *r,
                                const bool *good)
{
    static struct bootscrub_range __initdata node[MAX_NUMNODES];
    struct bootscrub_ranges skip = {};
    unsigned int i, nr = 0;

    for_each_online_node ( i )
        if ( node_spanned_pages(i) )
            node[nr++] = (struct bootscrub_range){
                .start = pfn_to_paddr(node_start_pfn(i)),
                .end = pfn_to_paddr(node_end_pfn(i)),
            };

    efi_bootscrub_clean(&skip);

    return r->nr_markers &&
           bootscrub_nodes_marked(&skip, node, nr, r->marker, good,
                                  r->nr_markers);
}

static bool __init marker_reads(unsigned int i, bool cbit)
{
    const struct bootscrub_record *r = &bootscrub_loader.planted;
    const void *page = memcrypt_map(&regs, r->marker[i], cbit);
    enum bootscrub_marker class =
        bootscrub_marker_classify(page, r->marker[i], r->seed);

    memcrypt_unmap();

    return class == BOOTSCRUB_MARKER_READABLE;
}

/*
 * Does the C-bit make a difference?  The loader's markers were written and
 * flushed without it: a page of known contents on, if possible, every node.
 * They are only read, so nothing has to be put back.
 */
static enum memcrypt_cbit __init probe_cbit(void)
{
    const struct bootscrub_record *r = &bootscrub_loader.planted;
    bool good[BOOTSCRUB_MAX_MARKERS];
    unsigned int i;

    for ( i = 0; i < r->nr_markers; i++ )
        good[i] = marker_reads(i, false);

    memcrypt_flush();

    for ( i = 0; i < r->nr_markers; i++ )
        if ( good[i] && !marker_reads(i, true) )
            return MEMCRYPT_CBIT_MATTERS;

    memcrypt_flush();

    return nodes_marked(r, good) ? MEMCRYPT_CBIT_IGNORED
                                 : MEMCRYPT_CBIT_UNTRIED;
}

static void __init collect_facts(const char *loader)
{
    const struct bootscrub_loader *l = &bootscrub_loader;

    memcrypt_read(&regs);
    regs.psp = l->psp;
    if ( memcrypt_wants_cbit(&regs) )
        regs.cbit_probe = probe_cbit();
    memcrypt_decode(&regs, &memcrypt);

    facts.hypervisor = regs.hypervisor;
    facts.encryption = memcrypt.state;
    facts.key = memcrypt.key;
    /* Until they can be asked: see bootscrub_check(). */
    facts.cpus = MEMCRYPT_CPUS_AGREE;

    if ( efi_enabled(EFI_BOOT) )
        facts.entry = BOOTSCRUB_ENTRY_EFI;
    else if ( !strncmp(loader, "kexec", 5) )
        facts.entry = BOOTSCRUB_ENTRY_KEXEC;
    else
        facts.entry = BOOTSCRUB_ENTRY_OTHER;

    facts.runtime_services = efi_enabled(EFI_RS);

    if ( !l->ran )
        return;

    facts.record = l->recorded;
    facts.previous = l->previous.session;
    facts.receipt = l->receipt;
    facts.markers_readable = l->markers[BOOTSCRUB_MARKER_READABLE];
    facts.markers_noise = l->markers[BOOTSCRUB_MARKER_NOISE];
    facts.markers_overwritten = l->markers[BOOTSCRUB_MARKER_OVERWRITTEN];
    /* What did not decode has any number of markers. */
    facts.noise_on_nodes = l->recorded == BOOTSCRUB_RECORD_VALID &&
                           nodes_marked(&l->previous, l->noise);
    facts.same_coverage = l->same_coverage;
    facts.written = l->written;
    collect_counters();
}

/*
 * Multiboot2 loaders have Xen run where it will not stay.  The token must not
 * be left behind there: whoever finds it can write a receipt.
 */
static void __init wipe_stale_token(void)
{
    const struct bootscrub_loader *l = &bootscrub_loader;
    void *stale;

    if ( !l->ran || l->token_maddr == virt_to_maddr(l->token) ||
         !page_is_ram_type(paddr_to_pfn(l->token_maddr),
                           RAM_TYPE_CONVENTIONAL) )
        return;

    stale = maddr_to_virt(l->token_maddr);
    if ( !memcmp(stale, l->token, sizeof(l->token)) )
        memset(stale, 0, sizeof(l->token));
}

/*
 * From a BIOS there is no memory map but Xen's own, and only an assertion to
 * go by.  Its loaders, and all that they load, are 32-bit ones.
 */
static void __init set_clean_ranges(void)
{
    unsigned int i;

    if ( facts.entry == BOOTSCRUB_ENTRY_EFI )
        efi_bootscrub_clean(&clean);
    else
        for ( i = 0; i < e820.nr_map; i++ )
            if ( e820.map[i].type == E820_RAM )
                bootscrub_ranges_add(&clean, e820.map[i].addr,
                                     e820.map[i].addr + e820.map[i].size);

    bootscrub_ranges_remove(&clean, 0, GB(4));
    bootscrub_ranges_remove(&clean, memcrypt.exclude, memcrypt.exclude_end);
}

void __init bootscrub_init(const char *loader)
{
    if ( !bootscrub_is_auto() )
        return;

    wipe_stale_token();
    collect_facts(loader);
    bootscrub_decide(&facts, &options, &verdict);

    switch ( verdict.action )
    {
    case BOOTSCRUB_SKIP:
        set_clean_ranges();
        break;

    case BOOTSCRUB_SYNC:
        /* Marks would only have it all scrubbed again, by idle CPUs. */
        bootscrub_ranges_add(&clean, 0, ~0ULL);
        break;

    default:
        break;
    }
}

/* Not __init, as its caller is not. */
bool bootscrub_clean(unsigned long mfn, unsigned long *nr)
{
    uint64_t end = pfn_to_paddr(mfn + *nr);
    bool is_clean;

    /* What is freed later, boot modules above all, has been in use. */
    if ( system_state != SYS_STATE_early_boot )
        return false;

    is_clean = bootscrub_ranges_find(&clean, pfn_to_paddr(mfn), &end);
    *nr = paddr_to_pfn(end) - mfn;

    return is_clean;
}

void bootscrub_account(unsigned long nr, bool is_clean)
{
    if ( system_state >= SYS_STATE_active )
        return;

    if ( is_clean )
        pages_clean += nr;
    else
        pages_marked += nr;
}

/* The area has never been in the heap, and may be there on the next boot. */
static void __init scrub_crash_area(void)
{
#ifdef CONFIG_KEXEC
    unsigned long mfn = PFN_UP(kexec_crash_area.start);
    unsigned long end = PFN_DOWN(kexec_crash_area.start +
                                 kexec_crash_area.size);

    for ( ; mfn < end; mfn++ )
        clear_domain_page(_mfn(mfn));
#endif
}

/*
 * With all processors up, judge again.  Pages have entered the heap as the
 * first verdict said, so after any other one only a complete scrub will do.
 */
static int __init cf_check bootscrub_check(void)
{
    enum bootscrub_action planned = verdict.action;

    if ( !bootscrub_is_auto() )
        return 0;

    facts.cpus = memcrypt_check_cpus(&regs);
    if ( facts.cpus == MEMCRYPT_CPUS_AGREE )
        facts.cpus = memcrypt_check_offline();
    bootscrub_decide(&facts, &options, &verdict);

    if ( verdict.action != planned )
        verdict.action = BOOTSCRUB_SYNC;

    if ( verdict.action == BOOTSCRUB_SYNC )
    {
        scrub_crash_area();
        scrub_heap_pages();
    }

    return 0;
}
__initcall(bootscrub_check);

/* Is all that another session might skip Xen's to use in this one? */
static bool __init heap_is_whole(void)
{
    struct bootscrub_ranges left;
    unsigned int i;

    /* What mem=, availmem= and the like take away is missing in e820. */
    efi_bootscrub_clean(&left);

    for ( i = 0; i < e820.nr_map; i++ )
        if ( e820.map[i].type == E820_RAM )
            bootscrub_ranges_remove(&left, e820.map[i].addr,
                                    e820.map[i].addr + e820.map[i].size);

    return !left.nr;
}

static int __init write_receipt(bool heap_limited)
{
    if ( !verdict.receipt )
        return BOOTSCRUB_RECEIPT_NOT_DUE;

    if ( heap_limited || !heap_is_whole() )
        return BOOTSCRUB_RECEIPT_LIMITED;

    return efi_bootscrub_receipt(bootscrub_loader.token);
}

void __init bootscrub_report(bool heap_limited)
{
    struct bootscrub_report r = {
        .verdict = &verdict,
        .facts = &facts,
        .memcrypt = &memcrypt,
        .receipt = write_receipt(heap_limited),
        .skipped = pages_clean,
        .scrubbed = pages_marked,
    };

    if ( verdict.action != BOOTSCRUB_SKIP )
    {
        r.scrubbed += r.skipped;
        r.skipped = 0;
    }

    memset(bootscrub_loader.token, 0, sizeof(bootscrub_loader.token));
    bootscrub_print(&r);
    bootscrub_publish(&r);
}
