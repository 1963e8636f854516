/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All combinations of facts and options through decide.c, held to rules that
 * are stated here in terms of the facts, not of the gates' functions.  Which
 * words go with which facts is the business of test-decide.c.
 */

#include "harness.h"
#include "shim.h"

#include <xen/bootscrub.h>

#include <stdio.h>

/* recorded, present, was, is: from none over +0, +1, +2 to came and went. */
static const struct bootscrub_counter counters[][BOOTSCRUB_NR_COUNTERS] = {
    { { false, false, 7, 8 }, { false, false, 7, 8 } },
    { { true, true, 7, 7 }, { false } },
    { { true, true, 7, 8 }, { false } },
    { { true, true, 7, 9 }, { false } },
    { { true, true, UINT32_MAX, 0 }, { false } },
    { { false, true, 7, 8 }, { false } },
    { { true, false, 7, 8 }, { false } },
    { { false }, { true, true, 7, 8 } },
    { { true, true, 7, 8 }, { true, true, 7, 7 } },
    { { true, true, 7, 8 }, { true, true, 7, 8 } },
    { { true, true, 7, 9 }, { true, true, 7, 8 } },
    { { true, true, 7, 8 }, { false, true, 7, 8 } },
    { { true, true, 7, 8 }, { true, false, 7, 8 } },
    { { true, false, 7, 8 }, { true, true, 7, 8 } },
};

/* Whether noise is on every node matters where there is any. */
static const struct {
    enum memcrypt_key key;
    bool noise_on_nodes;
} keys[] = {
    { MEMCRYPT_KEY_UNKNOWN, true },
    { MEMCRYPT_KEY_NEW, false },
    { MEMCRYPT_KEY_NEW, true },
    { MEMCRYPT_KEY_RESTORED, true },
    { MEMCRYPT_KEY_UNTOLD, false },
    { MEMCRYPT_KEY_UNTOLD, true },
};

/* What may vary, and in how many ways. */
enum {
    FACT_HYPERVISOR, FACT_ENTRY, FACT_ENCRYPTION, FACT_KEY, FACT_CPUS,
    FACT_RECORD, FACT_PREVIOUS, FACT_COUNTERS, FACT_NOISE, FACT_READABLE,
    FACT_RECEIPT, FACT_COVERAGE, FACT_WRITTEN, FACT_RUNTIME, NR_FACTS
};

static const unsigned int ways[NR_FACTS] = {
    [FACT_HYPERVISOR] = 2,
    [FACT_ENTRY] = BOOTSCRUB_ENTRY_KEXEC + 1,
    [FACT_ENCRYPTION] = MEMCRYPT_NOT_LOCKED + 1,
    [FACT_KEY] = ARRAY_SIZE(keys),
    [FACT_CPUS] = MEMCRYPT_CPUS_MISSING + 1,
    [FACT_RECORD] = BOOTSCRUB_RECORD_VALID + 1,
    [FACT_PREVIOUS] = BOOTSCRUB_SESSION_PLAINTEXT + 1,
    [FACT_COUNTERS] = ARRAY_SIZE(counters),
    [FACT_NOISE] = 2,
    [FACT_READABLE] = 2,
    [FACT_RECEIPT] = 2,
    [FACT_COVERAGE] = 2,
    [FACT_WRITTEN] = BOOTSCRUB_WRITTEN + 1,
    [FACT_RUNTIME] = 2,
};

static void set_facts(const unsigned int *digit, struct bootscrub_facts *f)
{
    *f = (struct bootscrub_facts){
        .hypervisor = digit[FACT_HYPERVISOR],
        .entry = digit[FACT_ENTRY],
        .encryption = digit[FACT_ENCRYPTION],
        .key = keys[digit[FACT_KEY]].key,
        .noise_on_nodes = keys[digit[FACT_KEY]].noise_on_nodes,
        .cpus = digit[FACT_CPUS],
        .record = digit[FACT_RECORD],
        .previous = digit[FACT_PREVIOUS],
        .markers_noise = digit[FACT_NOISE],
        .markers_readable = digit[FACT_READABLE],
        .receipt = digit[FACT_RECEIPT],
        .same_coverage = digit[FACT_COVERAGE],
        .written = digit[FACT_WRITTEN],
        .runtime_services = digit[FACT_RUNTIME],
    };
    memcpy(f->counter, counters[digit[FACT_COUNTERS]], sizeof(f->counter));
}

/* Count @digit up.  Returns false when all combinations have been. */
static bool advance(unsigned int *digit)
{
    unsigned int i;

    for ( i = 0; i < NR_FACTS; i++ )
    {
        if ( ++digit[i] < ways[i] )
            return true;

        digit[i] = 0;
    }

    return false;
}

/* Design section 3, column by column, out of the facts. */
struct states {
    enum bootscrub_state gate[BOOTSCRUB_NR_GATES];
};

static enum bootscrub_state state(bool proved, bool disproved)
{
    return disproved ? BOOTSCRUB_DISPROVED
                     : proved ? BOOTSCRUB_PROVED : BOOTSCRUB_UNKNOWN;
}

static bool counters_proved(const struct bootscrub_counter *c)
{
    bool any = false;
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
    {
        if ( c[i].recorded && c[i].present && c[i].is == c[i].was + 1 )
            any = true;
        else if ( c[i].recorded || c[i].present )
            return false;
    }

    return any;
}

static bool all_noise(const struct bootscrub_facts *f)
{
    return f->markers_noise && f->noise_on_nodes;
}

/* Besides the processor, who says that there was a reset? */
static bool reset_witnessed(const struct bootscrub_facts *f)
{
    const struct bootscrub_counter *tpm = &f->counter[BOOTSCRUB_TPM_RESET];

    return all_noise(f) ||
           (tpm->recorded && tpm->present && tpm->is == tpm->was + 1);
}

static void set_states(const struct bootscrub_facts *f, struct states *s)
{
    bool recorded = f->record == BOOTSCRUB_RECORD_VALID;

    s->gate[BOOTSCRUB_G_BARE_METAL] = state(true, f->hypervisor);
    s->gate[BOOTSCRUB_G_FIRMWARE] = state(f->entry == BOOTSCRUB_ENTRY_EFI,
                                          f->entry == BOOTSCRUB_ENTRY_KEXEC);
    s->gate[BOOTSCRUB_G_ENCRYPTION] =
        state(f->encryption == MEMCRYPT_ACTIVE &&
              f->cpus == MEMCRYPT_CPUS_AGREE,
              (f->encryption != MEMCRYPT_ACTIVE &&
               f->encryption != MEMCRYPT_UNKNOWN) ||
              f->cpus == MEMCRYPT_CPUS_DISAGREE);
    s->gate[BOOTSCRUB_G_HISTORY] =
        state(recorded && counters_proved(f->counter),
              recorded && f->previous == BOOTSCRUB_SESSION_PLAINTEXT);
    s->gate[BOOTSCRUB_G_KEY] =
        state((f->key == MEMCRYPT_KEY_NEW && reset_witnessed(f)) ||
              (f->key == MEMCRYPT_KEY_UNTOLD && all_noise(f)),
              f->key == MEMCRYPT_KEY_RESTORED || f->markers_readable);
    s->gate[BOOTSCRUB_G_CLEAN] = state(f->receipt, false);
    s->gate[BOOTSCRUB_G_COVERAGE] = state(f->same_coverage, false);
    s->gate[BOOTSCRUB_G_RECORDED] =
        state(f->written != BOOTSCRUB_NOT_TRIED,
              f->written == BOOTSCRUB_NOT_WRITTEN ||
              f->written == BOOTSCRUB_NO_ENTROPY ||
              (f->written == BOOTSCRUB_WRITTEN && !f->runtime_services));
}

/* Bit per gate, so that a rule is one comparison. */
static unsigned int gates_in(const struct states *s, enum bootscrub_state want)
{
    unsigned int i, mask = 0;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        if ( s->gate[i] == want )
            mask |= 1U << i;

    return mask;
}

#define ALL       ((1U << BOOTSCRUB_NR_GATES) - 1)
#define RECORDED  (1U << BOOTSCRUB_G_RECORDED)
#define CHAIN     (1U << BOOTSCRUB_G_HISTORY | 1U << BOOTSCRUB_G_CLEAN | \
                   1U << BOOTSCRUB_G_COVERAGE)
#define SESSION   (1U << BOOTSCRUB_G_BARE_METAL | \
                   1U << BOOTSCRUB_G_ENCRYPTION | RECORDED)
#define FIRMWARE  (1U << BOOTSCRUB_G_FIRMWARE)
#define VOUCHABLE (FIRMWARE | 1U << BOOTSCRUB_G_ENCRYPTION | \
                   1U << BOOTSCRUB_G_KEY | CHAIN)

enum rule {
    GATES, SKIP, NEVER_DISPROVED, NAMED, REASON_IS_SKIP, PROVEN, RECEIPT,
    RECEIPT_DUE, SYNC, LOST, CONTRADICTION, NR_RULES
};

static const char *const rules[NR_RULES] = {
    [GATES] = "each gate is in the state that its facts give it",
    [SKIP] = "skip if and only if each gate is proved or vouched for",
    [NEVER_DISPROVED] = "a disproved gate but the last never skips",
    [NAMED] = "reason: of gates in the way the first disproved, else unknown",
    [REASON_IS_SKIP] = "proven or asserted if and only if skipped",
    [PROVEN] = "proven if and only if all gates are",
    [RECEIPT] = "receipt only for a session on record, its memory clean",
    [RECEIPT_DUE] = "such a session from firmware gets its receipt",
    [SYNC] = "synchronous to establish or on request, and then alone",
    [LOST] = "lost encryption if recorded so and not proved now",
    [CONTRADICTION] = "contradiction if what was vouched for is disproved",
};

/* Which rules does @v break?  Bit per rule. */
static unsigned int broken(const struct bootscrub_facts *f,
                           const struct states *s,
                           const struct bootscrub_options *o,
                           const struct bootscrub_verdict *v)
{
    unsigned int proved = gates_in(s, BOOTSCRUB_PROVED);
    unsigned int disproved = gates_in(s, BOOTSCRUB_DISPROVED);
    unsigned int unknown = gates_in(s, BOOTSCRUB_UNKNOWN);
    unsigned int first, filled, vouched_for = 0;
    bool vouched = o->assert_history || o->assert_encrypted;
    bool skip = v->action == BOOTSCRUB_SKIP, on_record, wrong[NR_RULES] = {};
    unsigned int i, mask = 0;

    if ( vouched )
        vouched_for |= CHAIN;
    if ( o->assert_encrypted )
        vouched_for |= VOUCHABLE;

    filled = (unknown & vouched_for) | (vouched ? RECORDED : 0);
    first = disproved & ~filled ? disproved & ~filled : unknown & ~filled;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        if ( bootscrub_state(v->gate[i]) != s->gate[i] )
            wrong[GATES] = true;

    wrong[SKIP] = skip != ((proved | filled) == ALL);
    wrong[NEVER_DISPROVED] = skip && (disproved & ~RECORDED);
    wrong[NAMED] = !skip && (!first ||
                             v->reason != v->gate[__builtin_ctz(first)]);
    wrong[REASON_IS_SKIP] = skip != (v->reason == BOOTSCRUB_R_PROVEN ||
                                     v->reason == BOOTSCRUB_R_ASSERTED);
    wrong[PROVEN] = (proved == ALL) != (v->reason == BOOTSCRUB_R_PROVEN);

    on_record = (proved & SESSION) == SESSION &&
                ((proved & CHAIN) == CHAIN || v->action == BOOTSCRUB_SYNC) &&
                (!skip || proved == ALL);
    wrong[RECEIPT] = v->receipt && !on_record;
    wrong[RECEIPT_DUE] = on_record && (proved & FIRMWARE) && !v->receipt;
    wrong[SYNC] = !skip && (v->action == BOOTSCRUB_SYNC) !=
                  (o->fallback_on || ((proved & SESSION) == SESSION &&
                                      (proved & CHAIN) != CHAIN));
    wrong[LOST] = v->lost_encryption !=
                  (f->record == BOOTSCRUB_RECORD_VALID &&
                   f->previous == BOOTSCRUB_SESSION_ENCRYPTED &&
                   s->gate[BOOTSCRUB_G_ENCRYPTION] != BOOTSCRUB_PROVED);

    wrong[CONTRADICTION] =
        v->contradiction != (disproved & vouched_for
                             ? v->gate[__builtin_ctz(disproved & vouched_for)]
                             : BOOTSCRUB_R_PROVEN);

    for ( i = 0; i < NR_RULES; i++ )
        if ( wrong[i] )
            mask |= 1U << i;

    return mask;
}

/* Count what is broken; show the first facts that break a rule. */
static void note(unsigned int mask, const unsigned int *digit,
                 unsigned int options, unsigned long *count)
{
    unsigned int i, j;

    for ( i = 0; i < NR_RULES; i++ )
    {
        if ( !(mask & (1U << i)) || count[i]++ )
            continue;

        printf("# %s: not with options %u, facts", rules[i], options);
        for ( j = 0; j < NR_FACTS; j++ )
            printf(" %u", digit[j]);
        printf("\n");
    }
}

void test_decide_all(void)
{
    unsigned int digit[NR_FACTS] = {}, i;
    unsigned long count[NR_RULES] = {}, verdicts = 0, skipped = 0;

    do {
        struct bootscrub_facts f;
        struct states s;

        set_facts(digit, &f);
        set_states(&f, &s);

        for ( i = 0; i < 8; i++ )
        {
            const struct bootscrub_options o = { i & 1, i & 2, i & 4 };
            struct bootscrub_verdict v;
            unsigned int mask;

            bootscrub_decide(&f, &o, &v);
            mask = broken(&f, &s, &o, &v);
            if ( mask )
                note(mask, digit, i, count);

            verdicts++;
            skipped += v.action == BOOTSCRUB_SKIP;
        }
    } while ( advance(digit) );

    printf("# %lu verdicts, %lu of them to skip\n", verdicts, skipped);

    for ( i = 0; i < NR_RULES; i++ )
        expect_num(0, count[i], "decide: all facts: %s", rules[i]);
}
