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

static void show_evidence(const struct status *s)
{
    figure("Encryption", BOOTSCRUB_UNKNOWN, "%s", s->encryption);
    figure("Key", BOOTSCRUB_UNKNOWN, "%s", s->key);
    figure("Markers", BOOTSCRUB_UNKNOWN, "%lu noise, %lu cleared, "
           "%lu overwritten, %lu readable", (unsigned long)s->noise,
           (unsigned long)s->cleared, (unsigned long)s->overwritten,
           (unsigned long)s->readable);
    figure("Counters", BOOTSCRUB_UNKNOWN, "%s", s->counters);
    figure("Skipped", BOOTSCRUB_UNKNOWN, "%lu MiB", mib(s->skipped));
    figure("Scrubbed", BOOTSCRUB_UNKNOWN,
           s->unscrubbed ? "%lu MiB, of which %lu MiB are still to do"
                         : "%lu MiB, done",
           mib(s->scrubbed), mib(s->unscrubbed));
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

int cmd_status(bool json)
{
    struct status s;
    bool ok;

    if ( !can_ask_xen() || !hypfs_open() )
        return EXIT_ERROR;

    ok = status_read(&s);
    if ( ok && json )
        json_status(&s);
    else if ( ok )
        show_status(&s);

    status_free(&s);
    hypfs_close();

    return ok ? EXIT_OK : EXIT_ERROR;
}

static void explain_reason(const struct reason *r)
{
    heading(r->token);
    field("", BOOTSCRUB_UNKNOWN, r->sentence);
    field("Says", r->state, state_name(r->state));
    field("What helps", BOOTSCRUB_UNKNOWN,
          *r->remedy ? r->remedy : "Nothing to do");
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

/* For completion. */
static int list_tokens(void)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_REASONS; i++ )
        puts(reasons[i].token);

    return EXIT_OK;
}

int cmd_explain(const char *token)
{
    const struct reason *r;
    struct status s;
    bool ok;

    if ( token && !strcmp(token, "list") )
        return list_tokens();

    if ( token )
    {
        r = find_reason(token);
        if ( r )
            explain_reason(r);
        else
            fail("there is no reason \"%s\"; xen-bootscrub(8) lists all",
                 token);

        return r ? EXIT_OK : EXIT_ERROR;
    }

    if ( !can_ask_xen() || !hypfs_open() )
        return EXIT_ERROR;

    ok = status_read(&s);
    if ( ok )
        explain_gates(&s);
    status_free(&s);
    hypfs_close();

    return ok ? EXIT_OK : EXIT_ERROR;
}

static int judge(const struct status *s)
{
    const char *encryption = s->gate[BOOTSCRUB_G_ENCRYPTION];

    if ( !strcmp(s->verdict, "skipped") && !strcmp(s->reason, "proven") )
        return MONITOR_OK;

    /* What auto was asked for to rely on is not there. */
    if ( gate_state(encryption) == BOOTSCRUB_DISPROVED || s->readable )
        return MONITOR_CRITICAL;

    return MONITOR_WARNING;
}

int cmd_monitor(void)
{
    static const char *const names[] = { "OK", "WARNING", "CRITICAL" };
    struct status s;
    int level = MONITOR_UNKNOWN;

    if ( !can_ask_xen() || !hypfs_open() )
    {
        puts("BOOTSCRUB UNKNOWN - Xen cannot be asked");
        return level;
    }

    if ( status_read(&s) )
    {
        level = judge(&s);
        printf("BOOTSCRUB %s - %s: %s | skipped=%luB scrubbed=%luB "
               "unscrubbed=%luB\n", names[level], s.verdict, s.reason,
               (unsigned long)s.skipped, (unsigned long)s.scrubbed,
               (unsigned long)s.unscrubbed);
    }
    else
        puts("BOOTSCRUB UNKNOWN - there is no status to be had");

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
