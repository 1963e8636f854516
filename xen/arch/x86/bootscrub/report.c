/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto, told to people (boot log) and programs (hypfs).  All words
 * for reasons come from bootscrub-reasons.h.
 */

#include <xen/cache.h>
#include <xen/cpumask.h>
#include <xen/hypfs.h>
#include <xen/init.h>
#include <xen/lib.h>
#include <xen/mm.h>
#include <xen/nodemask.h>

#include "report.h"

#define PAGES_TO_MB(pages) ((pages) >> (20 - PAGE_SHIFT))

static const struct {
    const char *token, *sentence, *remedy;
} reasons[] __initconstrel = {
#define REASON(id, token, state, sentence, remedy) \
    { token, sentence, remedy },
#include <xen/bootscrub-reasons.h>
};

static const char *__init encryption_name(const struct memcrypt *m)
{
    switch ( m->state )
    {
    case MEMCRYPT_ACTIVE:
        if ( m->amd )
            return m->by_psp ? "AMD TSME, active by the PSP's report"
                             : "AMD TSME, active by what the C-bit does";

        return m->policy ? "Intel TME AES-XTS-256, active, locked"
                         : "Intel TME AES-XTS-128, active, locked";

    case MEMCRYPT_NOT_SUPPORTED:
        return "not supported";

    case MEMCRYPT_NOT_ACTIVE:
        return m->amd ? "AMD TSME, not active" : "Intel TME, not active";

    case MEMCRYPT_BYPASSED:
        return "Intel TME, bypassed";

    case MEMCRYPT_NOT_LOCKED:
        return "Intel TME, not locked";

    default:
        return m->amd ? "AMD TSME, unknown" : "unknown";
    }
}

static const char *__init key_name(const struct bootscrub_report *r)
{
    switch ( r->memcrypt->key )
    {
    case MEMCRYPT_KEY_NEW:
        return "new";

    case MEMCRYPT_KEY_RESTORED:
        return "restored";

    case MEMCRYPT_KEY_UNTOLD:
        if ( r->verdict->gate[BOOTSCRUB_G_KEY] == BOOTSCRUB_R_PROVEN )
            return "new";
        if ( r->facts->markers_readable )
            return "restored";
        /* fallthrough */
    default:
        return "unknown";
    }
}

static void __init print_encryption(const struct bootscrub_report *r)
{
    const struct memcrypt *m = r->memcrypt;

    printk("  Encryption: %s", encryption_name(m));

    if ( m->state == MEMCRYPT_ACTIVE )
    {
        printk(", %s key", key_name(r));

        if ( m->keyid_bits )
            printk(", %u KeyID bits", m->keyid_bits);

        if ( r->facts->cpus == MEMCRYPT_CPUS_AGREE )
            printk(", %u CPUs agree", num_online_cpus());
    }

    printk("\n");

    if ( m->exclude != m->exclude_end )
        printk("  Not encrypted: [%#"PRIx64", %#"PRIx64")\n",
               m->exclude, m->exclude_end);
}

static void __init print_counter(const char *name,
                                 const struct bootscrub_counter *c)
{
    if ( c->recorded && c->present )
        printk("%s %u -> %u", name, c->was, c->is);
    else if ( c->present )
        printk("%s %u", name, c->is);
    else if ( c->recorded )
        printk("%s %u -> unknown", name, c->was);
    else
        printk("no %s counter", name);
}

static void __init print_history(const struct bootscrub_facts *f)
{
    const struct bootscrub_counter *tpm = &f->counter[BOOTSCRUB_TPM_RESET];

    printk("  History: ");
    print_counter("boot", &f->counter[BOOTSCRUB_MONOTONIC]);

    if ( tpm->recorded || tpm->present )
    {
        printk(", ");
        print_counter("TPM resets", tpm);
    }

    if ( f->record != BOOTSCRUB_RECORD_VALID )
        printk(", no valid record\n");
    else
        printk(", previous session %s\n", f->receipt ? "clean" : "not clean");
}

static void __init print_receipt(int receipt)
{
    switch ( receipt )
    {
    case 0:
        printk("  Receipt: written\n");
        break;

    case BOOTSCRUB_RECEIPT_NOT_DUE:
        printk("  Receipt: none\n");
        break;

    case BOOTSCRUB_RECEIPT_LIMITED:
        printk("  Receipt: none, as the heap does not hold all memory\n");
        break;

    default:
        printk(XENLOG_ERR "  Receipt: could not be written (error %d)\n",
               receipt);
        break;
    }
}

/* What an administrator must not miss, whatever the verdict. */
static void __init print_warnings(const struct bootscrub_verdict *v)
{
    if ( v->lost_encryption )
        printk(XENLOG_WARNING
               "Memory encryption was active in the recorded session, and is not now\n");

    if ( v->contradiction != BOOTSCRUB_R_PROVEN )
        printk(XENLOG_WARNING
               "bootscrub=auto: what was asserted is disproved: %s\n",
               reasons[v->contradiction].token);

    if ( v->gate[BOOTSCRUB_G_BARE_METAL] == BOOTSCRUB_R_VIRTUALISED ||
         v->gate[BOOTSCRUB_G_ENCRYPTION] == BOOTSCRUB_R_NOT_SUPPORTED )
        printk(XENLOG_WARNING
               "bootscrub=auto can never skip the scrub on this machine\n");
}

void __init bootscrub_print(const struct bootscrub_report *r)
{
    const struct bootscrub_verdict *v = r->verdict;
    const struct bootscrub_facts *f = r->facts;
    bool skip = v->action == BOOTSCRUB_SKIP;

    print_warnings(v);
    printk("Boot scrub: %s (auto): %s\n", skip ? "skipped" : "performed",
           reasons[v->reason].token);

    if ( v->reason != BOOTSCRUB_R_PROVEN )
    {
        printk("  %s\n", reasons[v->reason].sentence);
        if ( *reasons[v->reason].remedy )
            printk("  %s\n", reasons[v->reason].remedy);
    }

    print_encryption(r);
    print_history(f);

    if ( f->record == BOOTSCRUB_RECORD_VALID )
        printk("  Markers: %u noise, %u overwritten, %u readable\n",
               f->markers_noise, f->markers_overwritten, f->markers_readable);

    printk("  Scope: %lu MiB skipped, %lu MiB scrubbed %s\n",
           PAGES_TO_MB(r->skipped), PAGES_TO_MB(r->scrubbed),
           v->action == BOOTSCRUB_SYNC ? "by all CPUs" : "in background");
    print_receipt(r->receipt);
}

#ifdef CONFIG_HYPFS

static HYPFS_DIR_INIT(dir, "bootscrub");
static HYPFS_DIR_INIT(gates_dir, "gates");
static HYPFS_STRING_INIT(mode_leaf, "mode");
static HYPFS_STRING_INIT(verdict_leaf, "verdict");
static HYPFS_STRING_INIT(reason_leaf, "reason");
static HYPFS_STRING_INIT(encryption_leaf, "encryption");
static HYPFS_STRING_INIT(key_leaf, "key");
static HYPFS_STRING_INIT(counters_leaf, "counters");
static HYPFS_STRING_INIT(receipt_leaf, "receipt");

static uint32_t __ro_after_init markers_noise, markers_readable;
static uint32_t __ro_after_init markers_overwritten;
static uint64_t __ro_after_init skipped_bytes, scrubbed_bytes;
static HYPFS_UINT_INIT(noise_leaf, "markers-noise", markers_noise);
static HYPFS_UINT_INIT(readable_leaf, "markers-readable", markers_readable);
static HYPFS_UINT_INIT(overwritten_leaf, "markers-overwritten",
                       markers_overwritten);
static HYPFS_UINT_INIT(skipped_leaf, "skipped-bytes", skipped_bytes);
static HYPFS_UINT_INIT(scrubbed_leaf, "scrubbed-bytes", scrubbed_bytes);

static struct hypfs_entry_leaf __read_mostly gate_leaf[BOOTSCRUB_NR_GATES] = {
#define GATE(id, token, sentence) \
    [BOOTSCRUB_G_ ## id] = { \
        .e.type = XEN_HYPFS_TYPE_STRING, \
        .e.encoding = XEN_HYPFS_ENC_PLAIN, \
        .e.name = token, \
        .e.funcs = &hypfs_leaf_ro_funcs, \
    },
#include <xen/bootscrub-reasons.h>
};

/* Not a fact of this boot, but how far the background scrub is now. */
static uint64_t unscrubbed_bytes;

/* hypfs has one reader at a time. */
static int cf_check read_unscrubbed(const struct hypfs_entry *entry,
                                    XEN_GUEST_HANDLE_PARAM(void) uaddr)
{
    unsigned long pages = 0;
    unsigned int node;

    for_each_online_node ( node )
        pages += ACCESS_ONCE(node_need_scrub[node]);

    unscrubbed_bytes = (uint64_t)pages << PAGE_SHIFT;

    return hypfs_read_leaf(entry, uaddr);
}

static const struct hypfs_funcs unscrubbed_funcs = {
    .enter = hypfs_node_enter,
    .exit = hypfs_node_exit,
    .read = read_unscrubbed,
    .write = hypfs_write_deny,
    .getsize = hypfs_getsize,
    .findentry = hypfs_leaf_findentry,
};

static HYPFS_FIXEDSIZE_INIT(unscrubbed_leaf, XEN_HYPFS_TYPE_UINT,
                            "unscrubbed-bytes", unscrubbed_bytes,
                            &unscrubbed_funcs, 0);

/* The strings that hypfs shows, for longer than the table above lives. */
static char __ro_after_init strings[512];

static void __init add_string(struct hypfs_entry_dir *to,
                              struct hypfs_entry_leaf *leaf, const char *str)
{
    static size_t __initdata used;
    char *copy = strings + used;
    size_t size = strlen(str) + 1;

    if ( size > sizeof(strings) - used )
    {
        ASSERT_UNREACHABLE();
        return;
    }

    memcpy(copy, str, size);
    used += size;
    hypfs_string_set_reference(leaf, copy);
    hypfs_add_leaf(to, leaf, true);
}

/* "NAME WAS IS" for each kind, with "-" for what is not known. */
static void __init add_counters(const struct bootscrub_facts *f)
{
    static const char names[BOOTSCRUB_NR_COUNTERS][12] __initconst = {
        [BOOTSCRUB_MONOTONIC] = "monotonic",
        [BOOTSCRUB_TPM_RESET] = " tpm-resets",
    };
    char text[72];
    unsigned int i, len = 0;

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
    {
        const struct bootscrub_counter *c = &f->counter[i];
        char was[12] = "-", is[12] = "-";

        if ( c->recorded )
            snprintf(was, sizeof(was), "%u", c->was);
        if ( c->present )
            snprintf(is, sizeof(is), "%u", c->is);

        len += scnprintf(text + len, sizeof(text) - len, "%s %s %s",
                         names[i], was, is);
    }

    add_string(&dir, &counters_leaf, text);
}

void __init bootscrub_publish(const struct bootscrub_report *r)
{
    const struct bootscrub_verdict *v = r->verdict;
    unsigned int i;

    markers_noise = r->facts->markers_noise;
    markers_readable = r->facts->markers_readable;
    markers_overwritten = r->facts->markers_overwritten;
    skipped_bytes = (uint64_t)r->skipped << PAGE_SHIFT;
    scrubbed_bytes = (uint64_t)r->scrubbed << PAGE_SHIFT;

    hypfs_add_dir(&hypfs_root, &dir, true);
    add_string(&dir, &mode_leaf, "auto");
    add_string(&dir, &verdict_leaf,
               v->action == BOOTSCRUB_SKIP ? "skipped" : "performed");
    add_string(&dir, &reason_leaf, reasons[v->reason].token);
    add_string(&dir, &encryption_leaf, encryption_name(r->memcrypt));
    add_string(&dir, &key_leaf, key_name(r));
    add_counters(r->facts);
    hypfs_add_leaf(&dir, &noise_leaf, true);
    hypfs_add_leaf(&dir, &readable_leaf, true);
    hypfs_add_leaf(&dir, &overwritten_leaf, true);
    hypfs_add_leaf(&dir, &skipped_leaf, true);
    hypfs_add_leaf(&dir, &scrubbed_leaf, true);
    hypfs_add_leaf(&dir, &unscrubbed_leaf, true);
    add_string(&dir, &receipt_leaf, r->receipt ? "none" : "written");

    hypfs_add_dir(&dir, &gates_dir, true);
    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        add_string(&gates_dir, &gate_leaf[i],
                   v->gate[i] == BOOTSCRUB_R_PROVEN
                   ? "proved" : reasons[v->gate[i]].token);
}

#else

void __init bootscrub_publish(const struct bootscrub_report *r)
{
}

#endif /* CONFIG_HYPFS */
