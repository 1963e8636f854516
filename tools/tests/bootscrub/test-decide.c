/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables of cases for decide.c: every reason, every state of every gate,
 * witnesses, nodes, what is scrubbed and confirmed, assertions, and how often
 * a machine has to wait.  Combinations of facts, by rules instead of tables:
 * test-decide-all.c.
 */

#include "harness.h"
#include "shim.h"

#include <xen/lib/bootscrub/decide.h>

#include <stdio.h>

#define BARE_METAL BOOTSCRUB_G_BARE_METAL
#define FIRMWARE   BOOTSCRUB_G_FIRMWARE
#define ENCRYPTION BOOTSCRUB_G_ENCRYPTION
#define HISTORY    BOOTSCRUB_G_HISTORY
#define KEY        BOOTSCRUB_G_KEY
#define CLEAN      BOOTSCRUB_G_CLEAN
#define COVERAGE   BOOTSCRUB_G_COVERAGE
#define RECORDED   BOOTSCRUB_G_RECORDED

#define UNKNOWN    BOOTSCRUB_UNKNOWN
#define DISPROVED  BOOTSCRUB_DISPROVED

#define MONOTONIC  chain.counter[BOOTSCRUB_MONOTONIC]
#define TPM        chain.counter[BOOTSCRUB_TPM_RESET]

static const char *const tokens[] = {
#define REASON(id, token, state, sentence, remedy) token,
#include <xen/bootscrub-reasons.h>
};

static const struct bootscrub_options plain, asserted = {
    .assert_encrypted = true,
}, fallback = { .fallback_on = true };

/* One node, all proved: a machine that skips. */
static struct bootscrub_facts good(void)
{
    return (struct bootscrub_facts){
        .entry = BOOTSCRUB_ENTRY_EFI,
        .encryption = BOOTSCRUB_ENCRYPTION_ACTIVE,
        .key = BOOTSCRUB_KEY_NEW,
        .chain = {
            .record = BOOTSCRUB_RECORD_VALID,
            .previous = BOOTSCRUB_SESSION_ENCRYPTED,
            .counter[BOOTSCRUB_MONOTONIC] = { true, true, 41, 42 },
            .receipt = true, .same_coverage = true, .covered = true,
        },
        .written = BOOTSCRUB_WRITTEN,
        .runtime_services = true,
        .nr_nodes = 1,
        .node[0] = {
            .covered = true, .processors = true, .asked = true,
            .encrypted = true, .one_key = true, .recorded = 6, .noise = 6,
        },
    };
}

static struct bootscrub_verdict judge(const struct bootscrub_facts *f,
                                      const struct bootscrub_options *o)
{
    struct bootscrub_verdict v;

    memset(&v, 0x5a, sizeof(v));
    bootscrub_decide(f, o, &v);

    return v;
}

/* What makes a good machine's gate fail. */
static void hypervisor(struct bootscrub_facts *f) { f->hypervisor = true; }
static void kexec(struct bootscrub_facts *f)
{ f->entry = BOOTSCRUB_ENTRY_KEXEC; }
static void other_entry(struct bootscrub_facts *f)
{ f->entry = BOOTSCRUB_ENTRY_OTHER; }
static void unsupported(struct bootscrub_facts *f)
{ f->encryption = BOOTSCRUB_ENCRYPTION_NOT_SUPPORTED; }
static void off(struct bootscrub_facts *f)
{ f->encryption = BOOTSCRUB_ENCRYPTION_NOT_ACTIVE; }
static void bypassed(struct bootscrub_facts *f)
{ f->encryption = BOOTSCRUB_ENCRYPTION_BYPASSED; }
static void unlocked(struct bootscrub_facts *f)
{ f->encryption = BOOTSCRUB_ENCRYPTION_NOT_LOCKED; }
static void disagree(struct bootscrub_facts *f)
{ f->encryption = BOOTSCRUB_ENCRYPTION_CPUS_DISAGREE; }
static void unknown(struct bootscrub_facts *f)
{ f->encryption = BOOTSCRUB_ENCRYPTION_UNKNOWN; }
static void was_plain(struct bootscrub_facts *f)
{ f->chain.previous = BOOTSCRUB_SESSION_PLAINTEXT; }
static void no_record(struct bootscrub_facts *f)
{ f->chain.record = BOOTSCRUB_RECORD_ABSENT; }
static void bad_record(struct bootscrub_facts *f)
{ f->chain.record = BOOTSCRUB_RECORD_INVALID; }
static void no_counter(struct bootscrub_facts *f)
{ f->MONOTONIC.recorded = f->MONOTONIC.present = false; }
static void counter_went(struct bootscrub_facts *f)
{ f->MONOTONIC.present = false; }
static void counter_came(struct bootscrub_facts *f)
{ f->TPM = (struct bootscrub_counter){ false, true, 4, 5 }; }
static void tpm_went(struct bootscrub_facts *f)
{ f->TPM = (struct bootscrub_counter){ true, false, 4, 5 }; }
static void stood_still(struct bootscrub_facts *f) { f->MONOTONIC.is = 41; }
static void two_more(struct bootscrub_facts *f) { f->MONOTONIC.is = 43; }
static void one_less(struct bootscrub_facts *f) { f->MONOTONIC.is = 40; }
static void tpm_two(struct bootscrub_facts *f)
{ f->TPM = (struct bootscrub_counter){ true, true, 4, 6 }; }
static void key_unknown(struct bootscrub_facts *f)
{ f->key = BOOTSCRUB_KEY_UNKNOWN; }
static void restored(struct bootscrub_facts *f)
{ f->key = BOOTSCRUB_KEY_RESTORED; }
static void one_readable(struct bootscrub_facts *f)
{ f->node[0].readable = 1; f->node[0].noise = 5; }
static void elsewhere(struct bootscrub_facts *f)
{ f->readable_elsewhere = true; }
static void unasked(struct bootscrub_facts *f) { f->node[0].asked = false; }
static void unreached(struct bootscrub_facts *f)
{ f->node[0].encrypted = false; }
static void srat_unused(struct bootscrub_facts *f) { f->srat_unused = true; }
static void no_markers(struct bootscrub_facts *f)
{ f->node[0].recorded = f->node[0].noise = 0; }
static void overwritten(struct bootscrub_facts *f) { f->node[0].noise = 0; }
static void amd_cleared(struct bootscrub_facts *f)
{ f->key = BOOTSCRUB_KEY_UNTOLD; f->node[0].noise = 0;
  f->node[0].cleared = 6; }
static void no_receipt(struct bootscrub_facts *f) { f->chain.receipt = false; }
static void changed(struct bootscrub_facts *f)
{ f->chain.same_coverage = false; }
static void nothing(struct bootscrub_facts *f)
{ f->chain.covered = f->node[0].covered = false; }
static void unwritten(struct bootscrub_facts *f)
{ f->written = BOOTSCRUB_NOT_WRITTEN; }
static void no_entropy(struct bootscrub_facts *f)
{ f->written = BOOTSCRUB_NO_ENTROPY; }
static void untried(struct bootscrub_facts *f)
{ f->written = BOOTSCRUB_NOT_TRIED; }
static void no_rs(struct bootscrub_facts *f) { f->runtime_services = false; }

static const struct defect {
    enum bootscrub_gate gate;
    enum bootscrub_state state;
    const char *token, *what;
    void (*set)(struct bootscrub_facts *f);
} defects[] = {
#define D(gate, state, token, set) { gate, state, token, #set, set }
    D(BARE_METAL, DISPROVED, "virtualised", hypervisor),
    D(FIRMWARE, DISPROVED, "kexec", kexec),
    D(FIRMWARE, UNKNOWN, "no-boot-services", other_entry),
    D(ENCRYPTION, DISPROVED, "not-supported", unsupported),
    D(ENCRYPTION, DISPROVED, "not-active", off),
    D(ENCRYPTION, DISPROVED, "bypassed", bypassed),
    D(ENCRYPTION, DISPROVED, "not-locked", unlocked),
    D(ENCRYPTION, DISPROVED, "cpus-disagree", disagree),
    D(ENCRYPTION, UNKNOWN, "encryption-unknown", unknown),
    D(HISTORY, DISPROVED, "was-plaintext", was_plain),
    D(HISTORY, UNKNOWN, "no-record", no_record),
    D(HISTORY, UNKNOWN, "record-invalid", bad_record),
    D(HISTORY, UNKNOWN, "no-counter", no_counter),
    D(HISTORY, UNKNOWN, "no-counter", counter_went),
    D(HISTORY, UNKNOWN, "no-counter", counter_came),
    D(HISTORY, UNKNOWN, "no-counter", tpm_went),
    D(HISTORY, UNKNOWN, "counter-gap", stood_still),
    D(HISTORY, UNKNOWN, "counter-gap", two_more),
    D(HISTORY, UNKNOWN, "counter-gap", one_less),
    D(HISTORY, UNKNOWN, "counter-gap", tpm_two),
    D(KEY, UNKNOWN, "key-unknown", key_unknown),
    D(KEY, DISPROVED, "key-restored", restored),
    D(KEY, DISPROVED, "marker-readable", one_readable),
    D(KEY, DISPROVED, "marker-readable", elsewhere),
    D(KEY, UNKNOWN, "unchecked-memory", unasked),
    D(KEY, UNKNOWN, "unchecked-memory", unreached),
    D(KEY, UNKNOWN, "unchecked-memory", srat_unused),
    D(KEY, UNKNOWN, "key-unknown", no_markers),
    D(KEY, UNKNOWN, "key-unknown", overwritten),
    D(KEY, UNKNOWN, "key-not-shown", amd_cleared),
    D(CLEAN, UNKNOWN, "not-clean", no_receipt),
    D(COVERAGE, UNKNOWN, "ram-changed", changed),
    D(COVERAGE, DISPROVED, "nothing-to-skip", nothing),
    D(RECORDED, DISPROVED, "record-not-written", unwritten),
    D(RECORDED, DISPROVED, "no-entropy", no_entropy),
    D(RECORDED, UNKNOWN, "no-boot-services", untried),
    D(RECORDED, DISPROVED, "no-runtime-services", no_rs),
};

static void test_good(void)
{
    struct bootscrub_facts f = good();
    struct bootscrub_verdict v = judge(&f, &plain);
    unsigned int i, proved = 0;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        proved += v.gate[i] == BOOTSCRUB_R_PROVEN;

    expect_num(UNKNOWN, bootscrub_state(BOOTSCRUB_NR_REASONS),
               "decide: what is no reason says nothing");
    expect_num(BOOTSCRUB_NR_GATES, proved, "decide: good: gates proved");
    expect_num(BOOTSCRUB_SKIP, v.action, "decide: good: skips");
    expect_str("proven", tokens[v.reason], "decide: good: reason");
    expect_num(true, v.receipt, "decide: good: receipt");
    expect_num(false, v.lost_encryption, "decide: good: nothing lost");
    expect_num(BOOTSCRUB_R_PROVEN, v.contradiction,
               "decide: good: no contradiction");

    v = judge(&f, &asserted);
    expect_str("proven", tokens[v.reason], "decide: good, asserted: reason");
    expect_num(true, v.receipt, "decide: good, asserted: receipt");

    f.MONOTONIC = (struct bootscrub_counter){ true, true, UINT32_MAX, 0 };
    v = judge(&f, &plain);
    expect_num(BOOTSCRUB_SKIP, v.action, "decide: a counter that wraps");
}

/* Each defect by itself: its gate says so, no skip, and what assertions do. */
static void test_defects(void)
{
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(defects); i++ )
    {
        const struct defect *d = &defects[i];
        struct bootscrub_facts f = good();
        struct bootscrub_verdict v;
        bool fills = d->gate >= FIRMWARE && d->gate <= COVERAGE &&
                     d->state == UNKNOWN;

        d->set(&f);
        v = judge(&f, &plain);
        expect_str(d->token, tokens[v.gate[d->gate]], "decide: %s: gate",
                   d->what);
        expect_num(d->state, bootscrub_state(v.gate[d->gate]),
                   "decide: %s: state", d->what);
        expect_num(true, v.action != BOOTSCRUB_SKIP, "decide: %s: no skip",
                   d->what);
        /* A broken history takes the witnesses of the key with it. */
        expect_str(d->token, tokens[v.reason], "decide: %s: reason", d->what);

        v = judge(&f, &asserted);
        expect_num(fills || d->gate == RECORDED, v.action == BOOTSCRUB_SKIP,
                   "decide: %s: asserted", d->what);
        expect_str(fills || d->gate == RECORDED ? "asserted" : d->token,
                   tokens[v.reason], "decide: %s: asserted: reason", d->what);
        expect_num(d->state == DISPROVED && d->gate >= FIRMWARE &&
                   d->gate <= CLEAN, v.contradiction != BOOTSCRUB_R_PROVEN,
                   "decide: %s: asserted: contradiction", d->what);
        expect_num(d->gate == ENCRYPTION && d->state == DISPROVED,
                   v.lost_encryption, "decide: %s: lost encryption", d->what);
    }
}

/* Of two defects: the first that is disproved, else the first. */
static void test_precedence(void)
{
    unsigned int i, j, wrong = 0;

    for ( i = 0; i < ARRAY_SIZE(defects); i++ )
        for ( j = 0; j < ARRAY_SIZE(defects); j++ )
        {
            struct bootscrub_facts f = good();
            struct bootscrub_verdict v;
            unsigned int g, want = BOOTSCRUB_NR_GATES;

            defects[i].set(&f);
            defects[j].set(&f);
            v = judge(&f, &plain);
            for ( g = BOOTSCRUB_NR_GATES; g--; )
                if ( bootscrub_state(v.gate[g]) == DISPROVED )
                    want = g;
            for ( g = BOOTSCRUB_NR_GATES;
                  want == BOOTSCRUB_NR_GATES && g--; )
                if ( v.gate[g] != BOOTSCRUB_R_PROVEN &&
                     (!g || v.gate[g]) )
                {
                    unsigned int h;

                    for ( h = 0; v.gate[h] == BOOTSCRUB_R_PROVEN ||
                          (v.gate[h] == BOOTSCRUB_R_KEY_UNKNOWN &&
                           v.gate[CLEAN] == BOOTSCRUB_R_NOT_CLEAN); h++ )
                        continue;
                    want = h;
                }
            wrong += v.reason != v.gate[want] || v.action == BOOTSCRUB_SKIP;
        }

    expect_num(0, wrong, "decide: two defects: wrong reasons");
}

/* When memory, or the TPM, is a witness that the key is new. */
static void test_witnesses(void)
{
    static const struct {
        const char *what;
        enum bootscrub_key key;
        unsigned int recorded, noise, cleared, readable;
        bool one_key, tpm, shown;
    } cases[] = {
#define INTEL BOOTSCRUB_KEY_NEW
#define AMD   BOOTSCRUB_KEY_UNTOLD
        { "Intel, all noise", INTEL, 6, 6, 0, 0, true, false, true },
        { "Intel, one noise", INTEL, 6, 1, 0, 0, true, false, true },
        { "Intel, one noise, rest cleared", INTEL, 6, 1, 5, 0, true, false,
          true },
        { "Intel, all cleared", INTEL, 6, 0, 6, 0, true, false, true },
        { "Intel, all but one cleared", INTEL, 6, 0, 5, 0, true, false,
          false },
        { "Intel, all overwritten", INTEL, 6, 0, 0, 0, true, false, false },
        { "Intel, all overwritten, TPM", INTEL, 6, 0, 0, 0, true, true, true },
        { "Intel, none recorded", INTEL, 0, 0, 0, 0, true, false, false },
        { "Intel, none recorded, TPM", INTEL, 0, 0, 0, 0, true, true, true },
        { "Intel, two packages", INTEL, 6, 6, 0, 0, false, false, true },
        { "nobody to ask, all noise", BOOTSCRUB_KEY_UNKNOWN, 6, 6, 0, 0, true,
          true, false },
        { "AMD, all noise", AMD, 6, 6, 0, 0, true, false, true },
        { "AMD, four of six noise", AMD, 6, 4, 0, 0, true, false, true },
        { "AMD, half noise", AMD, 6, 3, 0, 0, true, false, false },
        { "AMD, one of one", AMD, 1, 1, 0, 0, true, false, true },
        { "AMD, one of two", AMD, 2, 1, 0, 0, true, false, false },
        { "AMD, two of two", AMD, 2, 2, 0, 0, true, false, true },
        { "AMD, two of three", AMD, 3, 2, 0, 0, true, false, true },
        { "AMD, all cleared", AMD, 6, 0, 6, 0, true, false, false },
        { "AMD, all cleared, TPM", AMD, 6, 0, 6, 0, true, true, false },
        { "AMD, none recorded, TPM", AMD, 0, 0, 0, 0, true, true, false },
        { "AMD, two sockets in it", AMD, 6, 6, 0, 0, false, false, false },
    };
    unsigned int i, broken;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        for ( broken = 0; broken < 2; broken++ )
        {
            struct bootscrub_facts f = good();
            struct bootscrub_verdict v;

            f.key = cases[i].key;
            f.node[0].recorded = cases[i].recorded;
            f.node[0].noise = cases[i].noise;
            f.node[0].cleared = cases[i].cleared;
            f.node[0].readable = cases[i].readable;
            f.node[0].one_key = cases[i].one_key;
            if ( cases[i].tpm )
                f.TPM = (struct bootscrub_counter){ true, true, 7, 8 };
            if ( broken )
                f.MONOTONIC.is = 50;
            v = judge(&f, &plain);
            expect_num(cases[i].shown && !broken,
                       v.gate[KEY] == BOOTSCRUB_R_PROVEN,
                       "decide: witness: %s%s", cases[i].what,
                       broken ? ", history broken" : "");
        }
}

/* A key that is not shown to be new: for want of what? */
static void test_no_key(void)
{
    static const struct {
        const char *what;
        enum bootscrub_key key;
        unsigned int recorded, cleared, second_cleared;
        bool uncovered, receipt, gap;
        enum bootscrub_reason want;
    } cases[] = {
        { "AMD, all cleared", BOOTSCRUB_KEY_UNTOLD, 6, 6, 6, false, true,
          false, BOOTSCRUB_R_KEY_NOT_SHOWN },
        { "AMD, all cleared, history broken", BOOTSCRUB_KEY_UNTOLD, 6, 6, 6,
          false, true, true, BOOTSCRUB_R_KEY_UNKNOWN },
        { "AMD, one node's cleared", BOOTSCRUB_KEY_UNTOLD, 6, 6, 5, false,
          true, false, BOOTSCRUB_R_KEY_UNKNOWN },
        { "AMD, none recorded", BOOTSCRUB_KEY_UNTOLD, 0, 0, 0, false, true,
          false, BOOTSCRUB_R_KEY_UNKNOWN },
        { "Intel, all cleared, no receipt", BOOTSCRUB_KEY_NEW, 6, 6, 6, false,
          false, false, BOOTSCRUB_R_KEY_UNKNOWN },
        { "nothing covered", BOOTSCRUB_KEY_NEW, 6, 6, 6, true, true, false,
          BOOTSCRUB_R_KEY_UNKNOWN },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct bootscrub_facts f = good();

        f.key = cases[i].key;
        f.chain.receipt = cases[i].receipt;
        f.MONOTONIC.is += cases[i].gap;
        f.node[0].covered = !cases[i].uncovered;
        f.node[0].recorded = cases[i].recorded;
        f.node[0].cleared = cases[i].cleared;
        f.node[0].noise = 0;
        f.node[1] = f.node[0];
        f.node[1].cleared = cases[i].second_cleared;
        f.nr_nodes = 2;
        expect_num(cases[i].want, judge(&f, &plain).gate[KEY],
                   "decide: no key: %s", cases[i].what);
    }
}

/* Two nodes, the second as the case has it. */
static void test_nodes(void)
{
    static const struct {
        const char *what;
        struct bootscrub_node node;
        enum bootscrub_share share;
        bool skips, confirms;
    } cases[] = {
#define NODE .covered = true, .processors = true, .asked = true, \
             .encrypted = true, .one_key = true, .recorded = 2, .noise = 2
        { "good", { NODE }, BOOTSCRUB_NODE_SKIPPED, true, true },
        { "without processors", { NODE, .processors = false, .asked = true },
          BOOTSCRUB_NODE_UNASKED, true, true },
        { "without processors, readable",
          { NODE, .processors = false, .noise = 0, .readable = 2 },
          BOOTSCRUB_NODE_READABLE, true, true },
        { "readable", { NODE, .noise = 1, .readable = 1 },
          BOOTSCRUB_NODE_READABLE, false, true },
        { "nobody asked", { NODE, .asked = false },
          BOOTSCRUB_NODE_UNASKED, true, false },
        { "not reached", { NODE, .encrypted = false },
          BOOTSCRUB_NODE_UNENCRYPTED, true, false },
        { "too small for a marker", { NODE, .recorded = 0, .noise = 0 },
          BOOTSCRUB_NODE_NO_KEY, true, true },
        { "overwritten", { NODE, .noise = 0 },
          BOOTSCRUB_NODE_NO_KEY, true, true },
        { "not covered", { NODE, .covered = false, .asked = false },
          BOOTSCRUB_NODE_NOT_COVERED, true, true },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct bootscrub_facts f = good();
        struct bootscrub_verdict v;

        f.nr_nodes = 2;
        f.node[1] = cases[i].node;
        v = judge(&f, &plain);
        expect_num(cases[i].share, v.share[1], "decide: node %s: share",
                   cases[i].what);
        expect_num(cases[i].skips, v.action == BOOTSCRUB_SKIP &&
                   v.share[0] == BOOTSCRUB_NODE_SKIPPED,
                   "decide: node %s: the other one is skipped",
                   cases[i].what);
        expect_num(cases[i].confirms, v.receipt, "decide: node %s: receipt",
                   cases[i].what);

        /* An assertion leaves in all that is not seen to be readable. */
        v = judge(&f, &asserted);
        expect_num(cases[i].share == BOOTSCRUB_NODE_READABLE ||
                   cases[i].share == BOOTSCRUB_NODE_NOT_COVERED
                   ? cases[i].share : cases[i].skips
                   ? BOOTSCRUB_NODE_SKIPPED : cases[i].share, v.share[1],
                   "decide: node %s: asserted: share", cases[i].what);
        expect_num(cases[i].confirms, v.receipt,
                   "decide: node %s: asserted: receipt", cases[i].what);
        if ( cases[i].skips )
            expect_str(cases[i].share == BOOTSCRUB_NODE_SKIPPED ||
                       cases[i].share == BOOTSCRUB_NODE_NOT_COVERED ||
                       cases[i].share == BOOTSCRUB_NODE_READABLE
                       ? "proven" : "asserted", tokens[v.reason],
                       "decide: node %s: asserted: reason", cases[i].what);
    }
}

/* Who is confirmed, and who has to wait. */
static void test_scrub(void)
{
    static const struct {
        const char *what;
        void (*set)(struct bootscrub_facts *f);
        unsigned int unpaid;
        enum bootscrub_action action;
        bool receipt, backed_off;
    } cases[] = {
#define BACKGROUND BOOTSCRUB_BACKGROUND
#define SYNC       BOOTSCRUB_SYNC
        { "first boot", no_record, 1, SYNC, true, false },
        { "gap, first turn", two_more, 1, SYNC, true, false },
        { "gap, 2", two_more, 2, BACKGROUND, false, true },
        { "gap, 3", two_more, 3, SYNC, true, false },
        { "gap, 4", two_more, 4, BACKGROUND, false, true },
        { "gap, 7", two_more, 7, SYNC, true, false },
        { "gap, 127", two_more, 127, SYNC, true, false },
        { "gap, 254", two_more, 254, BACKGROUND, false, true },
        { "not clean", no_receipt, 1, SYNC, true, false },
        { "changed", changed, 1, SYNC, true, false },
        { "was plaintext", was_plain, 1, SYNC, true, false },
        { "no counter", no_counter, 1, BACKGROUND, false, false },
        { "nothing covered", nothing, 1, BACKGROUND, false, false },
        { "key unknown, chain whole", overwritten, 0, BACKGROUND, true,
          false },
        { "key unknown, chain whole, 1", overwritten, 1, BACKGROUND, true,
          false },
        { "readable, chain whole", one_readable, 0, BACKGROUND, true, false },
        { "restored, chain whole", restored, 0, BACKGROUND, true, false },
        { "key not shown", amd_cleared, 1, BACKGROUND, true, false },
        { "unasked", unasked, 1, BACKGROUND, false, false },
        { "unreached", unreached, 1, BACKGROUND, false, false },
        { "SRAT unused", srat_unused, 1, BACKGROUND, false, false },
        { "off", off, 1, BACKGROUND, false, false },
        { "unknown", unknown, 1, BACKGROUND, false, false },
        { "hypervisor", hypervisor, 1, BACKGROUND, false, false },
        { "not written", unwritten, 1, BACKGROUND, false, false },
        { "no run-time services", no_rs, 1, BACKGROUND, false, false },
        { "kexec, chain whole", kexec, 1, BACKGROUND, true, false },
    };
    unsigned int i, limited;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        for ( limited = 0; limited < 2; limited++ )
        {
            struct bootscrub_facts f = good();
            struct bootscrub_verdict v;

            cases[i].set(&f);
            f.unpaid = cases[i].unpaid;
            f.heap_limited = limited;
            v = judge(&f, &plain);
            expect_num(limited ? BACKGROUND : cases[i].action, v.action,
                       "decide: scrub: %s%s", cases[i].what,
                       limited ? ", heap limited" : "");
            expect_num(cases[i].receipt && !limited, v.receipt,
                       "decide: scrub: %s%s: receipt", cases[i].what,
                       limited ? ", heap limited" : "");
            expect_num(cases[i].backed_off && !limited, v.backed_off,
                       "decide: scrub: %s%s: backed off", cases[i].what,
                       limited ? ", heap limited" : "");

            v = judge(&f, &fallback);
            expect_num(SYNC, v.action, "decide: scrub: %s%s: fallback=on",
                       cases[i].what, limited ? ", heap limited" : "");
        }
}

/* An assertion confirms nothing. */
static void test_asserted_receipt(void)
{
    void (*const sets[])(struct bootscrub_facts *f) = {
        no_record, two_more, no_receipt, changed, unknown, unasked, unreached,
        srat_unused, other_entry, unwritten,
    };
    struct bootscrub_facts f;
    struct bootscrub_verdict v;
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(sets); i++ )
    {
        f = good();
        sets[i](&f);
        f.unpaid = 1;
        v = judge(&f, &asserted);
        expect_num(BOOTSCRUB_SKIP, v.action, "decide: asserted %u: skips", i);
        expect_num(sets[i] == other_entry, v.receipt,
                   "decide: asserted %u: receipt", i);
    }

    f = good();
    overwritten(&f);
    v = judge(&f, &asserted);
    expect_str("asserted", tokens[v.reason], "decide: key asserted: reason");
    expect_num(true, v.receipt, "decide: key asserted, chain proved: receipt");
}

/* Markers of a session that nobody confirmed may have been planted raw. */
static void test_unconfirmed(void)
{
    struct bootscrub_facts f = good();
    struct bootscrub_verdict v;

    f.chain.receipt = false;
    v = judge(&f, &asserted);
    expect_str("key-unknown", tokens[v.gate[KEY]],
               "decide: noise without a receipt");
    f.TPM = (struct bootscrub_counter){ true, true, 7, 8 };
    v = judge(&f, &asserted);
    expect_num(BOOTSCRUB_R_PROVEN, v.gate[KEY],
               "decide: the TPM without a receipt");
}

static void test_lost(void)
{
    struct bootscrub_facts f = good();
    struct bootscrub_verdict v;

    unknown(&f);
    v = judge(&f, &plain);
    expect_num(false, v.lost_encryption, "decide: unknown is not lost");

    off(&f);
    f.chain.previous = BOOTSCRUB_SESSION_UNKNOWN;
    v = judge(&f, &plain);
    expect_num(true, v.lost_encryption, "decide: lost after a receipt");
    f.chain.receipt = false;
    v = judge(&f, &plain);
    expect_num(false, v.lost_encryption, "decide: perhaps never had");
    f.chain.previous = BOOTSCRUB_SESSION_ENCRYPTED;
    v = judge(&f, &plain);
    expect_num(true, v.lost_encryption, "decide: lost, by the record");
    disagree(&f);
    v = judge(&f, &plain);
    expect_num(false, v.lost_encryption, "decide: CPU0 alone was asked then");
    f.chain.receipt = true;
    v = judge(&f, &plain);
    expect_num(true, v.lost_encryption, "decide: all were asked then");
    off(&f);
    f.chain.receipt = false;
    f.chain.record = BOOTSCRUB_RECORD_INVALID;
    v = judge(&f, &plain);
    expect_num(false, v.lost_encryption, "decide: no record to say so");
}

/* With all processors up. */
static void test_again(void)
{
    struct bootscrub_facts f = good();
    struct bootscrub_verdict first, v;

    f.nr_nodes = 2;
    f.node[1] = f.node[0];
    first = judge(&f, &plain);
    bootscrub_decide_again(&f, &plain, &first, &v);
    expect_num(BOOTSCRUB_SKIP, v.action, "decide: again: nothing new");
    expect_num(true, v.receipt, "decide: again: nothing new: receipt");

    f.node[1].asked = false;
    bootscrub_decide_again(&f, &plain, &first, &v);
    expect_num(BOOTSCRUB_SYNC, v.action, "decide: again: one node less");
    expect_str("unchecked-memory", tokens[v.reason],
               "decide: again: one node less: reason");
    expect_num(false, v.receipt, "decide: again: one node less: receipt");
    bootscrub_decide_again(&f, &asserted, &first, &v);
    expect_num(BOOTSCRUB_SKIP, v.action, "decide: again: asserted");

    disagree(&f);
    bootscrub_decide_again(&f, &asserted, &first, &v);
    expect_num(BOOTSCRUB_SYNC, v.action, "decide: again: disagree, asserted");
    expect_str("cpus-disagree", tokens[v.reason],
               "decide: again: disagree: reason");
    expect_num(false, v.receipt, "decide: again: disagree: receipt");

    f = good();
    two_more(&f);
    f.unpaid = 1;
    first = judge(&f, &plain);
    unasked(&f);
    bootscrub_decide_again(&f, &plain, &first, &v);
    expect_num(BOOTSCRUB_SYNC, v.action, "decide: again: still establishing");
    expect_num(false, v.receipt, "decide: again: but is not confirmed");
    expect_num(false, v.backed_off, "decide: again: nor backed off");

    f = good();
    off(&f);
    first = judge(&f, &plain);
    unasked(&f);
    bootscrub_decide_again(&f, &plain, &first, &v);
    expect_num(BOOTSCRUB_BACKGROUND, v.action, "decide: again: background");

    /* Facts that got better come too late: the heap is marked. */
    f = good();
    unasked(&f);
    first = judge(&f, &plain);
    f = good();
    bootscrub_decide_again(&f, &plain, &first, &v);
    expect_num(BOOTSCRUB_BACKGROUND, v.action, "decide: again: too late");
    expect_str(tokens[first.reason], tokens[v.reason],
               "decide: again: too late: reason");

    f.nr_nodes = 2;
    f.node[1] = f.node[0];
    f.node[1].asked = false;
    first = judge(&f, &plain);
    f.node[1].asked = true;
    bootscrub_decide_again(&f, &plain, &first, &v);
    expect_num(BOOTSCRUB_SKIP, v.action, "decide: again: a node too late");
    expect_num(BOOTSCRUB_NODE_UNASKED, v.share[1],
               "decide: again: a node too late: is scrubbed");
}

/* The sanitizers see a step beyond the last one. */
static void test_most_nodes(void)
{
    struct bootscrub_facts f = good();
    struct bootscrub_verdict first, v;
    unsigned int i;

    f.nr_nodes = BOOTSCRUB_MAX_NODES;
    for ( i = 1; i < f.nr_nodes; i++ )
    {
        f.node[i] = f.node[0];
        f.node[i].asked = i & 1;
    }
    first = judge(&f, &asserted);
    bootscrub_decide_again(&f, &asserted, &first, &v);
    for ( i = 0; i < f.nr_nodes; i++ )
        expect_num(BOOTSCRUB_NODE_SKIPPED, v.share[i],
                   "decide: most nodes: %u", i);
    expect_num(false, v.receipt, "decide: most nodes: receipt");

    for ( i = 1; i < f.nr_nodes; i++ )
        f.node[i].asked = true;
    expect_num(true, judge(&f, &plain).receipt,
               "decide: most nodes, all asked: receipt");
}

/* Whichever node it is that turns out not to be vouched for. */
static void test_node_taken_out(void)
{
    struct bootscrub_verdict first, v;
    struct bootscrub_facts f;
    unsigned int i, j;

    for ( i = 0; i < BOOTSCRUB_MAX_NODES; i++ )
    {
        f = good();
        f.nr_nodes = BOOTSCRUB_MAX_NODES;
        for ( j = 1; j < f.nr_nodes; j++ )
            f.node[j] = f.node[0];
        first = judge(&f, &plain);
        expect_num(BOOTSCRUB_SKIP, first.action,
                   "decide: node %u taken out: at first", i);
        f.node[i].asked = false;
        bootscrub_decide_again(&f, &plain, &first, &v);
        expect_num(BOOTSCRUB_SYNC, v.action, "decide: node %u taken out", i);
        expect_num(BOOTSCRUB_R_UNCHECKED_MEMORY, v.reason,
                   "decide: node %u taken out: reason", i);
    }
}

/* What is asserted, and disproved when all processors are up. */
static void test_taken_back(void)
{
    static const struct {
        const char *what;
        const struct bootscrub_options *o;
        unsigned int unpaid;
        bool before, disagree, told;
    } cases[] = {
        { "asserted, chain whole", &asserted, 0, false, true, true },
        { "asserted, an odd boot", &asserted, 5, false, true, true },
        { "asserted, an even boot", &asserted, 6, false, true, false },
        { "asserted, the last number", &asserted, BOOTSCRUB_MAX_UNPAID, false,
          true, false },
        { "asserted, told before", &asserted, 7, true, true, true },
        { "asserted, told before, true by now", &asserted, 5, true, false,
          false },
        { "asserted, true", &asserted, 5, false, false, false },
        { "not asserted", &plain, 5, false, true, false },
    };
    struct bootscrub_facts f = good();
    struct bootscrub_verdict first, v;
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        f = good();
        f.unpaid = cases[i].unpaid;
        f.chain.receipt = !f.unpaid;
        f.chain.taken_back = cases[i].before;
        first = judge(&f, cases[i].o);
        if ( cases[i].disagree )
            disagree(&f);
        bootscrub_decide_again(&f, cases[i].o, &first, &v);
        expect_num(cases[i].told, v.taken_back, "decide: taken back: %s",
                   cases[i].what);
        if ( cases[i].o == &asserted )
            expect_num(cases[i].before ? BOOTSCRUB_BACKGROUND
                       : cases[i].disagree ? BOOTSCRUB_SYNC : BOOTSCRUB_SKIP,
                       v.action, "decide: taken back: %s: action",
                       cases[i].what);
    }

    /* Even if the TPM shows that the key is new. */
    f = good();
    f.chain.receipt = false;
    f.chain.taken_back = true;
    f.TPM = (struct bootscrub_counter){ true, true, 4, 5 };
    v = judge(&f, &asserted);
    expect_num(BOOTSCRUB_R_NOT_CLEAN, v.reason,
               "decide: taken back: the key is new all the same");

    /* Nothing can be told, or it was disproved from the start. */
    f = good();
    first = judge(&f, &asserted);
    disagree(&f);
    f.written = BOOTSCRUB_NOT_WRITTEN;
    bootscrub_decide_again(&f, &asserted, &first, &v);
    expect_num(false, v.taken_back, "decide: taken back: not recorded");

    f = good();
    off(&f);
    first = judge(&f, &asserted);
    bootscrub_decide_again(&f, &asserted, &first, &v);
    expect_num(false, v.taken_back, "decide: taken back: known at first");
    expect_num(BOOTSCRUB_BACKGROUND, v.action,
               "decide: taken back: known at first: action");
}

/*
 * A machine over many boots: how often does it scrub synchronously?  A broken
 * chain is what breaks() says; a receipt fails to be written in boot fails().
 */
static void run_boots(const char *what, bool (*breaks)(unsigned int boot),
                      bool (*fails)(unsigned int boot), unsigned int syncs,
                      unsigned int skips)
{
    unsigned int boot, unpaid = 0, sync = 0, skip = 0, twice = 0;
    bool receipt = false, skipped = false, record = false, last = false;

    for ( boot = 1; boot <= 300; boot++ )
    {
        struct bootscrub_facts f = good();
        struct bootscrub_verdict v;

        if ( !record )
            f.chain.record = BOOTSCRUB_RECORD_ABSENT;
        f.chain.receipt = receipt;
        if ( breaks(boot) )
            f.MONOTONIC.is += 1;
        unpaid = bootscrub_unpaid(unpaid, receipt && skipped, &f.chain);
        f.unpaid = unpaid;
        v = judge(&f, &plain);

        twice += last && v.action == BOOTSCRUB_SYNC;
        last = v.action == BOOTSCRUB_SYNC;
        sync += last;
        skip += v.action == BOOTSCRUB_SKIP;
        skipped = v.action == BOOTSCRUB_SKIP;
        receipt = v.receipt && !fails(boot);
        record = true;
    }

    expect_num(0, twice, "decide: %s: synchronous twice in a row", what);
    expect_num(syncs, sync, "decide: %s: synchronous in 300 boots", what);
    expect_num(skips, skip, "decide: %s: skips in 300 boots", what);
}

/*
 * Firmware begins to fault, in boot @from, in what is written at run time: do
 * two boots in a row end there?  Other systems run before each @gap-th boot.
 */
static unsigned int run_faults(const struct bootscrub_options *o,
                               bool disagreed, unsigned int from,
                               unsigned int gap)
{
    unsigned int boot, unpaid = 0, twice = 0;
    bool receipt = false, skipped = false, record = false, told = false;
    bool stopped = false;

    for ( boot = 1; boot <= 300; boot++ )
    {
        struct bootscrub_facts f = good();
        struct bootscrub_verdict first, v;
        bool writes;

        f.chain.record = record ? BOOTSCRUB_RECORD_VALID
                                : BOOTSCRUB_RECORD_ABSENT;
        f.chain.receipt = receipt;
        f.chain.taken_back = told;
        f.MONOTONIC.is += boot % gap == 0;
        unpaid = bootscrub_unpaid(unpaid, receipt && skipped, &f.chain);
        f.unpaid = unpaid;
        first = judge(&f, o);
        if ( disagreed )
            disagree(&f);
        bootscrub_decide_again(&f, o, &first, &v);

        writes = v.receipt || v.taken_back;
        twice += stopped && writes;
        stopped = writes && boot >= from;
        receipt = v.receipt && !stopped;
        told = v.taken_back && !stopped;
        skipped = v.action == BOOTSCRUB_SKIP;
        record = true;
    }

    return twice;
}

static void test_faults(void)
{
    static const struct bootscrub_options both = { true, true };
    static const struct {
        const char *what;
        const struct bootscrub_options *o;
        bool disagreed;
    } cases[] = {
        { "auto", &plain, false },
        { "asserted", &asserted, false },
        { "asserted, not true", &asserted, true },
        { "fallback=on", &fallback, false },
        { "fallback=on, asserted", &both, false },
        { "fallback=on, asserted, not true", &both, true },
    };
    unsigned int i, from, gap;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        unsigned int twice = 0;

        for ( from = 1; from < 20; from++ )
            for ( gap = 1; gap < 6; gap++ )
                twice += run_faults(cases[i].o, cases[i].disagreed, from, gap);
        expect_num(0, twice, "decide: stopped twice in a row: %s",
                   cases[i].what);
    }
}

static bool never(unsigned int boot) { return !boot; }
static bool always(unsigned int boot) { return boot; }
static bool odd(unsigned int boot) { return boot & 1; }
static bool early(unsigned int boot) { return boot < 20; }

static void test_back_off(void)
{
    struct bootscrub_chain c = good().chain;

    run_boots("good", never, never, 1, 299);
    run_boots("two resets", always, never, 7, 0);
    run_boots("no receipt", never, always, 7, 0);
    run_boots("every other boot", odd, never, 150, 150);
    run_boots("until boot 20", early, never, 5, 269);
    run_boots("no receipt until boot 20", never, early, 5, 269);

    expect_num(254, bootscrub_unpaid(254, false, &c), "decide: unpaid: kept");
    c.receipt = false;
    expect_num(254, bootscrub_unpaid(253, false, &c), "decide: unpaid: most");
    expect_num(253, bootscrub_unpaid(254, false, &c),
               "decide: unpaid: and back");
    c.taken_back = true;
    expect_num(3, bootscrub_unpaid(0, false, &c),
               "decide: unpaid: taken back, after a skip");
    expect_num(7, bootscrub_unpaid(6, false, &c),
               "decide: unpaid: taken back, then odd");
    expect_num(7, bootscrub_unpaid(5, false, &c),
               "decide: unpaid: taken back, not even");
    expect_num(253, bootscrub_unpaid(253, false, &c),
               "decide: unpaid: taken back, with an end");
    expect_num(253, bootscrub_unpaid(254, false, &c),
               "decide: unpaid: taken back, the last number");
    c.taken_back = false;
    expect_num(2, bootscrub_unpaid(0, false, &c),
               "decide: unpaid: not confirmed, after a skip");
    expect_num(2, bootscrub_unpaid(1, false, &c),
               "decide: unpaid: not confirmed, after a scrub");
    c.record = BOOTSCRUB_RECORD_ABSENT;
    expect_num(1, bootscrub_unpaid(0, false, &c), "decide: unpaid: first");
    c.record = BOOTSCRUB_RECORD_INVALID;
    expect_num(2, bootscrub_unpaid(0, false, &c), "decide: unpaid: invalid");
    c.record = BOOTSCRUB_RECORD_ABSENT;

    c = good().chain;
    c.counter[BOOTSCRUB_MONOTONIC].is++;
    expect_num(1, bootscrub_unpaid(254, true, &c), "decide: unpaid: paid");
    expect_num(1, bootscrub_unpaid(0, true, &c), "decide: unpaid: a gap");
}

static void test_decide(void)
{
    test_good();
    test_defects();
    test_precedence();
    test_witnesses();
    test_no_key();
    test_nodes();
    test_scrub();
    test_asserted_receipt();
    test_unconfirmed();
    test_lost();
    test_again();
    test_most_nodes();
    test_node_taken_out();
    test_taken_back();
    test_faults();
    test_back_off();
}
UNIT_TESTS(test_decide)
