/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen/arch/x86/bootscrub/report.c: log and hypfs are compared as a whole with
 * the facts that they come from, one fact at a time.
 */

#include "mock/state.h"
#include "mock/told.h"

#include <xen/mm.h>

#include "report.h"

#include "harness.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *token, *sentence, *remedy;
} reasons[] = {
#define REASON(id, token, state, sentence, remedy) { token, sentence, remedy },
#include <xen/bootscrub-reasons.h>
};

static const char *const gates[] = {
#define GATE(id, token, sentence) token,
#include <xen/bootscrub-reasons.h>
};

static struct bootscrub_facts facts;
static struct bootscrub_verdict verdict;
static struct memcrypt memcrypt;
static struct bootscrub_report report;

static unsigned long unscrubbed[MAX_NUMNODES];

unsigned long heap_unscrubbed(unsigned int node)
{
    return unscrubbed[node];
}

unsigned int num_online_cpus(void)
{
    return 48;
}

/* A boot that skips; each number is another. */
static void good(void)
{
    mock_reset();
    mock_told_reset();
    memset(&facts, 0, sizeof(facts));
    memset(&verdict, 0, sizeof(verdict));
    facts.chain = (struct bootscrub_chain){
        .record = BOOTSCRUB_RECORD_VALID, .receipt = true,
        .counter = { { true, true, 6, 7 }, { true, true, 41, 42 } },
    };
    verdict.action = BOOTSCRUB_SKIP;
    verdict.receipt = true;
    memcrypt = (struct memcrypt){
        .state = MEMCRYPT_ACTIVE, .key = MEMCRYPT_KEY_NEW, .keyid_bits = 5,
    };
    report = (struct bootscrub_report){
        .verdict = &verdict, .facts = &facts, .memcrypt = &memcrypt,
        .skipped = 0x300000, .scrubbed = 0x801ff,
        .markers = {
            [BOOTSCRUB_MARKER_NOISE] = 11, [BOOTSCRUB_MARKER_CLEARED] = 12,
            [BOOTSCRUB_MARKER_OVERWRITTEN] = 13,
            [BOOTSCRUB_MARKER_READABLE] = 14,
        },
    };
}

static void expect_log(const char *want, const char *what)
{
    mock_told_reset();
    bootscrub_print(&report);
    expect_str(want, mock_log, "report: log: %s", what);
}

#define VERDICT  "Boot scrub: skipped (auto): proven\n"
#define TME(key) "  Encryption: Intel TME AES-XTS-128, active, locked, key " \
                 key ", 5 KeyID bits, 48 CPUs online\n"
#define COUNTERS "  Boot counter: 6 -> 7\n  TPM resets: 41 -> 42\n"
#define MARKERS  "  Markers: 11 noise, 12 cleared, 13 overwritten, " \
                 "14 readable\n"
#define HISTORY  COUNTERS "  Previous session: clean\n" MARKERS
#define SCOPE    "  Scope: 12288 MiB skipped, 2049 MiB to be scrubbed in " \
                 "background\n"
#define RECEIPT  "  Receipt: written\n"
#define REST     HISTORY SCOPE RECEIPT

/* Whatever the reason is, its words are the table's. */
static void test_reasons(void)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_REASONS; i++ )
    {
        char want[2048];
        const char *remedy = reasons[i].remedy;

        good();
        verdict.reason = i;
        if ( i != BOOTSCRUB_R_ASSERTED )
            verdict.action = BOOTSCRUB_BACKGROUND;
        snprintf(want, sizeof(want),
                 "Boot scrub: %s (auto): %s\n%s%s%s%s%s%s" TME("new") REST,
                 i == BOOTSCRUB_R_ASSERTED ? "skipped" : "performed",
                 reasons[i].token,
                 i ? "  " : "", i ? reasons[i].sentence : "", i ? "\n" : "",
                 *remedy ? "  " : "", remedy, *remedy ? "\n" : "");
        expect_log(want, reasons[i].token);
    }
}

static void test_encryption(void)
{
    good();
    expect_log(VERDICT TME("new") REST, "all is well");

    verdict.gate[BOOTSCRUB_G_KEY] = BOOTSCRUB_R_KEY_RESTORED;
    expect_log(VERDICT TME("restored") REST, "key restored");
    verdict.gate[BOOTSCRUB_G_KEY] = BOOTSCRUB_R_MARKER_READABLE;
    expect_log(VERDICT TME("restored") REST, "marker readable");
    verdict.gate[BOOTSCRUB_G_KEY] = BOOTSCRUB_R_KEY_NOT_SHOWN;
    expect_log(VERDICT TME("unknown") REST, "key not shown");

    memcrypt.exclude = 0x100000000;
    memcrypt.exclude_end = 0x140000000;
    expect_log(VERDICT TME("unknown")
               "  Not encrypted: [0x100000000, 0x140000000)\n" REST,
               "an exclusion range");

    good();
    memcrypt.keyid_bits = 0;
    expect_log(VERDICT "  Encryption: Intel TME AES-XTS-128, active, locked, "
               "key new, 48 CPUs online\n" REST, "no KeyID bits");
    memcrypt.state = MEMCRYPT_BYPASSED;
    expect_log(VERDICT "  Encryption: Intel TME, bypassed\n" REST,
               "bypassed");
}

static void test_history(void)
{
    struct bootscrub_counter *c = facts.chain.counter;

    good();
    facts.chain.receipt = false;
    expect_log(VERDICT TME("new") COUNTERS
               "  Previous session: not confirmed clean\n" MARKERS SCOPE
               RECEIPT, "no receipt was found");

    facts.chain.record = BOOTSCRUB_RECORD_INVALID;
    c[0].recorded = c[1].recorded = false;
    expect_log(VERDICT TME("new") "  Boot counter: 7, not recorded before\n"
               "  TPM resets: 42, not recorded before\n" SCOPE RECEIPT,
               "an invalid record");
    facts.chain.record = BOOTSCRUB_RECORD_ABSENT;
    c[0].present = c[1].present = false;
    expect_log(VERDICT TME("new") SCOPE RECEIPT, "nothing to count");

    good();
    c[0].present = false;
    c[1].was = 0xffffffff;
    c[1].is = 0;
    expect_log(VERDICT TME("new") "  Boot counter: was 6, cannot be read now\n"
               "  TPM resets: 4294967295 -> 0\n"
               "  Previous session: clean\n" MARKERS SCOPE RECEIPT,
               "a counter that went, and one that wrapped");
}

static void test_receipt(void)
{
    static const struct {
        const char *line;
        int rc;
    } cases[] = {
        { "  Receipt: written\n", 0 },
        { "  Receipt: none\n", BOOTSCRUB_RECEIPT_NOT_DUE },
        { "  Receipt: none, as the heap does not hold all memory\n",
          BOOTSCRUB_RECEIPT_LIMITED },
        { "<0>  Receipt: could not be written (error -5)\n", -5 },
    };
    char want[1024];
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        good();
        report.receipt = cases[i].rc;
        snprintf(want, sizeof(want), "%s%s", VERDICT TME("new") HISTORY SCOPE,
                 cases[i].line);
        expect_log(want, "receipt");
    }
}

static void test_scope(void)
{
    static const struct {
        unsigned int unpaid;
        const char *line;
    } backed_off[] = {
        { 2, "  The last boot did not lead to a confirmed skip;\n" },
        { 4, "  The last boots did not lead to a confirmed skip;\n" },
        { BOOTSCRUB_MAX_UNPAID,
          "  The last boots did not lead to a confirmed skip;\n" },
    };
    char want[1024];
    unsigned int i;

    good();
    verdict.action = BOOTSCRUB_SYNC;
    verdict.reason = BOOTSCRUB_R_VIRTUALISED;
    report.skipped = 0;
    report.scrubbed = 0x1234567;
    expect_log("Boot scrub: performed (auto): virtualised\n"
               "  Xen runs in a virtual machine, whose reboot does not renew "
               "the key\n"
               "  Use bootscrub=on or bootscrub=idle in virtual machines\n"
               TME("new") HISTORY
               "  Scope: 0 MiB skipped, 74565 MiB scrubbed by all CPUs\n"
               RECEIPT, "scrubbed by all CPUs");

    verdict.action = BOOTSCRUB_BACKGROUND;
    verdict.backed_off = true;
    for ( i = 0; i < ARRAY_SIZE(backed_off); i++ )
    {
        facts.unpaid = backed_off[i].unpaid;
        snprintf(want, sizeof(want), "%s%s%s",
                 "Boot scrub: performed (auto): virtualised\n"
                 "  Xen runs in a virtual machine, whose reboot does not renew "
                 "the key\n"
                 "  Use bootscrub=on or bootscrub=idle in virtual machines\n",
                 backed_off[i].line,
                 "  so this one scrubs in the background, and does not wait\n"
                 TME("new") HISTORY
                 "  Scope: 0 MiB skipped, 74565 MiB to be scrubbed in "
                 "background\n" RECEIPT);
        expect_log(want, "backed off");
    }
}

#define NEVER "<1>Boot scrub: bootscrub=auto can never skip on this machine\n"

static void test_warnings(void)
{
    good();
    verdict.lost_encryption = true;
    expect_log("<1>Boot scrub: memory encryption was active in the previous "
               "session and is not active now\n" VERDICT TME("new") REST,
               "lost encryption");

    good();
    verdict.contradiction = BOOTSCRUB_R_NOT_LOCKED;
    expect_log("<1>Boot scrub: what assert-encrypted says is not true: "
               "not-locked\n" VERDICT TME("new") REST, "contradiction");

    good();
    verdict.gate[BOOTSCRUB_G_BARE_METAL] = BOOTSCRUB_R_VIRTUALISED;
    expect_log(NEVER VERDICT TME("new") REST, "virtual machine");

    good();
    verdict.gate[BOOTSCRUB_G_ENCRYPTION] = BOOTSCRUB_R_NOT_SUPPORTED;
    expect_log(NEVER VERDICT TME("new") REST, "not supported");
    verdict.gate[BOOTSCRUB_G_ENCRYPTION] = BOOTSCRUB_R_NOT_ACTIVE;
    expect_log(VERDICT TME("new") REST, "not active, which can change");
}

static void test_nodes(void)
{
    good();
    verdict.share[0] = BOOTSCRUB_NODE_NO_KEY;
    verdict.share[1] = BOOTSCRUB_NODE_NOT_COVERED;
    verdict.share[2] = BOOTSCRUB_NODE_UNASKED;
    verdict.share[3] = BOOTSCRUB_NODE_UNENCRYPTED;
    verdict.share[4] = BOOTSCRUB_NODE_READABLE;
    verdict.share[63] = BOOTSCRUB_NODE_NO_KEY;
    expect_log(VERDICT TME("new") HISTORY
               "  Node 0 is not skipped: its key is not shown to be new\n"
               "  Node 2 is not skipped: no processor could be asked about "
               "it\n"
               "  Node 3 is not skipped: no evidence of encryption reaches "
               "it\n"
               "  Node 4 is not skipped: a marker on it is readable\n"
               "  Node 63 is not skipped: its key is not shown to be new\n"
               SCOPE RECEIPT, "nodes that are left out");

    verdict.action = BOOTSCRUB_BACKGROUND;
    expect_log("Boot scrub: performed (auto): proven\n" TME("new") REST,
               "no node is skipped anyway");
}

/* hypfs, as "PATH=VALUE" lines; @key=value replaces that leaf's line. */
static const char *leaves(const char *changes[])
{
    static const char *const start[] = {
        "mode=auto", "verdict=skipped", "reason=proven",
        "encryption=Intel TME AES-XTS-128, active, locked", "key=new",
        "receipt=written", "boot-counter-was=6", "boot-counter-is=7",
        "tpm-resets-was=41", "tpm-resets-is=42", "markers-noise=11",
        "markers-cleared=12", "markers-overwritten=13",
        "markers-readable=14", "skipped-bytes=12884901888",
        "scrubbed-bytes=2149576704", "unscrubbed-bytes=0",
        "gates/bare-metal=proved", "gates/firmware=proved",
        "gates/encryption=proved", "gates/history=proved",
        "gates/key=proved", "gates/clean=proved", "gates/coverage=proved",
        "gates/recorded=proved",
    };
    static char text[2048];
    unsigned int i, j, len = 0;

    for ( i = 0; i < ARRAY_SIZE(start); i++ )
    {
        const char *line = start[i];
        size_t name = strcspn(line, "=") + 1;

        for ( j = 0; changes[j]; j++ )
            if ( !strncmp(changes[j], start[i], name) )
                line = changes[j];

        /* Without a value: no such leaf. */
        if ( line[strcspn(line, "=") + 1] )
            len += snprintf(text + len, sizeof(text) - len,
                            "/bootscrub/%s\n", line);
    }

    return text;
}

#define expect_leaves(what, ...) do { \
        const char *changes[] = { __VA_ARGS__, NULL }; \
        bootscrub_publish(&report); \
        expect_str(leaves(changes), mock_hypfs(), "report: hypfs: %s", what); \
    } while ( 0 )

static void test_leaves(void)
{
    good();
    expect_leaves("all is well", NULL);

    good();
    verdict.action = BOOTSCRUB_SYNC;
    expect_leaves("performed by all CPUs", "verdict=performed");
    good();
    verdict.action = BOOTSCRUB_BACKGROUND;
    expect_leaves("performed in the background", "verdict=performed");

    good();
    memcrypt.state = MEMCRYPT_NOT_LOCKED;
    expect_leaves("encryption", "encryption=Intel TME, not locked");

    good();
    facts.chain.counter[0].recorded = false;
    facts.chain.counter[1].present = false;
    expect_leaves("counters", "boot-counter-was=", "tpm-resets-is=");

    good();
    report.skipped = 0x1000000000;
    report.scrubbed = 1;
    expect_leaves("256 TiB",
                  "skipped-bytes=281474976710656", "scrubbed-bytes=4096");

    good();
    report.receipt = BOOTSCRUB_RECEIPT_NOT_DUE;
    expect_leaves("no receipt is due", "receipt=none");
    good();
    report.receipt = -5;
    expect_leaves("no receipt could be written", "receipt=none");
}

/* How far the background scrub is, whenever it is read. */
static void test_unscrubbed(void)
{
    const char *more[] = { "unscrubbed-bytes=17592186052608", NULL };
    const char *done[] = { NULL };

    good();
    bootscrub_publish(&report);
    unscrubbed[0] = 1;
    unscrubbed[MAX_NUMNODES - 1] = 0x100000000 + 1;
    expect_str(leaves(more), mock_hypfs(), "report: hypfs: to be scrubbed");
    memset(unscrubbed, 0, sizeof(unscrubbed));
    expect_str(leaves(done), mock_hypfs(), "report: hypfs: all scrubbed");
}

/* Each gate with each reason: that leaf, and no other. */
static void test_gates(void)
{
    unsigned int gate, reason;

    for ( gate = 0; gate < BOOTSCRUB_NR_GATES; gate++ )
        for ( reason = 0; reason < BOOTSCRUB_NR_REASONS; reason++ )
        {
            static const char *const keys[] = {
                [BOOTSCRUB_PROVED] = "key=new",
                [BOOTSCRUB_DISPROVED] = "key=restored",
                [BOOTSCRUB_UNKNOWN] = "key=unknown",
            };
            char line[80], said[40];

            good();
            verdict.gate[gate] = reason;
            verdict.reason = reason;
            snprintf(line, sizeof(line), "gates/%s=%s", gates[gate],
                     reason ? reasons[reason].token : "proved");
            snprintf(said, sizeof(said), "reason=%s", reasons[reason].token);

            expect_leaves(line, line, said,
                          keys[gate == BOOTSCRUB_G_KEY
                               ? bootscrub_state(reason) : BOOTSCRUB_PROVED]);
        }
}

/* The longest strings that there can be have room, all at once. */
static void test_room(void)
{
    unsigned int i, longest = 0;

    good();
    for ( i = 0; i < BOOTSCRUB_NR_REASONS; i++ )
        if ( strlen(reasons[i].token) > strlen(reasons[longest].token) )
            longest = i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        verdict.gate[i] = longest;
    verdict.reason = longest;
    verdict.action = BOOTSCRUB_BACKGROUND;
    report.receipt = BOOTSCRUB_RECEIPT_LIMITED;
    memcrypt = (struct memcrypt){ .amd = true, .psps = MEMCRYPT_PSPS_TSME };
    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
        facts.chain.counter[i].was = facts.chain.counter[i].is = ~0U;

    bootscrub_publish(&report);
    expect_num(1, strstr(mock_hypfs(), "/bootscrub/gates/recorded=") &&
                  strstr(mock_hypfs(), "/tpm-resets-was=4294967295\n"),
               "report: hypfs: the longest strings have room");
}

static void test_report(void)
{
    test_encryption();
    test_reasons();
    test_history();
    test_receipt();
    test_scope();
    test_warnings();
    test_nodes();
    test_leaves();
    test_unscrubbed();
    test_gates();
    test_room();
}
UNIT_TESTS(test_report)
