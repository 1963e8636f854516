/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto, told to people (boot log) and programs (hypfs).  All words
 * for reasons come from bootscrub-reasons.h.
 */

#include <xen/bootscrub.h>
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

static const char *__init key_name(const struct bootscrub_report *r)
{
    switch ( bootscrub_state(r->verdict->gate[BOOTSCRUB_G_KEY]) )
    {
    case BOOTSCRUB_PROVED:
        return "new";

    case BOOTSCRUB_DISPROVED:
        return "restored";

    default:
        return "unknown";
    }
}

static void __init print_encryption(const struct bootscrub_report *r)
{
    const struct memcrypt *m = r->memcrypt;

    if ( m->state != MEMCRYPT_ACTIVE )
        printk("  Encryption: %s\n", memcrypt_name(m));
    else if ( m->keyid_bits )
        printk("  Encryption: %s, key %s, %u KeyID bits, %u CPUs online\n",
               memcrypt_name(m), key_name(r), m->keyid_bits,
               num_online_cpus());
    else
        printk("  Encryption: %s, key %s, %u CPUs online\n",
               memcrypt_name(m), key_name(r), num_online_cpus());

    if ( m->exclude != m->exclude_end )
        printk("  Not encrypted: [%#"PRIx64", %#"PRIx64")\n",
               m->exclude, m->exclude_end);
}

static void __init print_counter(const char *name,
                                 const struct bootscrub_counter *c)
{
    if ( c->recorded && c->present )
        printk("  %s: %u -> %u\n", name, c->was, c->is);
    else if ( c->present )
        printk("  %s: %u, not recorded before\n", name, c->is);
    else if ( c->recorded )
        printk("  %s: was %u, cannot be read now\n", name, c->was);
}

static void __init print_history(const struct bootscrub_facts *f)
{
    const struct bootscrub_chain *c = &f->chain;

    print_counter("Boot counter", &c->counter[BOOTSCRUB_MONOTONIC]);
    print_counter("TPM resets", &c->counter[BOOTSCRUB_TPM_RESET]);

    if ( c->record == BOOTSCRUB_RECORD_VALID )
        printk("  Previous session: %s\n",
               c->receipt ? "clean" : "not confirmed clean");
}

static void __init print_markers(const struct bootscrub_report *r)
{
    const unsigned int *n = r->markers;

    if ( r->facts->chain.record != BOOTSCRUB_RECORD_VALID )
        return;

    printk("  Markers: %u noise, %u cleared, %u overwritten, %u readable\n",
           n[BOOTSCRUB_MARKER_NOISE], n[BOOTSCRUB_MARKER_CLEARED],
           n[BOOTSCRUB_MARKER_OVERWRITTEN], n[BOOTSCRUB_MARKER_READABLE]);
}

/*
 * Why a complete scrub was not worth the wait.  A skip whose session did not
 * get as far as its receipt counts as none.  How many these were is not said:
 * a boot that took back what it had announced counts twice.
 */
static void __init print_back_off(const struct bootscrub_facts *f)
{
    printk("  The last boot%s did not lead to a confirmed skip;\n",
           f->unpaid > 2 ? "s" : "");
    printk("  so this one scrubs in the background, and does not wait\n");
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
               "Boot scrub: memory encryption was active in the previous session and is not active now\n");

    if ( v->contradiction != BOOTSCRUB_R_PROVEN )
        printk(XENLOG_WARNING
               "Boot scrub: what assert-encrypted says is not true: %s\n",
               reasons[v->contradiction].token);

    if ( v->gate[BOOTSCRUB_G_BARE_METAL] == BOOTSCRUB_R_VIRTUALISED ||
         v->gate[BOOTSCRUB_G_ENCRYPTION] == BOOTSCRUB_R_NOT_SUPPORTED )
        printk(XENLOG_WARNING
               "Boot scrub: bootscrub=auto can never skip on this machine\n");
}

/* What of a skip had to be left out, and why. */
static void __init print_nodes(const struct bootscrub_verdict *v)
{
    static const char *const why[] __initconstrel = {
        [BOOTSCRUB_NODE_UNASKED] = "no processor could be asked about it",
        [BOOTSCRUB_NODE_UNENCRYPTED] = "no evidence of encryption reaches it",
        [BOOTSCRUB_NODE_READABLE] = "a marker on it is readable",
        [BOOTSCRUB_NODE_NO_KEY] = "its key is not shown to be new",
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(v->share); i++ )
        if ( v->share[i] > BOOTSCRUB_NODE_NOT_COVERED )
            printk("  Node %u is not skipped: %s\n", i, why[v->share[i]]);
}

void __init bootscrub_print(const struct bootscrub_report *r)
{
    const struct bootscrub_verdict *v = r->verdict;
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

    if ( v->backed_off )
        print_back_off(r->facts);

    print_encryption(r);
    print_history(r->facts);
    print_markers(r);

    if ( skip )
        print_nodes(v);

    printk("  Scope: %lu MiB skipped, %lu MiB %s\n",
           PAGES_TO_MB(r->skipped), PAGES_TO_MB(r->scrubbed),
           v->action == BOOTSCRUB_SYNC ? "scrubbed by all CPUs"
                                       : "to be scrubbed in background");
    print_receipt(r->receipt);
}

#ifdef CONFIG_HYPFS

/* Not a fact of this boot, but how far the background scrub is now. */
static uint64_t unscrubbed_bytes;

/*
 * Readers share hypfs's lock.  Each of them writes one word, with a number
 * that was right while it read.
 */
static int cf_check read_unscrubbed(const struct hypfs_entry *entry,
                                    XEN_GUEST_HANDLE_PARAM(void) uaddr)
{
    unsigned long pages = 0;
    unsigned int node;

    for_each_online_node ( node )
        pages += heap_unscrubbed(node);

    ACCESS_ONCE(unscrubbed_bytes) = (uint64_t)pages << PAGE_SHIFT;

    return hypfs_read_leaf(entry, uaddr);
}

static const struct hypfs_funcs unscrubbed_bytes_funcs = {
    .enter = hypfs_node_enter,
    .exit = hypfs_node_exit,
    .read = read_unscrubbed,
    .write = hypfs_write_deny,
    .getsize = hypfs_getsize,
    .findentry = hypfs_leaf_findentry,
};

static HYPFS_DIR_INIT(dir, "bootscrub");
static HYPFS_DIR_INIT(gates_dir, "gates");

#define STRING(id, name, sentence) \
    static HYPFS_STRING_INIT(id ## _leaf, name);
#define NUMBER(id, name, sentence) \
    static uint64_t __ro_after_init id; \
    static HYPFS_UINT_INIT(id ## _leaf, name, id);
#define MAYBE(id, name, sentence) \
    static uint64_t __ro_after_init id; \
    static HYPFS_UINT_INIT(id ## _leaf, name, id);
#define LIVE(id, name, sentence) \
    static HYPFS_FIXEDSIZE_INIT(id ## _leaf, XEN_HYPFS_TYPE_UINT, name, id, \
                                &id ## _funcs, 0);
#include <xen/bootscrub-leaves.h>

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

/* The strings that hypfs shows, for longer than the table above lives. */
static char __ro_after_init strings[768];

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

/* Where a number is not known there is no leaf. */
static void __init add_known(struct hypfs_entry_leaf *leaf, uint64_t *number,
                             bool known, uint64_t value)
{
    if ( !known )
        return;

    *number = value;
    hypfs_add_leaf(&dir, leaf, true);
}

static void __init add_counters(const struct bootscrub_facts *f)
{
    const struct bootscrub_counter *c =
        &f->chain.counter[BOOTSCRUB_MONOTONIC];

    add_known(&boot_counter_was_leaf, &boot_counter_was, c->recorded, c->was);
    add_known(&boot_counter_is_leaf, &boot_counter_is, c->present, c->is);

    c = &f->chain.counter[BOOTSCRUB_TPM_RESET];
    add_known(&tpm_resets_was_leaf, &tpm_resets_was, c->recorded, c->was);
    add_known(&tpm_resets_is_leaf, &tpm_resets_is, c->present, c->is);
}

static void __init set_numbers(const struct bootscrub_report *r)
{
    markers_noise = r->markers[BOOTSCRUB_MARKER_NOISE];
    markers_cleared = r->markers[BOOTSCRUB_MARKER_CLEARED];
    markers_overwritten = r->markers[BOOTSCRUB_MARKER_OVERWRITTEN];
    markers_readable = r->markers[BOOTSCRUB_MARKER_READABLE];
    skipped_bytes = (uint64_t)r->skipped << PAGE_SHIFT;
    scrubbed_bytes = (uint64_t)r->scrubbed << PAGE_SHIFT;
}

void __init bootscrub_publish(const struct bootscrub_report *r)
{
    const struct bootscrub_verdict *v = r->verdict;
    unsigned int i;

    hypfs_add_dir(&hypfs_root, &dir, true);
    add_string(&dir, &mode_leaf, "auto");
    add_string(&dir, &verdict_leaf,
               v->action == BOOTSCRUB_SKIP ? "skipped" : "performed");
    add_string(&dir, &reason_leaf, reasons[v->reason].token);
    add_string(&dir, &encryption_leaf, memcrypt_name(r->memcrypt));
    add_string(&dir, &key_leaf, key_name(r));
    add_string(&dir, &receipt_leaf, r->receipt ? "none" : "written");

    add_counters(r->facts);
    set_numbers(r);
#define NUMBER(id, name, sentence) hypfs_add_leaf(&dir, &id ## _leaf, true);
#define LIVE(id, name, sentence)   hypfs_add_leaf(&dir, &id ## _leaf, true);
#include <xen/bootscrub-leaves.h>

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
