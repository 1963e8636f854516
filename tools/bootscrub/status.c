/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this boot did about the scrub, for people and for monitoring.
 */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define PROVED_TOKEN "proved"

/* What a gate's leaf says of it. */
static enum bootscrub_state gate_state(const char *leaf)
{
    const struct reason *r = find_reason(leaf);

    if ( !strcmp(leaf, PROVED_TOKEN) )
        return BOOTSCRUB_PROVED;

    return r ? r->state : BOOTSCRUB_UNKNOWN;
}

__attribute__((format(printf, 3, 4)))
static void figure(const char *label, enum bootscrub_state state,
                   const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    field(label, state, text);
}

static unsigned long mib(uint64_t bytes)
{
    return bytes >> 20;
}

/* In the words of Xen's log. */
static void show_counter(const char *label, const struct maybe *was,
                         const struct maybe *is)
{
    unsigned long before = was->number, now = is->number;

    if ( was->known && is->known )
        figure(label, BOOTSCRUB_UNKNOWN, "%lu -> %lu", before, now);
    else if ( is->known )
        figure(label, BOOTSCRUB_UNKNOWN, "%lu, not recorded before", now);
    else if ( was->known )
        figure(label, BOOTSCRUB_UNKNOWN, "was %lu, cannot be read now",
               before);
}

static void show_evidence(const struct status *s)
{
    figure("Encryption", BOOTSCRUB_UNKNOWN, "%s", s->encryption);
    figure("Key", BOOTSCRUB_UNKNOWN, "%s", s->key);
    figure("Markers", BOOTSCRUB_UNKNOWN, "%lu noise, %lu cleared, "
           "%lu overwritten, %lu readable", (unsigned long)s->markers_noise,
           (unsigned long)s->markers_cleared,
           (unsigned long)s->markers_overwritten,
           (unsigned long)s->markers_readable);
    show_counter("Boot counter", &s->boot_counter_was, &s->boot_counter_is);
    show_counter("TPM resets", &s->tpm_resets_was, &s->tpm_resets_is);
    figure("Skipped", BOOTSCRUB_UNKNOWN, "%lu MiB", mib(s->skipped_bytes));
    figure("Scrubbed", BOOTSCRUB_UNKNOWN,
           s->unscrubbed_bytes ? "%lu MiB, of which %lu MiB are still to do"
                               : "%lu MiB, done",
           mib(s->scrubbed_bytes), mib(s->unscrubbed_bytes));
    figure("Receipt", BOOTSCRUB_UNKNOWN, "%s", s->receipt);
}

static void show_gates(const struct status *s)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        enum bootscrub_state state = gate_state(s->gate[i]);

        if ( state == BOOTSCRUB_PROVED )
            field(gates[i].token, state, state_name(state));
        else
            figure(gates[i].token, state, "%s: %s", state_name(state),
                   s->gate[i]);
    }
}

static void show_reason(const char *token)
{
    const struct reason *r = find_reason(token);

    field("", BOOTSCRUB_UNKNOWN, r ? r->sentence
          : "This version of xen-bootscrub does not know that reason");
    if ( r && *r->remedy )
        field("What helps", BOOTSCRUB_UNKNOWN, r->remedy);
}

static void show_status(const struct status *s)
{
    bool skipped = !strcmp(s->verdict, "skipped");

    heading("Boot scrub");
    figure("Verdict", skipped ? BOOTSCRUB_PROVED : BOOTSCRUB_UNKNOWN,
           "%s (%s): %s", s->verdict, s->mode, s->reason);
    show_reason(s->reason);
    heading("Evidence");
    show_evidence(s);
    heading("Gates");
    show_gates(s);
}

int cmd_status(enum format format)
{
    struct status s;
    bool ok;

    if ( !can_ask_xen() || !hypfs_open() )
        return EXIT_ERROR;

    ok = status_read(&s);
    if ( ok && format == FORMAT_JSON )
        json_status(&s);
    else if ( ok && format == FORMAT_PROMETHEUS )
        prometheus_status(&s);
    else if ( ok )
        show_status(&s);

    status_free(&s);
    hypfs_close();

    return ok ? EXIT_OK : EXIT_ERROR;
}

/* Gates, each with the reasons behind it that it can give. */
static const struct { const char *gate, *reason; } order[] = {
#define GATE(id, token, sentence) { token, NULL },
#define REASON(id, token, state, sentence, remedy) { NULL, token },
#include <xen/bootscrub-reasons.h>
};
#define NR_ORDER (sizeof(order) / sizeof(*order))

/* The gate that gives this reason, or NULL. */
static const char *gate_of(const struct reason *r)
{
    const char *gate = NULL;
    unsigned int i;

    for ( i = 0; i < NR_ORDER; i++ )
        if ( order[i].gate )
            gate = order[i].gate;
        else if ( !strcmp(order[i].reason, r->token) )
            break;

    return gate;
}

static void explain_reason(const struct reason *r)
{
    heading(r->token);
    field("", BOOTSCRUB_UNKNOWN, r->sentence);
    if ( r == &reasons[BOOTSCRUB_R_ASSERTED] )
        field("Says", BOOTSCRUB_UNKNOWN, "asserted: \"xen-bootscrub explain\" "
              "shows which gates were not proved");
    else if ( r == &reasons[BOOTSCRUB_R_PROVEN] )
        field("Says", r->state, "every gate is proved");
    else
        figure("Says", r->state, "gate %s is %s", gate_of(r),
               state_name(r->state));
    if ( *r->remedy )
        field("What helps", BOOTSCRUB_UNKNOWN, r->remedy);
}

/* What the gate asks for, and the reasons that it can give. */
static void explain_gate(const struct gate *g)
{
    unsigned int i;

    heading(g->token);
    field("Asks", BOOTSCRUB_UNKNOWN, g->sentence);
    for ( i = 0; i < NR_ORDER; i++ )
        if ( order[i].gate && !strcmp(order[i].gate, g->token) )
            break;
    for ( i++; i < NR_ORDER && order[i].reason; i++ )
        figure("Reason", find_reason(order[i].reason)->state, "%s",
               order[i].reason);
}

static int explain_token(const char *token)
{
    const struct reason *r = find_reason(token);
    const struct gate *g = find_gate(token);
    const char *near = nearest_token(token);

    if ( r )
        explain_reason(r);
    else if ( g )
        explain_gate(g);
    else if ( near )
        fail("there is no reason or gate \"%s\"; did you mean %s?", token,
             near);
    else
        fail("there is no reason or gate \"%s\"; "
             "\"xen-bootscrub explain list\" shows all", token);

    return r || g ? EXIT_OK : EXIT_ERROR;
}

static void explain_gates(const struct status *s)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        enum bootscrub_state state = gate_state(s->gate[i]);

        printf("%u. ", i + 1);
        heading(gates[i].token);
        field("Asks", BOOTSCRUB_UNKNOWN, gates[i].sentence);
        if ( state == BOOTSCRUB_PROVED )
            field("Is", state, state_name(state));
        else
        {
            figure("Is", state, "%s: %s", state_name(state), s->gate[i]);
            show_reason(s->gate[i]);
        }
    }
}

/* For completion: the reasons, then the gates. */
static int list_tokens(void)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_REASONS; i++ )
        puts(reasons[i].token);
    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        puts(gates[i].token);

    return EXIT_OK;
}

int cmd_explain(const char *token)
{
    struct status s;
    bool ok;

    if ( token && !strcmp(token, "list") )
        return list_tokens();

    if ( token )
        return explain_token(token);

    if ( !can_ask_xen() || !hypfs_open() )
        return EXIT_ERROR;

    ok = status_read(&s);
    if ( ok )
        explain_gates(&s);
    status_free(&s);
    hypfs_close();

    return ok ? EXIT_OK : EXIT_ERROR;
}

static bool any_disproved(const struct status *s)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        if ( gate_state(s->gate[i]) == BOOTSCRUB_DISPROVED )
            return true;

    return false;
}

/*
 * OK        skipped, and everything was proved
 * WARNING   scrubbed; or skipped on the administrator's word, unless
 *           @assertions says that this is all right
 * CRITICAL  scrubbed, and what an earlier session left could be read: memory
 *           is not encrypted, or the key is an old one; or skipped although a
 *           gate is disproved, which Xen never does: do not trust this host
 */
static int judge(const struct status *s, bool assertions)
{
    const char *encryption = s->gate[BOOTSCRUB_G_ENCRYPTION];
    const char *key = s->gate[BOOTSCRUB_G_KEY];

    if ( strcmp(s->verdict, "skipped") )
        return gate_state(encryption) == BOOTSCRUB_DISPROVED ||
               gate_state(key) == BOOTSCRUB_DISPROVED ? MONITOR_CRITICAL
                                                      : MONITOR_WARNING;

    if ( any_disproved(s) )
        return MONITOR_CRITICAL;

    return !strcmp(s->reason, reasons[BOOTSCRUB_R_PROVEN].token) ||
           (assertions &&
            !strcmp(s->reason, reasons[BOOTSCRUB_R_ASSERTED].token))
           ? MONITOR_OK : MONITOR_WARNING;
}

/* What the administrator should not overlook, whatever the level is. */
static const char *note(const struct status *s)
{
    return !strcmp(s->reason, reasons[BOOTSCRUB_R_ASSERTED].token)
           ? " (not everything was proved)" :
           s->markers_readable && !strcmp(s->verdict, "skipped")
           ? " (memory that is still readable is scrubbed)" : "";
}

int cmd_monitor(bool assertions)
{
    static const char *const names[] = { "OK", "WARNING", "CRITICAL" };
    struct status s;
    int level = MONITOR_UNKNOWN;

    if ( !can_ask_xen() || !hypfs_open() )
    {
        printf("BOOTSCRUB UNKNOWN - %s\n", last_failure());
        return level;
    }

    if ( status_read(&s) )
    {
        level = judge(&s, assertions);
        printf("BOOTSCRUB %s - %s: %s%s | skipped=%luB scrubbed=%luB "
               "unscrubbed=%luB\n", names[level], s.verdict, s.reason,
               note(&s),
               (unsigned long)s.skipped_bytes,
               (unsigned long)s.scrubbed_bytes,
               (unsigned long)s.unscrubbed_bytes);
    }
    else
        printf("BOOTSCRUB UNKNOWN - %s\n", last_failure());

    status_free(&s);
    hypfs_close();

    return level;
}

/* Until nothing is left.  What is freed meanwhile may add to it. */
static bool wait_until_done(void)
{
    uint64_t left, most = 0;
    bool ok, shown = false;

    while ( (ok = unscrubbed_read(&left)) )
    {
        if ( left > most )
            most = left;
        shown = progress(most - left, most);
        if ( !left )
            break;
        sleep(1);
    }

    if ( shown )
        putchar('\n');

    return ok;
}

int cmd_wait(void)
{
    struct status s;
    bool ok;

    if ( !can_ask_xen() || !hypfs_open() )
        return EXIT_ERROR;

    ok = status_read(&s) && wait_until_done();
    if ( ok )
        puts("No memory waits to be scrubbed");
    status_free(&s);
    hypfs_close();

    return ok ? EXIT_OK : EXIT_ERROR;
}
