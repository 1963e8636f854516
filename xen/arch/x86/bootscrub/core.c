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
#include <xen/lib/bootscrub/cmdline.h>
#include <xen/mm.h>
#include <xen/numa.h>
#include <xen/param.h>
#include <xen/pfn.h>
#include <xen/string.h>

#include <asm/bootscrub.h>
#include <asm/e820.h>
#include <asm/memcrypt.h>

#include "nodes.h"
#include "report.h"

static struct bootscrub_options __initdata options;
static struct bootscrub_facts __initdata facts;
static struct bootscrub_verdict __initdata verdict;
static struct memcrypt_regs __initdata regs;
static struct memcrypt __initdata memcrypt;

/* What might be skipped, and nodes on which the C-bit was tried. */
static struct bootscrub_ranges __initdata candidate;
static bool __initdata tried[MAX_NUMNODES];

/* What may enter the heap unmarked, and how the pages turned out. */
static struct bootscrub_ranges __ro_after_init clean;
static unsigned long __ro_after_init pages_clean, pages_marked;

int __init bootscrub_auto_param(const char *s)
{
    return bootscrub_parse_auto(s, &options) ? 0 : -EINVAL;
}

static enum bootscrub_encryption __init encryption_of(void)
{
    if ( !memcrypt_cpus_agree() && memcrypt.state == MEMCRYPT_ACTIVE )
        return BOOTSCRUB_ENCRYPTION_CPUS_DISAGREE;

    switch ( memcrypt.state )
    {
    case MEMCRYPT_ACTIVE:
        return BOOTSCRUB_ENCRYPTION_ACTIVE;

    case MEMCRYPT_NOT_SUPPORTED:
        return BOOTSCRUB_ENCRYPTION_NOT_SUPPORTED;

    case MEMCRYPT_NOT_ACTIVE:
        return BOOTSCRUB_ENCRYPTION_NOT_ACTIVE;

    case MEMCRYPT_BYPASSED:
        return BOOTSCRUB_ENCRYPTION_BYPASSED;

    case MEMCRYPT_NOT_LOCKED:
        return BOOTSCRUB_ENCRYPTION_NOT_LOCKED;

    default:
        return memcrypt_cpus_agree() ? BOOTSCRUB_ENCRYPTION_UNKNOWN
                                     : BOOTSCRUB_ENCRYPTION_CPUS_DISAGREE;
    }
}

static enum bootscrub_key __init key_of(void)
{
    switch ( memcrypt.key )
    {
    case MEMCRYPT_KEY_NEW:
        return BOOTSCRUB_KEY_NEW;

    case MEMCRYPT_KEY_RESTORED:
        return BOOTSCRUB_KEY_RESTORED;

    default:
        return memcrypt.amd && memcrypt.state == MEMCRYPT_ACTIVE
               ? BOOTSCRUB_KEY_UNTOLD : BOOTSCRUB_KEY_UNKNOWN;
    }
}

static enum bootscrub_entry __init entry_of(const char *loader)
{
    if ( efi_enabled(EFI_BOOT) )
        return BOOTSCRUB_ENTRY_EFI;

    return strncmp(loader, "kexec", 5) ? BOOTSCRUB_ENTRY_OTHER
                                       : BOOTSCRUB_ENTRY_KEXEC;
}

/*
 * What might be skipped.  From a BIOS there is no memory map but Xen's own,
 * and only an assertion to go by.  BIOS loaders, and all that they load, are
 * 32-bit.
 */
static void __init find_candidate(void)
{
    unsigned int i;

    if ( facts.entry == BOOTSCRUB_ENTRY_EFI )
        efi_bootscrub_clean(&candidate);
    else
        for ( i = 0; i < e820.nr_map; i++ )
            if ( e820.map[i].type == E820_RAM )
                bootscrub_ranges_add(&candidate, e820.map[i].addr,
                                     e820.map[i].addr + e820.map[i].size);

    bootscrub_ranges_remove(&candidate, 0, GB(4));
    bootscrub_ranges_remove(&candidate, memcrypt.exclude,
                            memcrypt.exclude_end);
    bootscrub_ranges_round(&candidate, pfn_to_paddr(1));
}

/* Is all that another session might skip Xen's to use in this one? */
static bool __init heap_is_whole(void)
{
    /* A build without EFI adds nothing to it. */
    struct bootscrub_ranges usable = {};
    unsigned int i;

    if ( heap_has_badpages() )
        return false;

    /* What mem=, availmem= and the like take away is missing in e820. */
    efi_bootscrub_clean(&usable);

    for ( i = 0; i < usable.nr; i++ )
        if ( !e820_all_mapped(usable.r[i].start, usable.r[i].end, E820_RAM) )
            return false;

    return true;
}

/* The previous session's markers, by the node that each is on. */
static void __init collect_markers(void)
{
    const struct bootscrub_loader *l = &bootscrub_loader;
    unsigned int i;

    if ( l->chain.record != BOOTSCRUB_RECORD_VALID )
        return;

    for ( i = 0; i < l->previous.nr_markers; i++ )
    {
        nodeid_t node = bootscrub_node_of(l->previous.marker[i]);
        struct bootscrub_node *n;

        if ( node == NUMA_NO_NODE )
        {
            facts.readable_elsewhere |=
                l->class[i] == BOOTSCRUB_MARKER_READABLE;
            continue;
        }

        n = &facts.node[node];
        n->recorded++;
        n->readable += l->class[i] == BOOTSCRUB_MARKER_READABLE;
        n->noise += l->class[i] == BOOTSCRUB_MARKER_NOISE;
        n->cleared += l->class[i] == BOOTSCRUB_MARKER_CLEARED;
    }
}

static void __init count_markers(unsigned int nr[BOOTSCRUB_NR_MARKER_CLASSES])
{
    const struct bootscrub_loader *l = &bootscrub_loader;
    unsigned int i;

    if ( l->chain.record == BOOTSCRUB_RECORD_VALID )
        for ( i = 0; i < l->previous.nr_markers; i++ )
            nr[l->class[i]]++;
}

static void __init collect_encryption(void)
{
    const struct bootscrub_loader *l = &bootscrub_loader;

    memcrypt_read(&regs);
    memcrypt_decode(&regs, &memcrypt);
    find_candidate();
    bootscrub_read_tables(&regs, &candidate);

    regs.sockets = bootscrub_sockets();
    regs.psp = memcrypt_psp;
    regs.cbit_probe = bootscrub_try_cbit(&regs, &l->planted, tried);
    memcrypt_decode(&regs, &memcrypt);

    facts.hypervisor = regs.hypervisor;
    facts.encryption = encryption_of();
    facts.key = key_of();
}

static void __init collect_facts(const char *loader)
{
    const struct bootscrub_loader *l = &bootscrub_loader;

    facts.entry = entry_of(loader);
    facts.runtime_services = efi_enabled(EFI_RS);
    facts.chain = l->chain;
    facts.unpaid = l->unpaid;
    facts.written = l->written;
    facts.heap_limited = !heap_is_whole();

    collect_encryption();
    facts.chain.covered = facts.entry == BOOTSCRUB_ENTRY_EFI
                          ? l->covered.nr : candidate.nr;
    bootscrub_collect_nodes(&facts, &regs, &candidate, tried, false);
    collect_markers();
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

void __init bootscrub_init(const char *loader)
{
    wipe_stale_token();

    if ( !bootscrub_is_auto() )
    {
        /* The loader may have read the command line in another way. */
        memset(bootscrub_loader.token, 0, sizeof(bootscrub_loader.token));
        return;
    }

    collect_facts(loader);
    bootscrub_decide(&facts, &options, &verdict);

    switch ( verdict.action )
    {
    case BOOTSCRUB_SKIP:
        clean = candidate;
        bootscrub_keep_skipped(&verdict, &clean);
        break;

    case BOOTSCRUB_SYNC:
        /*
         * bootscrub_check() is going to scrub the whole heap.  Pages marked
         * as dirty now would be scrubbed a second time by idle CPUs.
         */
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

/*
 * The crash kernel's area is not in the heap, so scrub_heap_pages() does not
 * reach it.  A later session without crashkernel= would have it in its heap,
 * and skip it.
 */
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

/* With all processors up, judge again: some may be missing, or disagree. */
static int __init cf_check bootscrub_check(void)
{
    const struct bootscrub_verdict first = verdict;

    if ( !bootscrub_is_auto() )
        return 0;

    facts.encryption = encryption_of();
    bootscrub_collect_nodes(&facts, &regs, &candidate, tried, true);
    bootscrub_decide_again(&facts, &options, &first, &verdict);

    if ( verdict.action == BOOTSCRUB_SYNC )
    {
        scrub_crash_area();
        scrub_heap_pages();
    }

    return 0;
}
__initcall(bootscrub_check);

static int __init write_receipt(void)
{
    int rc = BOOTSCRUB_RECEIPT_NOT_DUE;

    if ( verdict.receipt )
        rc = efi_bootscrub_receipt(bootscrub_loader.token,
                                   verdict.action == BOOTSCRUB_SKIP);
    else if ( facts.heap_limited )
        rc = BOOTSCRUB_RECEIPT_LIMITED;

    if ( verdict.taken_back )
        efi_bootscrub_take_back(bootscrub_loader.token);

    memset(bootscrub_loader.token, 0, sizeof(bootscrub_loader.token));

    return rc;
}

void __init bootscrub_report(void)
{
    struct bootscrub_report r = {
        .verdict = &verdict,
        .facts = &facts,
        .memcrypt = &memcrypt,
        .receipt = write_receipt(),
        .skipped = pages_clean,
        .scrubbed = pages_marked,
    };

    count_markers(r.markers);

    if ( verdict.action != BOOTSCRUB_SKIP )
    {
        r.scrubbed += r.skipped;
        r.skipped = 0;
    }

    bootscrub_print(&r);
    bootscrub_publish(&r);
}
