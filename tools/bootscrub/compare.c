/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two reports of one machine, before and after a reset: what changed, and
 * would the history of bootscrub=auto hold over it?
 *
 * Reads reports in the form that report.c writes, a line for each value, not
 * all of YAML.  Nothing in them is trusted.
 */

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define MAX_DEPTH 6
#define MAX_VALUE 200

/* A line: how far its key is from the left, key and value. */
struct line {
    unsigned int indent;
    size_t key_len, len;
    const char *key, *value;
};

/* The line at *@text, which goes on to the next; false at the end. */
static bool next_line(const char **text, struct line *line)
{
    const char *p = *text, *end = strchr(p, '\n');

    if ( !*p )
        return false;

    if ( !end )
        end = p + strlen(p);
    *text = *end ? end + 1 : end;

    line->key = p + strspn(p, " -");
    line->indent = line->key - p;
    line->key_len = strspn(line->key, "abcdefghijklmnopqrstuvwxyz-");
    line->value = line->key + line->key_len;
    if ( line->value >= end || *line->value != ':' )
        line->key_len = 0;
    else
        line->value += 1 + strspn(line->value + 1, " ");
    line->len = line->value < end ? end - line->value : 0;

    return true;
}

static bool is_key(const struct line *line, const char *key)
{
    return line->key_len == strlen(key) &&
           !memcmp(line->key, key, line->key_len);
}

/* Append the line's value to @to, printable and without quotes. */
static void append(char to[MAX_VALUE], const struct line *line)
{
    size_t len = strlen(to), i;

    if ( len && len + 1 < MAX_VALUE )
        to[len++] = ' ';
    for ( i = 0; i < line->len && len + 1 < MAX_VALUE; i++ )
        if ( line->value[i] != '"' )
            to[len++] = line->value[i] < ' ' || line->value[i] > '~'
                        ? '?' : line->value[i];
    to[len] = '\0';
}

/*
 * The value of @key in the mapping @above ("": in none), those of all members
 * if @above is a list; "" if there is none.
 */
static void find(const char *text, const char *above, const char *key,
                 char to[MAX_VALUE])
{
    struct line stack[MAX_DEPTH], line;
    unsigned int depth = 0;

    to[0] = '\0';
    while ( next_line(&text, &line) )
    {
        const struct line *up;

        if ( !line.key_len )
            continue;

        while ( depth && stack[depth - 1].indent >= line.indent )
            depth--;
        up = depth ? &stack[depth - 1] : NULL;

        if ( is_key(&line, key) && (up ? is_key(up, above) : !*above) )
            append(to, &line);

        if ( depth < MAX_DEPTH )
            stack[depth++] = line;
    }
}

/* From the last step on. */
static const char *last_step(const char *text)
{
    const char *last = text, *p;

    for ( p = text; (p = strstr(p, "\n- step:")); )
        last = ++p;

    return last;
}

static bool is_report(const char *text)
{
    char format[MAX_VALUE], by[MAX_VALUE];

    find(text, "", "format", format);
    find(text, "", "by", by);

    return !strcmp(format, "1") && last_step(text) != text && *by;
}

__attribute__((format(printf, 3, 4)))
static void say(const char *label, enum bootscrub_state state,
                 const char *format, ...)
{
    char text[3 * MAX_VALUE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    field(label, state, text);
}

/* One value, then and now. */
static void show(const char *label, const char *was, const char *is)
{
    if ( !*was || !*is )
        say(label, BOOTSCRUB_UNKNOWN, "not in both reports");
    else if ( !strcmp(was, is) )
        say(label, BOOTSCRUB_UNKNOWN, "%s, as before", is);
    else
        say(label, BOOTSCRUB_UNKNOWN, "%s, before: %s", is, was);
}

/* --- Counters ------------------------------------------------------------ */

struct counter {
    bool present;
    uint32_t val, restarts;
};

/* The firmware's: its upper half is a boot. */
static struct counter monotonic(const char *step)
{
    char text[MAX_VALUE], *end;
    unsigned long long val;

    find(step, "", "monotonic-count", text);
    val = strtoull(text, &end, 0);

    return (struct counter){ *text >= '0' && *text <= '9' && !*end,
                             val >> 32, 0 };
}

static struct counter tpm(const char *step)
{
    char text[MAX_VALUE];
    struct counter c = {};

    find(step, "", "tpm", text);
    c.present = sscanf(text, "{resets: %" SCNu32 ", restarts: %" SCNu32,
                       &c.val, &c.restarts) == 2;

    return c;
}

/*
 * PROVED: one step, as bootscrub=auto demands it of every counter; UNKNOWN: it
 * shows nothing.
 */
static enum bootscrub_state advance(const char *label,
                                    const struct counter *was,
                                    const struct counter *is, bool *reset)
{
    uint32_t by = is->val - was->val;

    if ( !was->present || !is->present )
    {
        say(label, BOOTSCRUB_UNKNOWN, "not in both reports");
        return BOOTSCRUB_UNKNOWN;
    }

    if ( by )
        *reset = true;

    if ( was->restarts || is->restarts )
    {
        say(label, BOOTSCRUB_UNKNOWN, "advanced by %" PRIu32 ", but the TPM "
             "was not reset by every boot: restart count %" PRIu32
             ", before: %" PRIu32, by, is->restarts, was->restarts);
        return BOOTSCRUB_UNKNOWN;
    }

    if ( by > INT32_MAX )
        say(label, BOOTSCRUB_DISPROVED, "%" PRIu32 ", before: %" PRIu32
             "; it went back", is->val, was->val);
    else
        say(label, by == 1 ? BOOTSCRUB_PROVED : BOOTSCRUB_DISPROVED,
             "advanced by %" PRIu32, by);

    return by == 1 ? BOOTSCRUB_PROVED : BOOTSCRUB_DISPROVED;
}

/* Xen believes none that a restart since its last reset has made unsure. */
static bool is_seen(const struct counter *c)
{
    return c->present && !c->restarts;
}

static void show_counters(const char *old, const char *new)
{
    struct counter was = monotonic(old), is = monotonic(new);
    struct counter tpm_was = tpm(old), tpm_is = tpm(new);
    enum bootscrub_state count, resets;
    bool reset = false;

    count = advance("Boot counter", &was, &is, &reset);
    resets = advance("TPM resets", &tpm_was, &tpm_is, &reset);

    if ( count == BOOTSCRUB_UNKNOWN && resets == BOOTSCRUB_UNKNOWN )
        say("History", BOOTSCRUB_UNKNOWN, "No counter can be compared from "
             "here. Xen may see one: boot twice with bootscrub=auto");
    else if ( !reset )
        say("History", BOOTSCRUB_UNKNOWN, "No reset lies between the two "
             "reports");
    else if ( count == BOOTSCRUB_DISPROVED || resets == BOOTSCRUB_DISPROVED )
        say("History", BOOTSCRUB_DISPROVED, "Not unbroken: bootscrub=auto "
             "wants each counter to advance by exactly 1. Something else was "
             "booted in between, or this machine resets more than once");
    else if ( is_seen(&was) != is_seen(&is) ||
              is_seen(&tpm_was) != is_seen(&tpm_is) )
        say("History", BOOTSCRUB_UNKNOWN, "One counter can be seen in one "
             "report only; bootscrub=auto wants each, as it sees it while "
             "booting, in both sessions");
    else
        say("History", BOOTSCRUB_PROVED, "Unbroken, as bootscrub=auto "
             "wants it: one reset");
}

/* --- All ----------------------------------------------------------------- */

static void show_key(const char *step)
{
    char key[MAX_VALUE];

    find(step, "facts", "key", key);
    if ( !strcmp(key, "new") )
        say("Key", BOOTSCRUB_PROVED, "The processor says that the key is "
             "new. Only markers show whether it is: boot twice with "
             "bootscrub=auto");
    else if ( !strcmp(key, "restored") )
        say("Key", BOOTSCRUB_DISPROVED, "The last reset kept the key: "
             "bootscrub=auto scrubs after such a reset");
    else
        say("Key", BOOTSCRUB_UNKNOWN, "Nothing that can be read from here "
             "says whether the key is new");
}

static bool is_same_machine(const char *old, const char *new)
{
    static const char *const where[][2] = {
        { "system", "vendor" }, { "system", "product" },
        { "board", "vendor" }, { "board", "product" },
        { "processor", "name" },
    };
    char was[MAX_VALUE], is[MAX_VALUE];
    unsigned int i;

    for ( i = 0; i < sizeof(where) / sizeof(where[0]); i++ )
    {
        find(old, where[i][0], where[i][1], was);
        find(new, where[i][0], where[i][1], is);
        if ( strcmp(was, is) )
        {
            fail("the reports are of two machines: %s %s is \"%s\", and was "
                 "\"%s\"", where[i][0], where[i][1], is, was);
            return false;
        }
    }

    return true;
}

int compare(const char *old, const char *new)
{
    static const struct {
        const char *label, *above, *key;
        bool of_step;
    } rows[] = {
        { "Firmware", "firmware", "version", false },
        { "Microcode", "processor", "microcode", false },
        { "Time", "", "came", true },
        { "Processors", "", "processors", true },
        { "Encryption", "facts", "encryption", true },
        { "TME activate", "registers", "activate", true },
        { "TME excludes", "registers", "exclude-base", true },
        { "SYSCFG", "registers", "syscfg", true },
    };
    char was[MAX_VALUE], is[MAX_VALUE];
    const char *old_step, *new_step;
    unsigned int i;

    if ( !is_report(old) )
    {
        fail("the old report is not one of this version: write it with this "
             "xen-bootscrub");
        return EXIT_ERROR;
    }

    if ( !is_same_machine(old, new) )
        return EXIT_ERROR;

    old_step = last_step(old);
    new_step = last_step(new);

    heading("Since the old report");
    for ( i = 0; i < sizeof(rows) / sizeof(rows[0]); i++ )
    {
        find(rows[i].of_step ? old_step : old, rows[i].above, rows[i].key,
             was);
        find(rows[i].of_step ? new_step : new, rows[i].above, rows[i].key,
             is);
        /* Registers are those of one vendor. */
        if ( *was || *is )
            show(rows[i].label, was, is);
    }
    show_counters(old_step, new_step);
    show_key(new_step);

    return EXIT_OK;
}
