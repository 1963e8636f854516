/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: from gates and options to the verdict.  As pure as gates.c.
 */

#include <xen/lib/bootscrub/decide.h>

#include "private.h"

/* Do the options @o assert gate @i? */
static bool __init is_asserted(unsigned int i,
                               const struct bootscrub_options *o)
{
    return o->assert_encrypted && i >= BOOTSCRUB_G_FIRMWARE &&
           i <= BOOTSCRUB_G_COVERAGE;
}

/* Does gate @i allow a skip: proved, or unknown and asserted? */
static bool __init is_open(const struct bootscrub_facts *f,
                           const struct bootscrub_verdict *v, unsigned int i,
                           const struct bootscrub_options *o)
{
    if ( v->gate[i] == BOOTSCRUB_R_PROVEN )
        return true;

    /* Only the next session needs the record; an asserted one has no use. */
    if ( i == BOOTSCRUB_G_RECORDED )
        return o->assert_encrypted;

    if ( i == BOOTSCRUB_G_CLEAN && f->chain.taken_back )
        return false;

    return is_asserted(i, o) &&
           bootscrub_state(v->gate[i]) == BOOTSCRUB_UNKNOWN;
}

/*
 * Of the gates that forbid a skip: the first that is disproved; if none is,
 * the first unknown one.
 */
static enum bootscrub_reason __init
first_reason(const struct bootscrub_facts *f,
             const struct bootscrub_verdict *v,
             const struct bootscrub_options *o)
{
    enum bootscrub_reason unknown = BOOTSCRUB_R_PROVEN;
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        if ( is_open(f, v, i, o) )
            continue;

        if ( bootscrub_state(v->gate[i]) == BOOTSCRUB_DISPROVED )
            return v->gate[i];

        /* Without a receipt, memory says nothing of the key. */
        if ( v->gate[i] == BOOTSCRUB_R_KEY_UNKNOWN &&
             v->gate[BOOTSCRUB_G_CLEAN] == BOOTSCRUB_R_NOT_CLEAN &&
             !is_open(f, v, BOOTSCRUB_G_CLEAN, o) )
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

/* Behind the last turn the numbers have an end, but odd follows even. */
static unsigned int __init next_unpaid(unsigned int unpaid)
{
    return unpaid < BOOTSCRUB_MAX_UNPAID ? unpaid + 1 : unpaid - 1;
}

/*
 * Firmware may fault in what is written at run time.  Lest it stop two boots
 * in a row, nothing is written at even numbers.  All turns are odd; and where
 * the chain is whole, the number is that of the session with which it began,
 * or 0 after a skip.
 */
static bool __init may_tell(unsigned int unpaid)
{
    return !unpaid || (unpaid & 1);
}

unsigned int __init bootscrub_unpaid(unsigned int was, bool skipped,
                                     const struct bootscrub_chain *c)
{
    unsigned int unpaid = skipped ? 0 : was;

    if ( !bootscrub_chain_proved(c) )
        unpaid = next_unpaid(unpaid);

    /*
     * The session before was to be confirmed as soon as it could be, and was
     * not: perhaps it was stopped there.  Do not let the next one stop, too.
     * Nor wait in each boot of firmware that does not give back a record as it
     * was written.
     */
    if ( unpaid == 1 && c->record != BOOTSCRUB_RECORD_ABSENT && !c->receipt )
        unpaid++;

    /* This session is going to tell the next one again: see may_tell(). */
    if ( c->taken_back && !(unpaid & 1) )
        unpaid = next_unpaid(unpaid);

    return unpaid;
}

/*
 * The receipt says "this session was encrypted, and nothing has been left
 * unencrypted since a complete scrub".  A new chain of such sessions begins
 * with that scrub: it is worth its time only if the receipt can be written
 * now, and used by the next session.
 */
static void __init choose(const struct bootscrub_facts *f,
                          const struct bootscrub_options *o,
                          struct bootscrub_verdict *v)
{
    bool chain = bootscrub_chain_proved(&f->chain);
    bool can = confirmable(f, v);
    bool worth = can && !chain && f->chain.covered && !f->chain.taken_back &&
                 bootscrub_has_counter(&f->chain);

    if ( v->reason == BOOTSCRUB_R_PROVEN )
        v->action = BOOTSCRUB_SKIP;
    else if ( o->fallback_on || (worth && is_turn(f->unpaid)) )
        v->action = BOOTSCRUB_SYNC;

    v->backed_off = worth && v->action == BOOTSCRUB_BACKGROUND;
    v->receipt = can && may_tell(f->unpaid) &&
                 (chain || v->action == BOOTSCRUB_SYNC);
}

void __init bootscrub_decide(const struct bootscrub_facts *f,
                             const struct bootscrub_options *o,
                             struct bootscrub_verdict *v)
{
    const struct bootscrub_options unasserted = {};
    bool filled;

    memset(v, 0, sizeof(*v));
    bootscrub_judge(f, v->gate, v->share);

    v->reason = first_reason(f, v, o);
    v->contradiction = contradiction(v, o);
    /*
     * A session that has a receipt was encrypted, whatever its loader knew.
     * The loader's word is CPU0's: others may have disagreed then, too.
     */
    v->lost_encryption =
        f->chain.record == BOOTSCRUB_RECORD_VALID &&
        (f->chain.receipt ||
         (f->chain.previous == BOOTSCRUB_SESSION_ENCRYPTED &&
          v->gate[BOOTSCRUB_G_ENCRYPTION] != BOOTSCRUB_R_CPUS_DISAGREE)) &&
        bootscrub_state(v->gate[BOOTSCRUB_G_ENCRYPTION]) ==
        BOOTSCRUB_DISPROVED;

    choose(f, o, v);
    if ( v->action != BOOTSCRUB_SKIP )
        return;

    filled = o->assert_encrypted && fill_shares(f, v);
    if ( filled || first_reason(f, v, &unasserted) != BOOTSCRUB_R_PROVEN )
        v->reason = BOOTSCRUB_R_ASSERTED;
}

/*
 * Has an assertion been disproved only now?  Then the next session must not
 * begin with a skip, only to wait again for a scrub.
 */
static bool __init is_taken_back(const struct bootscrub_facts *f,
                                 const struct bootscrub_options *o,
                                 const struct bootscrub_verdict *first,
                                 const struct bootscrub_verdict *v)
{
    return o->assert_encrypted && !v->receipt &&
           bootscrub_state(v->reason) == BOOTSCRUB_DISPROVED &&
           bootscrub_state(first->reason) != BOOTSCRUB_DISPROVED &&
           v->gate[BOOTSCRUB_G_RECORDED] == BOOTSCRUB_R_PROVEN &&
           may_tell(f->unpaid);
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
        if ( takes_back(f, first, v) )
            break;
        /* What was taken out then is marked, whatever is known by now. */
        memcpy(v->share, first->share, sizeof(v->share));
        return;

    case BOOTSCRUB_SYNC:
        break;

    default:
        /* All of the heap is marked by now: more cannot be skipped. */
        if ( v->action == BOOTSCRUB_SKIP )
            *v = *first;
        v->taken_back = is_taken_back(f, o, first, v);
        return;
    }

    v->action = BOOTSCRUB_SYNC;
    v->backed_off = false;
    v->receipt = confirmable(f, v) && may_tell(f->unpaid);
    v->taken_back = is_taken_back(f, o, first, v);

    /* Enough is proved for a skip, but of less than was left unmarked. */
    if ( bootscrub_state(v->reason) == BOOTSCRUB_PROVED )
        v->reason = BOOTSCRUB_R_UNCHECKED_MEMORY;
}
