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
    case MEMCRYPT_NOT_SUPPORTED:
        return BOOTSCRUB_R_NOT_SUPPORTED;

    case MEMCRYPT_NOT_ACTIVE:
        return BOOTSCRUB_R_NOT_ACTIVE;

    case MEMCRYPT_BYPASSED:
        return BOOTSCRUB_R_BYPASSED;

    case MEMCRYPT_NOT_LOCKED:
        return BOOTSCRUB_R_NOT_LOCKED;

    default:
        break;
    }

    if ( f->cpus == MEMCRYPT_CPUS_DISAGREE )
        return BOOTSCRUB_R_CPUS_DISAGREE;

    if ( f->encryption != MEMCRYPT_ACTIVE )
        return BOOTSCRUB_R_ENCRYPTION_UNKNOWN;

    return f->cpus == MEMCRYPT_CPUS_AGREE ? BOOTSCRUB_R_PROVEN
                                          : BOOTSCRUB_R_UNCHECKED_MEMORY;
}

/* Unsigned, so that a wrapped counter is a step like any other. */
static bool __init one_more(const struct bootscrub_counter *c)
{
    return c->recorded && c->present && c->is - c->was == 1;
}

static enum bootscrub_reason __init
judge_history(const struct bootscrub_facts *f)
{
    unsigned int i, counted = 0;

    if ( f->record == BOOTSCRUB_RECORD_ABSENT )
        return BOOTSCRUB_R_NO_RECORD;

    if ( f->record != BOOTSCRUB_RECORD_VALID )
        return BOOTSCRUB_R_RECORD_INVALID;

    if ( f->previous == BOOTSCRUB_SESSION_PLAINTEXT )
        return BOOTSCRUB_R_WAS_PLAINTEXT;

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
    {
        const struct bootscrub_counter *c = &f->counter[i];

        /* A kind that came or went was not watching all the time. */
        if ( c->recorded != c->present )
            return c->present ? BOOTSCRUB_R_COUNTER_GAP
                              : BOOTSCRUB_R_NO_COUNTER;

        if ( !c->present )
            continue;

        if ( !one_more(c) )
            return BOOTSCRUB_R_COUNTER_GAP;

        counted++;
    }

    return counted ? BOOTSCRUB_R_PROVEN : BOOTSCRUB_R_NO_COUNTER;
}

/*
 * What the processor says of its key dates from its own last reset.  That the
 * rest of the machine was reset with it takes another witness: memory that a
 * new key has turned to noise, or the TPM.  Each node has a key of its own, so
 * memory counts as a witness only if every node speaks; where no register
 * tells of the key, it is the only one.
 */
static enum bootscrub_reason __init judge_key(const struct bootscrub_facts *f)
{
    bool memory = f->markers_noise && f->noise_on_nodes;
    bool tpm = f->key == MEMCRYPT_KEY_NEW &&
               one_more(&f->counter[BOOTSCRUB_TPM_RESET]);

    if ( f->key == MEMCRYPT_KEY_RESTORED )
        return BOOTSCRUB_R_KEY_RESTORED;

    /* However new the key is said to be, what can be read is not protected. */
    if ( f->markers_readable )
        return BOOTSCRUB_R_MARKER_READABLE;

    return f->key != MEMCRYPT_KEY_UNKNOWN && (memory || tpm)
           ? BOOTSCRUB_R_PROVEN : BOOTSCRUB_R_KEY_UNKNOWN;
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

/* Do @o speak for gate @i? */
static bool __init vouched(unsigned int i, const struct bootscrub_options *o)
{
    switch ( i )
    {
    case BOOTSCRUB_G_HISTORY:
    case BOOTSCRUB_G_CLEAN:
    case BOOTSCRUB_G_COVERAGE:
        return o->assert_history || o->assert_encrypted;

    case BOOTSCRUB_G_FIRMWARE:
    case BOOTSCRUB_G_ENCRYPTION:
    case BOOTSCRUB_G_KEY:
        return o->assert_encrypted;

    default:
        return false;
    }
}

/* May gate @i pass: proved, or unknown and vouched for? */
static bool __init passes(const struct bootscrub_verdict *v, unsigned int i,
                          const struct bootscrub_options *o)
{
    if ( v->gate[i] == BOOTSCRUB_R_PROVEN )
        return true;

    /* Reported, not required: an asserted session has no receipt. */
    if ( i == BOOTSCRUB_G_RECORDED )
        return o->assert_history || o->assert_encrypted;

    return vouched(i, o) && bootscrub_state(v->gate[i]) == BOOTSCRUB_UNKNOWN;
}

/*
 * Of the gates that do not pass: the first that is disproved; if none is, the
 * first unknown one.  A gate that passes is not what stands in the way.
 */
static enum bootscrub_reason __init
first_reason(const struct bootscrub_verdict *v,
             const struct bootscrub_options *o)
{
    enum bootscrub_reason unknown = BOOTSCRUB_R_PROVEN;
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        if ( passes(v, i, o) )
            continue;

        if ( bootscrub_state(v->gate[i]) == BOOTSCRUB_DISPROVED )
            return v->gate[i];

        if ( unknown == BOOTSCRUB_R_PROVEN )
            unknown = v->gate[i];
    }

    return unknown;
}

/* What was vouched for, and is not so: the first of that. */
static enum bootscrub_reason __init
contradiction(const struct bootscrub_verdict *v,
              const struct bootscrub_options *o)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        if ( vouched(i, o) &&
             bootscrub_state(v->gate[i]) == BOOTSCRUB_DISPROVED )
            return v->gate[i];

    return BOOTSCRUB_R_PROVEN;
}

/*
 * A receipt says "this session was encrypted and its memory clean".  So it
 * takes encryption proved now, a record to refer to, and either a chain of
 * such sessions or a scrub of the whole heap.  An assertion never counts.
 */
static void __init choose_scrub(struct bootscrub_verdict *v,
                                const struct bootscrub_options *o)
{
    const enum bootscrub_reason *gate = v->gate;
    bool recordable =
        gate[BOOTSCRUB_G_BARE_METAL] == BOOTSCRUB_R_PROVEN &&
        gate[BOOTSCRUB_G_ENCRYPTION] == BOOTSCRUB_R_PROVEN &&
        gate[BOOTSCRUB_G_RECORDED] == BOOTSCRUB_R_PROVEN;
    bool chain =
        gate[BOOTSCRUB_G_HISTORY] == BOOTSCRUB_R_PROVEN &&
        gate[BOOTSCRUB_G_CLEAN] == BOOTSCRUB_R_PROVEN &&
        gate[BOOTSCRUB_G_COVERAGE] == BOOTSCRUB_R_PROVEN;

    /* Establish a new chain: scrub once and completely. */
    v->receipt = recordable;
    v->action = (recordable && !chain) || o->fallback_on
                ? BOOTSCRUB_SYNC : BOOTSCRUB_BACKGROUND;
}

void __init bootscrub_decide(const struct bootscrub_facts *f,
                             const struct bootscrub_options *o,
                             struct bootscrub_verdict *v)
{
    const struct bootscrub_options unasserted = {};

    v->gate[BOOTSCRUB_G_BARE_METAL] = judge_bare_metal(f);
    v->gate[BOOTSCRUB_G_FIRMWARE] = judge_firmware(f);
    v->gate[BOOTSCRUB_G_ENCRYPTION] = judge_encryption(f);
    v->gate[BOOTSCRUB_G_HISTORY] = judge_history(f);
    v->gate[BOOTSCRUB_G_KEY] = judge_key(f);
    v->gate[BOOTSCRUB_G_CLEAN] =
        f->receipt ? BOOTSCRUB_R_PROVEN : BOOTSCRUB_R_NOT_CLEAN;
    v->gate[BOOTSCRUB_G_COVERAGE] =
        f->same_coverage ? BOOTSCRUB_R_PROVEN : BOOTSCRUB_R_RAM_CHANGED;
    v->gate[BOOTSCRUB_G_RECORDED] = judge_recorded(f);

    v->reason = first_reason(v, o);
    v->contradiction = contradiction(v, o);
    v->lost_encryption =
        f->record == BOOTSCRUB_RECORD_VALID &&
        f->previous == BOOTSCRUB_SESSION_ENCRYPTED &&
        v->gate[BOOTSCRUB_G_ENCRYPTION] != BOOTSCRUB_R_PROVEN;

    if ( v->reason != BOOTSCRUB_R_PROVEN )
    {
        choose_scrub(v, o);
        return;
    }

    v->action = BOOTSCRUB_SKIP;
    v->receipt = first_reason(v, &unasserted) == BOOTSCRUB_R_PROVEN;
    if ( !v->receipt )
        v->reason = BOOTSCRUB_R_ASSERTED;
}
