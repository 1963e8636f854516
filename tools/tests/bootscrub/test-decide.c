/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables of cases for decide.c: every reason, every state of every gate,
 * which reason wins, what is scrubbed and confirmed for it, assertions.
 * All combinations of facts, by rules instead of tables: test-decide-all.c.
 */

#include "harness.h"
#include "shim.h"

#include <xen/bootscrub.h>

#include <stdio.h>

/* All proved.  A case overrides what it is about. */
#define GOOD                                                    \
    .entry = BOOTSCRUB_ENTRY_EFI,                               \
    .encryption = MEMCRYPT_ACTIVE,                              \
    .key = MEMCRYPT_KEY_NEW,                                    \
    .cpus = MEMCRYPT_CPUS_AGREE,                                \
    .record = BOOTSCRUB_RECORD_VALID,                           \
    .previous = BOOTSCRUB_SESSION_ENCRYPTED,                    \
    .counter[BOOTSCRUB_MONOTONIC] = { true, true, 41, 42 },     \
    .markers_noise = 6,                                         \
    .noise_on_nodes = true,                                     \
    .receipt = true,                                            \
    .same_coverage = true,                                      \
    .written = BOOTSCRUB_WRITTEN,                               \
    .runtime_services = true

#define MONOTONIC(...) .counter[BOOTSCRUB_MONOTONIC] = { __VA_ARGS__ }
#define TPM(...)       .counter[BOOTSCRUB_TPM_RESET] = { __VA_ARGS__ }

#define BARE_METAL BOOTSCRUB_G_BARE_METAL
#define FIRMWARE   BOOTSCRUB_G_FIRMWARE
#define ENCRYPTION BOOTSCRUB_G_ENCRYPTION
#define HISTORY    BOOTSCRUB_G_HISTORY
#define KEY        BOOTSCRUB_G_KEY
#define CLEAN      BOOTSCRUB_G_CLEAN
#define COVERAGE   BOOTSCRUB_G_COVERAGE
#define RECORDED   BOOTSCRUB_G_RECORDED

#define UNKNOWN    BOOTSCRUB_UNKNOWN
#define PROVED     BOOTSCRUB_PROVED
#define DISPROVED  BOOTSCRUB_DISPROVED

static const char *const tokens[] = {
#define REASON(id, token, state, sentence, remedy) token,
#include <xen/bootscrub-reasons.h>
};

static const struct bootscrub_options no_options;

/* Facts that are good but for one gate, and what that gate says of them. */
static const struct defect {
    enum bootscrub_gate gate;
    enum bootscrub_state state;
    const char *token, *what;
    struct bootscrub_facts facts;
} defects[] = {
    { BARE_METAL, DISPROVED, "virtualised", "hypervisor bit set",
      { GOOD, .hypervisor = true } },

    { FIRMWARE, DISPROVED, "kexec", "entered by kexec",
      { GOOD, .entry = BOOTSCRUB_ENTRY_KEXEC } },
    { FIRMWARE, UNKNOWN, "no-boot-services", "entered some other way",
      { GOOD, .entry = BOOTSCRUB_ENTRY_OTHER } },

    { ENCRYPTION, DISPROVED, "not-supported", "no TME",
      { GOOD, .encryption = MEMCRYPT_NOT_SUPPORTED } },
    { ENCRYPTION, DISPROVED, "not-active", "TME off",
      { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE } },
    { ENCRYPTION, DISPROVED, "bypassed", "TME bypassed",
      { GOOD, .encryption = MEMCRYPT_BYPASSED } },
    { ENCRYPTION, DISPROVED, "not-locked", "TME not locked",
      { GOOD, .encryption = MEMCRYPT_NOT_LOCKED } },
    { ENCRYPTION, DISPROVED, "cpus-disagree", "one CPU differs",
      { GOOD, .cpus = MEMCRYPT_CPUS_DISAGREE } },
    { ENCRYPTION, DISPROVED, "cpus-disagree", "one CPU differs, rest unknown",
      { GOOD, .encryption = MEMCRYPT_UNKNOWN,
        .cpus = MEMCRYPT_CPUS_DISAGREE } },
    { ENCRYPTION, DISPROVED, "not-active", "TME off, one CPU differs",
      { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE,
        .cpus = MEMCRYPT_CPUS_DISAGREE } },
    { ENCRYPTION, DISPROVED, "bypassed", "TME bypassed, node without CPU",
      { GOOD, .encryption = MEMCRYPT_BYPASSED,
        .cpus = MEMCRYPT_CPUS_MISSING } },
    { ENCRYPTION, UNKNOWN, "encryption-unknown", "nothing to ask",
      { GOOD, .encryption = MEMCRYPT_UNKNOWN } },
    { ENCRYPTION, UNKNOWN, "encryption-unknown", "nothing, no CPU to ask",
      { GOOD, .encryption = MEMCRYPT_UNKNOWN,
        .cpus = MEMCRYPT_CPUS_MISSING } },
    { ENCRYPTION, UNKNOWN, "unchecked-memory", "node without CPU",
      { GOOD, .cpus = MEMCRYPT_CPUS_MISSING } },

    { HISTORY, DISPROVED, "was-plaintext", "recorded as not encrypted",
      { GOOD, .previous = BOOTSCRUB_SESSION_PLAINTEXT } },
    { HISTORY, DISPROVED, "was-plaintext", "not encrypted, and a gap",
      { GOOD, .previous = BOOTSCRUB_SESSION_PLAINTEXT,
        MONOTONIC(true, true, 41, 50) } },
    { HISTORY, UNKNOWN, "no-record", "no record",
      { GOOD, .record = BOOTSCRUB_RECORD_ABSENT } },
    { HISTORY, UNKNOWN, "no-record", "no record, so no previous session",
      { GOOD, .record = BOOTSCRUB_RECORD_ABSENT,
        .previous = BOOTSCRUB_SESSION_PLAINTEXT } },
    { HISTORY, UNKNOWN, "record-invalid", "damaged record",
      { GOOD, .record = BOOTSCRUB_RECORD_INVALID } },
    { HISTORY, UNKNOWN, "record-invalid", "damaged record says plaintext",
      { GOOD, .record = BOOTSCRUB_RECORD_INVALID,
        .previous = BOOTSCRUB_SESSION_PLAINTEXT } },
    { HISTORY, UNKNOWN, "no-counter", "no counter then or now",
      { GOOD, MONOTONIC(false, false, 41, 42) } },
    { HISTORY, UNKNOWN, "no-counter", "monotonic counter went",
      { GOOD, MONOTONIC(true, false, 41, 42) } },
    { HISTORY, UNKNOWN, "no-counter", "TPM went, monotonic goes on",
      { GOOD, TPM(true, false, 57, 58) } },
    { HISTORY, UNKNOWN, "counter-gap", "monotonic counter came",
      { GOOD, MONOTONIC(false, true, 41, 42) } },
    { HISTORY, UNKNOWN, "counter-gap", "TPM came, monotonic goes on",
      { GOOD, TPM(false, true, 57, 58) } },
    { HISTORY, UNKNOWN, "counter-gap", "monotonic +0",
      { GOOD, MONOTONIC(true, true, 42, 42) } },
    { HISTORY, UNKNOWN, "counter-gap", "monotonic +2",
      { GOOD, MONOTONIC(true, true, 40, 42) } },
    { HISTORY, UNKNOWN, "counter-gap", "monotonic -1",
      { GOOD, MONOTONIC(true, true, 43, 42) } },
    { HISTORY, UNKNOWN, "counter-gap", "monotonic wraps to 1",
      { GOOD, MONOTONIC(true, true, UINT32_MAX, 1) } },
    { HISTORY, UNKNOWN, "counter-gap", "TPM +0, monotonic +1",
      { GOOD, TPM(true, true, 58, 58) } },
    { HISTORY, UNKNOWN, "counter-gap", "TPM +2, no monotonic",
      { GOOD, MONOTONIC(false), TPM(true, true, 57, 59) } },

    { KEY, DISPROVED, "key-restored", "saved key restored",
      { GOOD, .key = MEMCRYPT_KEY_RESTORED } },
    { KEY, DISPROVED, "key-restored", "restored, and readable",
      { GOOD, .key = MEMCRYPT_KEY_RESTORED, .markers_readable = 6 } },
    { KEY, DISPROVED, "marker-readable", "one of seven readable",
      { GOOD, .markers_readable = 1 } },
    { KEY, DISPROVED, "marker-readable", "readable, key not known",
      { GOOD, .key = MEMCRYPT_KEY_UNKNOWN, .markers_readable = 6 } },
    { KEY, UNKNOWN, "key-unknown", "no marker at all",
      { GOOD, .markers_noise = 0 } },
    { KEY, UNKNOWN, "key-unknown", "all overwritten",
      { GOOD, .markers_noise = 0, .markers_overwritten = 7 } },
    { KEY, UNKNOWN, "key-unknown", "monotonic count is no witness of a reset",
      { GOOD, .markers_noise = 0, MONOTONIC(true, true, 41, 42) } },
    { KEY, DISPROVED, "marker-readable", "readable, TPM was reset",
      { GOOD, .markers_readable = 1, TPM(true, true, 57, 58) } },
    { KEY, DISPROVED, "key-restored", "restored, TPM was reset",
      { GOOD, .key = MEMCRYPT_KEY_RESTORED, TPM(true, true, 57, 58) } },
    { KEY, UNKNOWN, "key-unknown", "TPM was reset, processor says nothing",
      { GOOD, .key = MEMCRYPT_KEY_UNKNOWN, .markers_noise = 0,
        TPM(true, true, 57, 58) } },
    { KEY, UNKNOWN, "key-unknown", "noise alone",
      { GOOD, .key = MEMCRYPT_KEY_UNKNOWN } },
    { KEY, UNKNOWN, "key-unknown", "Intel, noise, but not on every node",
      { GOOD, .noise_on_nodes = false } },
    { KEY, UNKNOWN, "key-unknown", "AMD, noise, but not on every node",
      { GOOD, .key = MEMCRYPT_KEY_UNTOLD, .noise_on_nodes = false } },
    { KEY, UNKNOWN, "key-unknown", "AMD, not on every node, TPM was reset",
      { GOOD, .key = MEMCRYPT_KEY_UNTOLD, .noise_on_nodes = false,
        TPM(true, true, 57, 58) } },
    { KEY, UNKNOWN, "key-unknown", "AMD, no noise, so no nodes to ask",
      { GOOD, .key = MEMCRYPT_KEY_UNTOLD,
        .markers_noise = 0 } },
    { KEY, DISPROVED, "marker-readable", "AMD, noise on every node but one",
      { GOOD, .key = MEMCRYPT_KEY_UNTOLD, .markers_readable = 1 } },
    { KEY, DISPROVED, "marker-readable", "AMD, one more that is readable",
      { GOOD, .key = MEMCRYPT_KEY_UNTOLD,
        .markers_readable = 1 } },

    { CLEAN, UNKNOWN, "not-clean", "no receipt",
      { GOOD, .receipt = false } },

    { COVERAGE, UNKNOWN, "ram-changed", "other covered ranges",
      { GOOD, .same_coverage = false } },

    { RECORDED, DISPROVED, "record-not-written", "write failed",
      { GOOD, .written = BOOTSCRUB_NOT_WRITTEN } },
    { RECORDED, DISPROVED, "record-not-written", "write failed, no-rs",
      { GOOD, .written = BOOTSCRUB_NOT_WRITTEN, .runtime_services = false } },
    { RECORDED, DISPROVED, "no-entropy", "no random numbers",
      { GOOD, .written = BOOTSCRUB_NO_ENTROPY } },
    { RECORDED, UNKNOWN, "no-boot-services", "nobody could write",
      { GOOD, .written = BOOTSCRUB_NOT_TRIED } },
    { RECORDED, DISPROVED, "no-runtime-services", "no-rs",
      { GOOD, .runtime_services = false } },
};

/* Facts that prove everything. */
static const struct {
    const char *what;
    struct bootscrub_facts facts;
} proved[] = {
    { "the usual", { GOOD } },
    { "monotonic wraps to 0", { GOOD, MONOTONIC(true, true, UINT32_MAX, 0) } },
    { "monotonic and TPM", { GOOD, TPM(true, true, 57, 58) } },
    { "TPM alone", { GOOD, MONOTONIC(false), TPM(true, true, 57, 58) } },
    { "no marker, but the TPM was reset",
      { GOOD, .markers_noise = 0, TPM(true, true, 57, 58) } },
    { "some markers overwritten", { GOOD, .markers_overwritten = 15 } },
    { "one marker of noise", { GOOD, .markers_noise = 1 } },
    { "AMD, noise on every node",
      { GOOD, .key = MEMCRYPT_KEY_UNTOLD } },
};

static const char *token_of(enum bootscrub_reason reason)
{
    return reason < BOOTSCRUB_NR_REASONS ? tokens[reason] : "none";
}

/* "ACTION[ receipt]: REASON", as in the tables below. */
static const char *summary(const struct bootscrub_verdict *v)
{
    static const char *const actions[] = {
        [BOOTSCRUB_BACKGROUND] = "background",
        [BOOTSCRUB_SYNC] = "sync",
        [BOOTSCRUB_SKIP] = "skip",
    };
    static char text[80];

    snprintf(text, sizeof(text), "%s%s: %s", actions[v->action],
             v->receipt ? " receipt" : "", token_of(v->reason));

    return text;
}

/* Nothing in the verdict may be left as it was found. */
static struct bootscrub_verdict decide(const struct bootscrub_facts *f,
                                       const struct bootscrub_options *o)
{
    struct bootscrub_verdict v;

    memset(&v, 0x5a, sizeof(v));
    v.receipt = v.lost_encryption = true;
    bootscrub_decide(f, o, &v);

    return v;
}

static void test_proved(void)
{
    unsigned int i, gate;

    for ( i = 0; i < ARRAY_SIZE(proved); i++ )
    {
        struct bootscrub_verdict v = decide(&proved[i].facts, &no_options);
        unsigned int others = 0;

        for ( gate = 0; gate < BOOTSCRUB_NR_GATES; gate++ )
            others += v.gate[gate] != BOOTSCRUB_R_PROVEN;

        expect_str("skip receipt: proven", summary(&v), "decide: proved: %s",
                   proved[i].what);
        expect_num(0, others, "decide: proved: %s: gates not proved",
                   proved[i].what);
    }
}

/* One gate fails: it says why, all others are proved, it names the reason. */
static void test_single_defects(void)
{
    unsigned int i, gate;

    for ( i = 0; i < ARRAY_SIZE(defects); i++ )
    {
        const struct defect *d = &defects[i];
        struct bootscrub_verdict v = decide(&d->facts, &no_options);
        unsigned int others = 0;

        for ( gate = 0; gate < BOOTSCRUB_NR_GATES; gate++ )
            others += gate != d->gate && v.gate[gate] != BOOTSCRUB_R_PROVEN;

        expect_str(d->token, token_of(v.gate[d->gate]),
                   "decide: gate %u: %s", d->gate + 1, d->what);
        expect_num(d->state, bootscrub_state(v.gate[d->gate]),
                   "decide: gate %u: %s: state", d->gate + 1, d->what);
        expect_num(0, others, "decide: gate %u: %s: other gates not proved",
                   d->gate + 1, d->what);
        expect_str(d->token, token_of(v.reason),
                   "decide: gate %u: %s: reason", d->gate + 1, d->what);
        expect_num(false, v.action == BOOTSCRUB_SKIP,
                   "decide: gate %u: %s: skipped", d->gate + 1, d->what);
    }
}

/* Do the tables above reach all there is? */
static void test_complete(void)
{
    static const unsigned int states[BOOTSCRUB_NR_GATES] = {
        [BARE_METAL] = 1U << PROVED | 1U << DISPROVED,
        [FIRMWARE]   = 1U << PROVED | 1U << DISPROVED | 1U << UNKNOWN,
        [ENCRYPTION] = 1U << PROVED | 1U << DISPROVED | 1U << UNKNOWN,
        [HISTORY]    = 1U << PROVED | 1U << DISPROVED | 1U << UNKNOWN,
        [KEY]        = 1U << PROVED | 1U << DISPROVED | 1U << UNKNOWN,
        [CLEAN]      = 1U << PROVED | 1U << UNKNOWN,
        [COVERAGE]   = 1U << PROVED | 1U << UNKNOWN,
        [RECORDED]   = 1U << PROVED | 1U << DISPROVED | 1U << UNKNOWN,
    };
    static const struct bootscrub_options assert_all = {
        .assert_encrypted = true,
    };
    bool reached[BOOTSCRUB_NR_REASONS] = {};
    unsigned int seen[BOOTSCRUB_NR_GATES] = {}, i, j, gate;

    for ( i = 0; i < ARRAY_SIZE(defects); i++ )
    {
        struct bootscrub_verdict v = decide(&defects[i].facts, &no_options);

        reached[v.reason] = true;
        for ( gate = 0; gate < BOOTSCRUB_NR_GATES; gate++ )
            seen[gate] |= 1U << bootscrub_state(v.gate[gate]);

        v = decide(&defects[i].facts, &assert_all);
        reached[v.reason] = true;
    }

    reached[decide(&proved[0].facts, &no_options).reason] = true;

    for ( i = 0; i < BOOTSCRUB_NR_REASONS; i++ )
        expect_num(true, reached[i], "decide: reason %s reached", tokens[i]);

    for ( gate = 0; gate < BOOTSCRUB_NR_GATES; gate++ )
        expect_num(states[gate], seen[gate], "decide: gate %u: all its states",
                   gate + 1);

    for ( i = 0; i < BOOTSCRUB_NR_REASONS; i++ )
        for ( j = 0; j < i; j++ )
            if ( !strcmp(tokens[i], tokens[j]) )
                expect_str("a token of its own", tokens[i],
                           "decide: reasons %u and %u", j, i);

    expect_num(PROVED, bootscrub_state(BOOTSCRUB_R_PROVEN),
               "decide: state of proven");
    expect_num(PROVED, bootscrub_state(BOOTSCRUB_R_ASSERTED),
               "decide: state of asserted");
    expect_num(UNKNOWN, bootscrub_state(BOOTSCRUB_NR_REASONS),
               "decide: state of what is no reason");
}

/* Take over from @from what @gate judges, and nothing else. */
static void graft(struct bootscrub_facts *to,
                  const struct bootscrub_facts *from, enum bootscrub_gate gate)
{
    switch ( gate )
    {
    case BARE_METAL:
        to->hypervisor = from->hypervisor;
        break;

    case FIRMWARE:
        to->entry = from->entry;
        break;

    case ENCRYPTION:
        to->encryption = from->encryption;
        to->cpus = from->cpus;
        break;

    case HISTORY:
        to->record = from->record;
        to->previous = from->previous;
        memcpy(to->counter, from->counter, sizeof(to->counter));
        break;

    case KEY:
        to->key = from->key;
        to->markers_noise = from->markers_noise;
        to->noise_on_nodes = from->noise_on_nodes;
        to->markers_readable = from->markers_readable;
        to->markers_overwritten = from->markers_overwritten;
        break;

    case CLEAN:
        to->receipt = from->receipt;
        break;

    case COVERAGE:
        to->same_coverage = from->same_coverage;
        break;

    default:
        to->written = from->written;
        to->runtime_services = from->runtime_services;
        break;
    }
}

/* Which of two gates names the reason: disproved first, then their order. */
static const struct defect *stronger(const struct defect *a,
                                     const struct defect *b)
{
    if ( (a->state == DISPROVED) != (b->state == DISPROVED) )
        return a->state == DISPROVED ? a : b;

    return a->gate < b->gate ? a : b;
}

static void test_precedence(void)
{
    unsigned int i, j;

    for ( i = 0; i < ARRAY_SIZE(defects); i++ )
    {
        const struct defect *a = &defects[i];
        unsigned int wrong = 0;

        for ( j = 0; j < ARRAY_SIZE(defects); j++ )
        {
            const struct defect *b = &defects[j];
            struct bootscrub_facts facts = a->facts;
            struct bootscrub_verdict v;

            if ( a->gate == b->gate )
                continue;

            graft(&facts, &b->facts, b->gate);
            v = decide(&facts, &no_options);

            if ( strcmp(token_of(v.reason), stronger(a, b)->token) ||
                 strcmp(token_of(v.gate[a->gate]), a->token) ||
                 strcmp(token_of(v.gate[b->gate]), b->token) )
            {
                printf("# with %s: got %s\n", b->what, token_of(v.reason));
                wrong++;
            }
        }

        expect_num(0, wrong, "decide: precedence: %s, with each other defect",
                   a->what);
    }
}

/* What is scrubbed, and when the receipt is due. */
static void test_actions(void)
{
    static const struct {
        const char *what, *verdict, *fallback_on;
        struct bootscrub_facts facts;
    } cases[] = {
        { "all proved", "skip receipt: proven", "skip receipt: proven",
          { GOOD } },

        /* Establishing: paid once per broken chain. */
        { "first boot", "sync receipt: no-record", "sync receipt: no-record",
          { GOOD, .record = BOOTSCRUB_RECORD_ABSENT,
            .previous = BOOTSCRUB_SESSION_UNKNOWN,
            MONOTONIC(false, true, 0, 42), .markers_noise = 0,
            .receipt = false, .same_coverage = false } },
        { "record damaged", "sync receipt: record-invalid",
          "sync receipt: record-invalid",
          { GOOD, .record = BOOTSCRUB_RECORD_INVALID } },
        { "another boot in between", "sync receipt: counter-gap",
          "sync receipt: counter-gap",
          { GOOD, MONOTONIC(true, true, 41, 43) } },
        { "another boot, hidden from the TPM", "sync receipt: counter-gap",
          "sync receipt: counter-gap",
          { GOOD, MONOTONIC(true, true, 41, 43), TPM(true, true, 57, 58) } },
        { "was plaintext", "sync receipt: was-plaintext",
          "sync receipt: was-plaintext",
          { GOOD, .previous = BOOTSCRUB_SESSION_PLAINTEXT } },
        { "power cut", "sync receipt: not-clean", "sync receipt: not-clean",
          { GOOD, .receipt = false } },
        { "more RAM", "sync receipt: ram-changed", "sync receipt: ram-changed",
          { GOOD, .same_coverage = false } },
        { "key restored after a power cut", "sync receipt: key-restored",
          "sync receipt: key-restored",
          { GOOD, .key = MEMCRYPT_KEY_RESTORED, .receipt = false } },

        /* Encrypted and clean, but the key may be the old one. */
        { "key not known", "background receipt: key-unknown",
          "sync receipt: key-unknown", { GOOD, .markers_noise = 0 } },
        { "key kept", "background receipt: marker-readable",
          "sync receipt: marker-readable", { GOOD, .markers_readable = 1 } },
        { "key restored", "background receipt: key-restored",
          "sync receipt: key-restored",
          { GOOD, .key = MEMCRYPT_KEY_RESTORED } },

        /* Nothing to build on. */
        { "virtual machine", "background: virtualised", "sync: virtualised",
          { GOOD, .hypervisor = true } },
        { "first boot of a virtual machine", "background: virtualised",
          "sync: virtualised",
          { GOOD, .hypervisor = true, .record = BOOTSCRUB_RECORD_ABSENT } },
        { "TME off", "background: not-active", "sync: not-active",
          { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE } },
        { "TME off after a power cut", "background: not-active",
          "sync: not-active",
          { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE, .receipt = false } },
        { "silent PSP", "background: encryption-unknown",
          "sync: encryption-unknown",
          { GOOD, .encryption = MEMCRYPT_UNKNOWN } },
        { "sockets differ", "background: cpus-disagree", "sync: cpus-disagree",
          { GOOD, .cpus = MEMCRYPT_CPUS_DISAGREE } },
        { "maxcpus=", "background: unchecked-memory", "sync: unchecked-memory",
          { GOOD, .cpus = MEMCRYPT_CPUS_MISSING } },
        { "NVRAM full", "background: record-not-written",
          "sync: record-not-written",
          { GOOD, .written = BOOTSCRUB_NOT_WRITTEN } },
        { "NVRAM full on a first boot", "background: record-not-written",
          "sync: record-not-written",
          { GOOD, .written = BOOTSCRUB_NOT_WRITTEN,
            .record = BOOTSCRUB_RECORD_ABSENT } },
        { "no entropy", "background: no-entropy", "sync: no-entropy",
          { GOOD, .written = BOOTSCRUB_NO_ENTROPY } },
        { "efi=no-rs", "background: no-runtime-services",
          "sync: no-runtime-services", { GOOD, .runtime_services = false } },
        { "legacy BIOS, which records nothing",
          "background: no-boot-services", "sync: no-boot-services",
          { .encryption = MEMCRYPT_ACTIVE, .key = MEMCRYPT_KEY_NEW } },
        { "kexec, which records nothing", "background: kexec", "sync: kexec",
          { .entry = BOOTSCRUB_ENTRY_KEXEC, .encryption = MEMCRYPT_ACTIVE,
            .key = MEMCRYPT_KEY_NEW } },
    };
    static const struct bootscrub_options fallback_on = {
        .fallback_on = true,
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct bootscrub_verdict v = decide(&cases[i].facts, &no_options);

        expect_str(cases[i].verdict, summary(&v), "decide: action: %s",
                   cases[i].what);

        v = decide(&cases[i].facts, &fallback_on);
        expect_str(cases[i].fallback_on, summary(&v),
                   "decide: action: %s, fallback=on", cases[i].what);
    }
}

/* May an administrator's word replace what @d lacks? */
static bool fills(const struct bootscrub_options *o, const struct defect *d)
{
    switch ( d->gate )
    {
    case BARE_METAL:
        return false;

    case HISTORY: case CLEAN: case COVERAGE:
        return d->state == UNKNOWN;

    case RECORDED: /* Not required of an asserted session. */
        return true;

    default:
        return d->state == UNKNOWN && o->assert_encrypted;
    }
}

static void test_assertions(void)
{
    static const struct bootscrub_options cases[] = {
        { .assert_history = true },
        { .assert_encrypted = true },
        { .assert_history = true, .assert_encrypted = true },
        { .assert_history = true, .fallback_on = true },
        { .assert_encrypted = true, .fallback_on = true },
    };
    unsigned int i, j;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        for ( j = 0; j < ARRAY_SIZE(defects); j++ )
        {
            const struct bootscrub_options *o = &cases[i];
            const struct bootscrub_options plain = {
                .fallback_on = o->fallback_on,
            };
            const struct defect *d = &defects[j];
            struct bootscrub_verdict v = decide(&d->facts, &plain);
            char want[80] = "skip: asserted";

            if ( !fills(o, d) )
                snprintf(want, sizeof(want), "%s", summary(&v));

            v = decide(&d->facts, o);
            expect_str(want, summary(&v), "decide: asserted%s%s%s: %s",
                       o->assert_history ? " history" : "",
                       o->assert_encrypted ? " encrypted" : "",
                       o->fallback_on ? " fallback" : "", d->what);
            expect_str(d->token, token_of(v.gate[d->gate]),
                       "decide: asserted: %s: still reported", d->what);
        }

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct bootscrub_verdict v = decide(&proved[0].facts, &cases[i]);

        expect_str("skip receipt: proven", summary(&v),
                   "decide: proof counts more than assertion %u", i);
    }
}

/* Several gates fail, and some of them the administrator vouches for. */
static void test_assertion_reasons(void)
{
    static const struct bootscrub_options history = { .assert_history = true };
    static const struct bootscrub_options encrypted = {
        .assert_encrypted = true,
    };
    static const struct {
        const char *what, *verdict, *contradiction;
        const struct bootscrub_options *options;
        struct bootscrub_facts facts;
    } cases[] = {
        { "no record is vouched for, key is not",
          "sync receipt: key-unknown", "proven", &history,
          { GOOD, .record = BOOTSCRUB_RECORD_ABSENT, .markers_noise = 0 } },
        { "a record is not required, key is",
          "background: key-unknown", "proven", &history,
          { GOOD, .written = BOOTSCRUB_NOT_WRITTEN, .markers_noise = 0 } },
        { "a record is not required, bare metal is",
          "background: virtualised", "proven", &encrypted,
          { GOOD, .written = BOOTSCRUB_NOT_WRITTEN, .hypervisor = true } },
        { "everything is unknown", "skip: asserted", "proven", &encrypted,
          { .encryption = MEMCRYPT_UNKNOWN } },
        { "history contradicted", "sync receipt: was-plaintext",
          "was-plaintext", &history,
          { GOOD, .previous = BOOTSCRUB_SESSION_PLAINTEXT } },
        { "history vouched for, TME off", "background: not-active", "proven",
          &history, { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE } },
        { "encryption contradicted", "background: not-active", "not-active",
          &encrypted,
          { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE,
            .previous = BOOTSCRUB_SESSION_PLAINTEXT } },
        { "encryption contradicted by a marker",
          "background receipt: marker-readable", "marker-readable", &encrypted,
          { GOOD, .markers_readable = 1 } },
        { "nothing vouched for", "background: not-active", "proven",
          &no_options, { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE } },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct bootscrub_verdict v = decide(&cases[i].facts, cases[i].options);

        expect_str(cases[i].verdict, summary(&v), "decide: asserted: %s",
                   cases[i].what);
        expect_str(cases[i].contradiction, token_of(v.contradiction),
                   "decide: asserted: %s: contradiction", cases[i].what);
    }
}

static void test_lost_encryption(void)
{
    static const struct {
        const char *what;
        bool lost;
        struct bootscrub_facts facts;
    } cases[] = {
        { "active as before", false, { GOOD } },
        { "switched off", true,
          { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE } },
        { "bypassed now", true, { GOOD, .encryption = MEMCRYPT_BYPASSED } },
        { "on one CPU only", true, { GOOD, .cpus = MEMCRYPT_CPUS_DISAGREE } },
        { "still off", false,
          { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE,
            .previous = BOOTSCRUB_SESSION_PLAINTEXT } },
        { "switched on", false,
          { GOOD, .previous = BOOTSCRUB_SESSION_PLAINTEXT } },
        { "never known", false,
          { GOOD, .encryption = MEMCRYPT_UNKNOWN,
            .previous = BOOTSCRUB_SESSION_UNKNOWN } },
        { "off, no record", false,
          { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE,
            .record = BOOTSCRUB_RECORD_ABSENT } },
        { "off, record damaged", false,
          { GOOD, .encryption = MEMCRYPT_NOT_ACTIVE,
            .record = BOOTSCRUB_RECORD_INVALID } },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        expect_num(cases[i].lost,
                   decide(&cases[i].facts, &no_options).lost_encryption,
                   "decide: lost encryption: %s", cases[i].what);
}

void test_decide(void)
{
    test_proved();
    test_single_defects();
    test_complete();
    test_precedence();
    test_actions();
    test_assertions();
    test_assertion_reasons();
    test_lost_encryption();
}
