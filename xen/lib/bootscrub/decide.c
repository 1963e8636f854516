/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: facts in, verdict and reason out.
 *
 * Pure: no hardware, no allocation, no printing, no globals.  The same file
 * is compiled for Xen and for the tests.
 */

#include <xen/lib/bootscrub/decide.h>

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

static bool __init has_counter(const struct bootscrub_chain *c)
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

    return has_counter(c) ? BOOTSCRUB_R_PROVEN : BOOTSCRUB_R_NO_COUNTER;
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
 * the same: most of the markers have to be noise, and at least two of them.
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

    return n->one_key && 2 * n->noise > n->recorded &&
           (n->noise > 1 || n->recorded == 1);
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

static void __init judge(const struct bootscrub_facts *f,
                         struct bootscrub_verdict *v)
{
    unsigned int i;
    bool history;

    v->gate[BOOTSCRUB_G_BARE_METAL] = judge_bare_metal(f);
    v->gate[BOOTSCRUB_G_FIRMWARE] = judge_firmware(f);
    v->gate[BOOTSCRUB_G_ENCRYPTION] = judge_encryption(f);
    v->gate[BOOTSCRUB_G_HISTORY] = judge_history(&f->chain);

    history = v->gate[BOOTSCRUB_G_HISTORY] == BOOTSCRUB_R_PROVEN;
    for ( i = 0; i < f->nr_nodes; i++ )
        v->share[i] = judge_node(f, &f->node[i], history);

    v->gate[BOOTSCRUB_G_KEY] = judge_key(f, v->share);
    v->gate[BOOTSCRUB_G_CLEAN] = judge_clean(&f->chain);
    v->gate[BOOTSCRUB_G_COVERAGE] = judge_coverage(&f->chain);
    v->gate[BOOTSCRUB_G_RECORDED] = judge_recorded(f);
}

/* Do the options @o assert gate @i? */
static bool __init is_asserted(unsigned int i,
                               const struct bootscrub_options *o)
{
    return o->assert_encrypted && i >= BOOTSCRUB_G_FIRMWARE &&
           i <= BOOTSCRUB_G_COVERAGE;
}

/* Does gate @i allow a skip: proved, or unknown and asserted? */
static bool __init is_open(const struct bootscrub_verdict *v, unsigned int i,
                           const struct bootscrub_options *o)
{
    if ( v->gate[i] == BOOTSCRUB_R_PROVEN )
        return true;

    /* Only the next session needs the record; an asserted one has no use. */
    if ( i == BOOTSCRUB_G_RECORDED )
        return o->assert_encrypted;

    return is_asserted(i, o) &&
           bootscrub_state(v->gate[i]) == BOOTSCRUB_UNKNOWN;
}

/*
 * Of the gates that forbid a skip: the first that is disproved; if none is,
 * the first unknown one.
 */
static enum bootscrub_reason __init
first_reason(const struct bootscrub_verdict *v,
             const struct bootscrub_options *o)
{
    enum bootscrub_reason unknown = BOOTSCRUB_R_PROVEN;
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        if ( is_open(v, i, o) )
            continue;

        if ( bootscrub_state(v->gate[i]) == BOOTSCRUB_DISPROVED )
            return v->gate[i];

        /* Without a receipt, memory says nothing of the key. */
        if ( v->gate[i] == BOOTSCRUB_R_KEY_UNKNOWN &&
             v->gate[BOOTSCRUB_G_CLEAN] == BOOTSCRUB_R_NOT_CLEAN &&
             !is_open(v, BOOTSCRUB_G_CLEAN, o) )
            continue;

        if ( unknown == BOOTSCRUB_R_PROVEN )
            unknown = v->gate[i];
    }

    return unknown;
}

/*
 * The first assertion that is not true.  Nobody asserts that there is memory
 * to skip.
 */
static enum bootscrub_reason __init
contradiction(const struct bootscrub_verdict *v,
              const struct bootscrub_options *o)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        if ( is_asserted(i, o) && i != BOOTSCRUB_G_COVERAGE &&
             bootscrub_state(v->gate[i]) == BOOTSCRUB_DISPROVED )
            return v->gate[i];

    return BOOTSCRUB_R_PROVEN;
}

/*
 * Nodes that evidence would take out, an assertion leaves in: all but those
 * whose contents are seen to be readable.  Returns whether there are any.
 */
static bool __init fill_shares(const struct bootscrub_facts *f,
                               struct bootscrub_verdict *v)
{
    bool filled = false;
    unsigned int i;

    for ( i = 0; i < f->nr_nodes; i++ )
    {
        switch ( v->share[i] )
        {
        case BOOTSCRUB_NODE_SKIPPED:
        case BOOTSCRUB_NODE_NOT_COVERED:
        case BOOTSCRUB_NODE_READABLE:
            continue;

        default:
            v->share[i] = BOOTSCRUB_NODE_SKIPPED;
            filled = true;
        }
    }

    return filled;
}

/*
 * Can this session be confirmed to the next one?  It takes encryption that is
 * proved now, whatever was asserted, and a record to refer to.  A node whose
 * processors stayed silent this time may be asked, and skipped, the next.
 */
static bool __init confirmable(const struct bootscrub_facts *f,
                               const struct bootscrub_verdict *v)
{
    unsigned int i;

    for ( i = 0; i < f->nr_nodes; i++ )
    {
        const struct bootscrub_node *n = &f->node[i];

        if ( n->covered && n->processors && (!n->asked || !n->encrypted) )
            return false;
    }

    return !f->heap_limited && !f->srat_unused &&
           v->gate[BOOTSCRUB_G_BARE_METAL] == BOOTSCRUB_R_PROVEN &&
           v->gate[BOOTSCRUB_G_ENCRYPTION] == BOOTSCRUB_R_PROVEN &&
           v->gate[BOOTSCRUB_G_RECORDED] == BOOTSCRUB_R_PROVEN;
}

/*
 * Is it this session's turn to scrub everything before dom0 starts, so that
 * the next one can skip?  Where that does not pay off, the turns become rare:
 * never two in a row.
 */
static bool __init is_turn(unsigned int unpaid)
{
    return unpaid && unpaid <= 127 && !(unpaid & (unpaid + 1));
}

unsigned int __init bootscrub_unpaid(unsigned int was, bool skipped,
                                     const struct bootscrub_chain *c)
{
    unsigned int unpaid = skipped ? 0 : was;

    if ( unpaid < BOOTSCRUB_MAX_UNPAID && !bootscrub_chain_proved(c) )
        unpaid++;

    return unpaid;
}

/*
 * The receipt says "this session was encrypted and its memory clean".  A new
 * chain of such sessions begins with a complete scrub: it is worth its time
 * only if the receipt can be written now, and used by the next session.
 */
static void __init choose(const struct bootscrub_facts *f,
                          const struct bootscrub_options *o,
                          struct bootscrub_verdict *v)
{
    bool chain = bootscrub_chain_proved(&f->chain);
    bool can = confirmable(f, v);
    bool worth = can && !chain && f->chain.covered && has_counter(&f->chain);

    if ( v->reason == BOOTSCRUB_R_PROVEN )
        v->action = BOOTSCRUB_SKIP;
    else if ( o->fallback_on || (worth && is_turn(f->unpaid)) )
        v->action = BOOTSCRUB_SYNC;

    v->backed_off = worth && v->action == BOOTSCRUB_BACKGROUND;
    v->receipt = can && (chain || v->action == BOOTSCRUB_SYNC);
}

void __init bootscrub_decide(const struct bootscrub_facts *f,
                             const struct bootscrub_options *o,
                             struct bootscrub_verdict *v)
{
    const struct bootscrub_options unasserted = {};
    bool filled;

    memset(v, 0, sizeof(*v));
    judge(f, v);

    v->reason = first_reason(v, o);
    v->contradiction = contradiction(v, o);
    /* A session that has a receipt was encrypted, whatever its loader knew. */
    v->lost_encryption =
        f->chain.record == BOOTSCRUB_RECORD_VALID &&
        (f->chain.previous == BOOTSCRUB_SESSION_ENCRYPTED ||
         f->chain.receipt) &&
        bootscrub_state(v->gate[BOOTSCRUB_G_ENCRYPTION]) ==
        BOOTSCRUB_DISPROVED;

    choose(f, o, v);
    if ( v->action != BOOTSCRUB_SKIP )
        return;

    filled = o->assert_encrypted && fill_shares(f, v);
    if ( filled || first_reason(v, &unasserted) != BOOTSCRUB_R_PROVEN )
        v->reason = BOOTSCRUB_R_ASSERTED;
}

/* Does @v take out what @first skipped, or not skip at all? */
static bool __init takes_back(const struct bootscrub_facts *f,
                              const struct bootscrub_verdict *first,
                              const struct bootscrub_verdict *v)
{
    unsigned int i;

    if ( v->action != BOOTSCRUB_SKIP )
        return true;

    for ( i = 0; i < f->nr_nodes; i++ )
        if ( first->share[i] == BOOTSCRUB_NODE_SKIPPED &&
             v->share[i] != BOOTSCRUB_NODE_SKIPPED )
            return true;

    return false;
}

void __init bootscrub_decide_again(const struct bootscrub_facts *f,
                                   const struct bootscrub_options *o,
                                   const struct bootscrub_verdict *first,
                                   struct bootscrub_verdict *v)
{
    bootscrub_decide(f, o, v);

    switch ( first->action )
    {
    case BOOTSCRUB_SKIP:
        if ( !takes_back(f, first, v) )
            return;
        break;

    case BOOTSCRUB_SYNC:
        break;

    default:
        return;
    }

    v->action = BOOTSCRUB_SYNC;
    v->backed_off = false;
    v->receipt = confirmable(f, v);

    /* Enough is proved for a skip, but of less than was left unmarked. */
    if ( bootscrub_state(v->reason) == BOOTSCRUB_PROVED )
        v->reason = BOOTSCRUB_R_UNCHECKED_MEMORY;
}
