/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All combinations of facts and options through decide.c, held to rules that
 * are stated here in terms of the facts, not of the gates' functions.  Which
 * words go with which facts is the business of test-decide.c.
 */

#include "harness.h"
#include "shim.h"

#include <xen/lib/bootscrub/decide.h>

#include <stdio.h>

/* What may vary, and in how many ways. */
enum {
    FACT_HYPERVISOR, FACT_ENTRY, FACT_ENCRYPTION, FACT_HISTORY, FACT_RECEIPT,
    FACT_COVERAGE, FACT_RECORDED, FACT_LIMIT, FACT_KEY, FACT_NODES,
    FACT_UNPAID, FACT_OPTIONS, NR_FACTS
};

static const enum bootscrub_encryption encryptions[] = {
    BOOTSCRUB_ENCRYPTION_ACTIVE, BOOTSCRUB_ENCRYPTION_UNKNOWN,
    BOOTSCRUB_ENCRYPTION_NOT_ACTIVE, BOOTSCRUB_ENCRYPTION_CPUS_DISAGREE,
};

enum { HISTORY_GOOD, HISTORY_ABSENT, HISTORY_INVALID, HISTORY_PLAIN,
       HISTORY_GAP, HISTORY_UNCOUNTED, NR_HISTORIES };
enum { RECORDED, RECORDED_NO_RS, RECORDED_NOT, RECORDED_ENTROPY,
       RECORDED_UNTRIED, NR_RECORDED };
enum { LIMIT_NONE, LIMIT_HEAP, LIMIT_SRAT, NR_LIMITS };
enum { RECEIPT_NONE, RECEIPT_GOOD, RECEIPT_TAKEN_BACK, NR_RECEIPTS };
enum { COVER_SAME, COVER_CHANGED, COVER_NONE, NR_COVERS };

static const unsigned int unpaids[] = { 0, 1, 2, 3, 128 };

#define FINE .covered = true, .processors = true, .asked = true, \
             .encrypted = true, .one_key = true, .recorded = 3

static const struct bootscrub_node nodes[][2] = {
    { { FINE, .noise = 3 }, { .covered = false } },
    { { FINE, .noise = 3 }, { FINE, .cleared = 3 } },
    { { FINE, .noise = 1 }, { FINE, .processors = false, .noise = 2 } },
    { { FINE, .noise = 3 }, { FINE, .asked = false, .noise = 3 } },
    { { FINE, .noise = 2 }, { FINE, .encrypted = false, .noise = 3 } },
    { { FINE, .noise = 3 }, { FINE, .noise = 2, .readable = 1 } },
    { { FINE, .noise = 3 }, { FINE, .processors = false, .readable = 3 } },
    { { FINE, .noise = 3, .one_key = false }, { .covered = false } },
    { { FINE, .cleared = 3 }, { FINE, .recorded = 0 } },
    { { FINE, .asked = false }, { FINE, .processors = false } },
};

static const unsigned int ways[NR_FACTS] = {
    [FACT_HYPERVISOR] = 2,
    [FACT_ENTRY] = BOOTSCRUB_ENTRY_KEXEC + 1,
    [FACT_ENCRYPTION] = ARRAY_SIZE(encryptions),
    [FACT_HISTORY] = NR_HISTORIES,
    [FACT_RECEIPT] = NR_RECEIPTS,
    [FACT_COVERAGE] = NR_COVERS,
    [FACT_RECORDED] = NR_RECORDED,
    [FACT_LIMIT] = NR_LIMITS,
    [FACT_KEY] = BOOTSCRUB_KEY_UNTOLD + 1,
    [FACT_NODES] = ARRAY_SIZE(nodes),
    [FACT_UNPAID] = ARRAY_SIZE(unpaids),
    [FACT_OPTIONS] = 4,
};

static void set_facts(const unsigned int *way, struct bootscrub_facts *f,
                      struct bootscrub_options *o)
{
    static const enum bootscrub_writable written[] = {
        BOOTSCRUB_WRITTEN, BOOTSCRUB_WRITTEN, BOOTSCRUB_NOT_WRITTEN,
        BOOTSCRUB_NO_ENTROPY, BOOTSCRUB_NOT_TRIED,
    };
    unsigned int history = way[FACT_HISTORY];

    *f = (struct bootscrub_facts){
        .hypervisor = way[FACT_HYPERVISOR],
        .entry = way[FACT_ENTRY],
        .encryption = encryptions[way[FACT_ENCRYPTION]],
        .key = way[FACT_KEY],
        .chain = {
            .record = history == HISTORY_ABSENT ? BOOTSCRUB_RECORD_ABSENT :
                      history == HISTORY_INVALID ? BOOTSCRUB_RECORD_INVALID :
                      BOOTSCRUB_RECORD_VALID,
            .previous = history == HISTORY_PLAIN ? BOOTSCRUB_SESSION_PLAINTEXT
                                                 : BOOTSCRUB_SESSION_ENCRYPTED,
            .counter[BOOTSCRUB_MONOTONIC] = {
                history != HISTORY_UNCOUNTED, history != HISTORY_UNCOUNTED,
                7, history == HISTORY_GAP ? 9 : 8,
            },
            .receipt = way[FACT_RECEIPT] == RECEIPT_GOOD,
            .taken_back = way[FACT_RECEIPT] == RECEIPT_TAKEN_BACK,
            .same_coverage = way[FACT_COVERAGE] == COVER_SAME,
            .covered = way[FACT_COVERAGE] != COVER_NONE,
        },
        .unpaid = unpaids[way[FACT_UNPAID]],
        .written = written[way[FACT_RECORDED]],
        .runtime_services = way[FACT_RECORDED] != RECORDED_NO_RS,
        .heap_limited = way[FACT_LIMIT] == LIMIT_HEAP,
        .srat_unused = way[FACT_LIMIT] == LIMIT_SRAT,
        .nr_nodes = 2,
        .node = { nodes[way[FACT_NODES]][0], nodes[way[FACT_NODES]][1] },
    };
    *o = (struct bootscrub_options){ way[FACT_OPTIONS] & 1,
                                     way[FACT_OPTIONS] & 2 };
}

/* The chain of recorded sessions, in terms of what was varied. */
static bool chain_is_whole(const unsigned int *way)
{
    return way[FACT_HISTORY] == HISTORY_GOOD &&
           way[FACT_RECEIPT] == RECEIPT_GOOD &&
           way[FACT_COVERAGE] == COVER_SAME;
}

/* May nothing at all be skipped, whatever anybody asserts? */
static bool is_forbidden(const unsigned int *way,
                         const struct bootscrub_facts *f)
{
    unsigned int i;

    for ( i = 0; i < 2; i++ )
        if ( f->node[i].readable && f->node[i].processors )
            return true;

    return f->hypervisor || f->entry == BOOTSCRUB_ENTRY_KEXEC ||
           way[FACT_ENCRYPTION] > 1 || way[FACT_HISTORY] == HISTORY_PLAIN ||
           f->key == BOOTSCRUB_KEY_RESTORED ||
           way[FACT_COVERAGE] == COVER_NONE;
}

/* Is what may be skipped of a node proved? */
static bool node_is_proved(const unsigned int *way,
                           const struct bootscrub_facts *f, unsigned int i)
{
    const struct bootscrub_node *n = &f->node[i];
    bool shown = f->key == BOOTSCRUB_KEY_NEW
                 ? n->noise || (n->recorded && n->cleared == n->recorded)
                 : f->key == BOOTSCRUB_KEY_UNTOLD && n->one_key &&
                   n->noise >= 2;

    return n->covered && n->processors && n->asked && n->encrypted &&
           !n->readable && shown && way[FACT_HISTORY] == HISTORY_GOOD &&
           way[FACT_RECEIPT] == RECEIPT_GOOD &&
           way[FACT_LIMIT] != LIMIT_SRAT;
}

/* Facts beside the nodes that a skip without an assertion takes. */
static bool machine_is_proved(const unsigned int *way)
{
    return !way[FACT_HYPERVISOR] && way[FACT_ENTRY] == BOOTSCRUB_ENTRY_EFI &&
           !way[FACT_ENCRYPTION] && chain_is_whole(way) &&
           way[FACT_RECORDED] == RECORDED;
}

static bool is_confirmable(const unsigned int *way,
                           const struct bootscrub_facts *f)
{
    unsigned int i;

    for ( i = 0; i < 2; i++ )
        if ( f->node[i].covered && f->node[i].processors &&
             (!f->node[i].asked || !f->node[i].encrypted) )
            return false;

    return !way[FACT_HYPERVISOR] && !way[FACT_ENCRYPTION] &&
           way[FACT_RECORDED] == RECORDED && way[FACT_LIMIT] == LIMIT_NONE;
}

enum { RULE_FORBIDDEN, RULE_SKIP, RULE_SHARE, RULE_REASON, RULE_SYNC,
       RULE_RECEIPT, NR_RULES };

static const char *const rules[] = {
    [RULE_FORBIDDEN] = "no skip against evidence",
    [RULE_SKIP] = "skips if and only if proved or asserted",
    [RULE_SHARE] = "a node is skipped only if proved or asserted",
    [RULE_REASON] = "proven only what is proved",
    [RULE_SYNC] = "synchronous only in its turn, or by fallback=on",
    [RULE_RECEIPT] = "a receipt if and only if it is due",
};

static unsigned int broken[NR_RULES], skips, syncs, receipts;

static void check(const unsigned int *way)
{
    struct bootscrub_facts f;
    struct bootscrub_options o;
    struct bootscrub_verdict v;
    bool forbidden, proved, skip, chain, filled = false, can;
    unsigned int i;

    set_facts(way, &f, &o);
    bootscrub_decide(&f, &o, &v);

    forbidden = is_forbidden(way, &f);
    chain = chain_is_whole(way);
    can = is_confirmable(way, &f);
    skip = v.action == BOOTSCRUB_SKIP;
    proved = !forbidden && machine_is_proved(way) &&
             (node_is_proved(way, &f, 0) || node_is_proved(way, &f, 1));

    broken[RULE_FORBIDDEN] += skip && forbidden;
    broken[RULE_SKIP] += skip != (proved || (!forbidden &&
                                             o.assert_encrypted &&
                                             !f.chain.taken_back));

    for ( i = 0; skip && i < 2; i++ )
    {
        bool out = v.share[i] != BOOTSCRUB_NODE_SKIPPED;

        filled |= !out && !node_is_proved(way, &f, i);
        if ( o.assert_encrypted )
            broken[RULE_SHARE] += out != (!f.node[i].covered ||
                                          f.node[i].readable);
        else
            broken[RULE_SHARE] += out == node_is_proved(way, &f, i);
    }
    broken[RULE_REASON] += (v.reason == BOOTSCRUB_R_PROVEN) !=
                           (proved && !filled);

    broken[RULE_SYNC] += (v.action == BOOTSCRUB_SYNC) !=
        (!skip && (o.fallback_on ||
                   (can && !chain && f.chain.covered && !f.chain.taken_back &&
                    way[FACT_HISTORY] != HISTORY_UNCOUNTED &&
                    (f.unpaid == 1 || f.unpaid == 3))));

    broken[RULE_RECEIPT] += v.receipt !=
        (can && (!f.unpaid || (f.unpaid & 1)) &&
         (chain || v.action == BOOTSCRUB_SYNC));

    skips += skip;
    syncs += v.action == BOOTSCRUB_SYNC;
    receipts += v.receipt;
}

static void test_decide_all(void)
{
    unsigned int way[NR_FACTS] = {}, i, all = 0;

    do {
        check(way);
        all++;
        for ( i = 0; i < NR_FACTS && ++way[i] == ways[i]; i++ )
            way[i] = 0;
    } while ( i < NR_FACTS );

    printf("# decide: %u combinations: %u skip, %u scrub at once, "
           "%u receipts\n", all, skips, syncs, receipts);
    for ( i = 0; i < NR_RULES; i++ )
        expect_num(0, broken[i], "decide: all combinations: %s", rules[i]);
    expect_num(true, skips && syncs && receipts,
               "decide: all combinations: of each kind, some");
}
UNIT_TESTS(test_decide_all)
