/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: what the facts say of each gate, and of each node.
 *
 * Pure: no hardware, no allocation, no printing, no globals.  The same file
 * is compiled for Xen and for the tests.
 */

#include <xen/lib/bootscrub/gates.h>

#include "private.h"

enum bootscrub_state __init bootscrub_state(enum bootscrub_reason reason)
{
    switch ( reason )
    {
#define REASON(id, token, state, sentence, remedy) \
    case BOOTSCRUB_R_ ## id: return BOOTSCRUB_ ## state;
#include <xen/bootscrub-reasons.h>

    default:
        return BOOTSCRUB_UNKNOWN;
    }
}

static enum bootscrub_reason __init
judge_bare_metal(const struct bootscrub_facts *f)
{
    return f->hypervisor ? BOOTSCRUB_R_VIRTUALISED : BOOTSCRUB_R_PROVEN;
}

static enum bootscrub_reason __init
judge_firmware(const struct bootscrub_facts *f)
{
    switch ( f->entry )
    {
    case BOOTSCRUB_ENTRY_EFI:
        return BOOTSCRUB_R_PROVEN;

    case BOOTSCRUB_ENTRY_KEXEC:
        return BOOTSCRUB_R_KEXEC;

    default:
        return BOOTSCRUB_R_NO_BOOT_SERVICES;
    }
}

static enum bootscrub_reason __init
judge_encryption(const struct bootscrub_facts *f)
{
    switch ( f->encryption )
    {
    case BOOTSCRUB_ENCRYPTION_ACTIVE:
        return BOOTSCRUB_R_PROVEN;

    case BOOTSCRUB_ENCRYPTION_NOT_SUPPORTED:
        return BOOTSCRUB_R_NOT_SUPPORTED;

    case BOOTSCRUB_ENCRYPTION_NOT_ACTIVE:
        return BOOTSCRUB_R_NOT_ACTIVE;

    case BOOTSCRUB_ENCRYPTION_BYPASSED:
        return BOOTSCRUB_R_BYPASSED;

    case BOOTSCRUB_ENCRYPTION_NOT_LOCKED:
        return BOOTSCRUB_R_NOT_LOCKED;

    case BOOTSCRUB_ENCRYPTION_CPUS_DISAGREE:
        return BOOTSCRUB_R_CPUS_DISAGREE;

    default:
        return BOOTSCRUB_R_ENCRYPTION_UNKNOWN;
    }
}

/* Unsigned, so that a counter that wraps around is a step like any other. */
static bool __init one_more(const struct bootscrub_counter *c)
{
    return c->recorded && c->present && c->is - c->was == 1;
}

bool __init bootscrub_has_counter(const struct bootscrub_chain *c)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
        if ( c->counter[i].present )
            return true;

    return false;
}

static enum bootscrub_reason __init
judge_history(const struct bootscrub_chain *c)
{
    unsigned int i;

    if ( c->record == BOOTSCRUB_RECORD_ABSENT )
        return BOOTSCRUB_R_NO_RECORD;

    if ( c->record != BOOTSCRUB_RECORD_VALID )
        return BOOTSCRUB_R_RECORD_INVALID;

    if ( c->previous == BOOTSCRUB_SESSION_PLAINTEXT )
        return BOOTSCRUB_R_WAS_PLAINTEXT;

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
    {
        /*
         * A counter that only one of the two sessions could read says nothing
         * about the time between them.
         */
        if ( c->counter[i].recorded != c->counter[i].present )
            return BOOTSCRUB_R_NO_COUNTER;

        if ( c->counter[i].present && !one_more(&c->counter[i]) )
            return BOOTSCRUB_R_COUNTER_GAP;
    }

    return bootscrub_has_counter(c) ? BOOTSCRUB_R_PROVEN
                                    : BOOTSCRUB_R_NO_COUNTER;
}

static enum bootscrub_reason __init
judge_clean(const struct bootscrub_chain *c)
{
    return c->record == BOOTSCRUB_RECORD_VALID && c->receipt
           ? BOOTSCRUB_R_PROVEN : BOOTSCRUB_R_NOT_CLEAN;
}

static enum bootscrub_reason __init
judge_coverage(const struct bootscrub_chain *c)
{
    if ( !c->covered )
        return BOOTSCRUB_R_NOTHING_TO_SKIP;

    return c->record == BOOTSCRUB_RECORD_VALID && c->same_coverage
           ? BOOTSCRUB_R_PROVEN : BOOTSCRUB_R_RAM_CHANGED;
}

bool __init bootscrub_chain_proved(const struct bootscrub_chain *c)
{
    return judge_history(c) == BOOTSCRUB_R_PROVEN &&
           judge_clean(c) == BOOTSCRUB_R_PROVEN &&
           judge_coverage(c) == BOOTSCRUB_R_PROVEN;
}

/*
 * Memory as a witness that the key on @n is new.
 *
 * Noise is what another key makes of a marker.  On Intel one noisy marker
 * supports what key-select says.  Where no register says anything, noise is
 * all there is, and a buffer of compressed data that a boot loader freed looks
 * the same: most of the markers have to be noise, so both where there are two.
 *
 * Cleared markers show that their contents are gone from where a guest can
 * read them.  They are a sample, so they count only beside key-select.
 */
static bool __init memory_shows_key(const struct bootscrub_facts *f,
                                    const struct bootscrub_node *n)
{
    /*
     * Only a session that is confirmed is known to have planted its markers
     * under encryption.  Plaintext, too, is noise when it is decrypted.
     */
    if ( !f->chain.receipt || !n->recorded || n->readable )
        return false;

    if ( f->key == BOOTSCRUB_KEY_NEW )
        return n->noise || n->cleared == n->recorded;

    return n->one_key && 2 * n->noise > n->recorded;
}

/*
 * What key-select says dates from the processor's own last reset.  That the
 * rest of the machine was reset with it takes another witness: memory, or the
 * TPM.  They are witnesses only if nothing else ran in between (@history), as
 * it might have written to the markers.
 */
static bool __init key_shown(const struct bootscrub_facts *f,
                             const struct bootscrub_node *n, bool history)
{
    if ( !history )
        return false;

    switch ( f->key )
    {
    case BOOTSCRUB_KEY_NEW:
        return memory_shows_key(f, n) ||
               one_more(&f->chain.counter[BOOTSCRUB_TPM_RESET]);

    case BOOTSCRUB_KEY_UNTOLD:
        return memory_shows_key(f, n);

    default:
        return false;
    }
}

static enum bootscrub_share __init judge_node(const struct bootscrub_facts *f,
                                              const struct bootscrub_node *n,
                                              bool history)
{
    if ( !n->covered )
        return BOOTSCRUB_NODE_NOT_COVERED;

    if ( n->readable )
        return BOOTSCRUB_NODE_READABLE;

    /*
     * Without the SRAT, memory that has no processors could not be told apart
     * from memory that has.
     */
    if ( f->srat_unused || !n->processors || !n->asked )
        return BOOTSCRUB_NODE_UNASKED;

    if ( !n->encrypted )
        return BOOTSCRUB_NODE_UNENCRYPTED;

    return key_shown(f, n, history) ? BOOTSCRUB_NODE_SKIPPED
                                    : BOOTSCRUB_NODE_NO_KEY;
}

/*
 * Contents that can be read are not protected, however new the key is said to
 * be.  Memory without processors (CXL) may have no encryption at all: that
 * node's markers speak for that node only.
 */
static bool __init marker_readable(const struct bootscrub_facts *f)
{
    unsigned int i;

    for ( i = 0; i < f->nr_nodes; i++ )
        if ( f->node[i].readable && f->node[i].processors )
            return true;

    return f->readable_elsewhere;
}

/* @share is what judge_node() says of each node. */
static enum bootscrub_reason __init
judge_key(const struct bootscrub_facts *f, const enum bootscrub_share *share)
{
    unsigned int i, covered = 0, checked = 0, cleared = 0, other = 0;

    if ( f->key == BOOTSCRUB_KEY_RESTORED )
        return BOOTSCRUB_R_KEY_RESTORED;

    if ( marker_readable(f) )
        return BOOTSCRUB_R_MARKER_READABLE;

    for ( i = 0; i < f->nr_nodes; i++ )
    {
        if ( share[i] == BOOTSCRUB_NODE_SKIPPED )
            return BOOTSCRUB_R_PROVEN;

        covered += f->node[i].covered;

        if ( share[i] != BOOTSCRUB_NODE_NO_KEY )
            continue;

        checked++;
        cleared += f->node[i].cleared;
        other += f->node[i].recorded - f->node[i].cleared;
    }

    if ( covered && !checked )
        return BOOTSCRUB_R_UNCHECKED_MEMORY;

    return f->key == BOOTSCRUB_KEY_UNTOLD && cleared && !other &&
           judge_history(&f->chain) == BOOTSCRUB_R_PROVEN
           ? BOOTSCRUB_R_KEY_NOT_SHOWN : BOOTSCRUB_R_KEY_UNKNOWN;
}

static enum bootscrub_reason __init
judge_recorded(const struct bootscrub_facts *f)
{
    switch ( f->written )
    {
    case BOOTSCRUB_WRITTEN:
        break;

    case BOOTSCRUB_NO_ENTROPY:
        return BOOTSCRUB_R_NO_ENTROPY;

    case BOOTSCRUB_NOT_TRIED:
        return BOOTSCRUB_R_NO_BOOT_SERVICES;

    default:
        return BOOTSCRUB_R_RECORD_NOT_WRITTEN;
    }

    return f->runtime_services ? BOOTSCRUB_R_PROVEN
                               : BOOTSCRUB_R_NO_RUNTIME_SERVICES;
}

void __init bootscrub_judge(const struct bootscrub_facts *f,
                            enum bootscrub_reason gate[BOOTSCRUB_NR_GATES],
                            enum bootscrub_share share[BOOTSCRUB_MAX_NODES])
{
    unsigned int i;
    bool history;

    gate[BOOTSCRUB_G_BARE_METAL] = judge_bare_metal(f);
    gate[BOOTSCRUB_G_FIRMWARE] = judge_firmware(f);
    gate[BOOTSCRUB_G_ENCRYPTION] = judge_encryption(f);
    gate[BOOTSCRUB_G_HISTORY] = judge_history(&f->chain);

    history = gate[BOOTSCRUB_G_HISTORY] == BOOTSCRUB_R_PROVEN;
    for ( i = 0; i < f->nr_nodes; i++ )
        share[i] = judge_node(f, &f->node[i], history);

    gate[BOOTSCRUB_G_KEY] = judge_key(f, share);
    gate[BOOTSCRUB_G_CLEAN] = judge_clean(&f->chain);
    gate[BOOTSCRUB_G_COVERAGE] = judge_coverage(&f->chain);
    gate[BOOTSCRUB_G_RECORDED] = judge_recorded(f);
}
