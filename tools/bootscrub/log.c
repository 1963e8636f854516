/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A log of verdicts, a line for each boot, that a service appends to: how
 * often did Xen skip, and why not?  For people: nothing is decided by it, and
 * whatever in the file does not have the form of a line is counted and left
 * out.  A line is
 *
 *   TIME BOOT-ID VERDICT REASON SKIPPED SCRUBBED
 *
 * in UTC and MiB; verdict and reason are "none -" if auto was not in force.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool.h"

#define LOG     "/var/lib/xen-bootscrub/log"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
/* Of a longer file only the end is read: some ten thousand boots. */
#define MAX_READ (1 << 20)
#define MAX_LINE 200
#define TIME_LEN 20 /* 2026-01-31T23:59:59Z */
#define SHOWN    20

struct entry {
    /* More than parse_line() takes: what was cut off is not a line. */
    char time[TIME_LEN + 1], boot[37], verdict[16], reason[48];
    unsigned long skipped, scrubbed;
};

struct log {
    struct entry *entry;
    unsigned int nr, damaged;
    bool cut;  /* it does not end in a line's end */
};

static bool only(const char *text, const char *allowed)
{
    return *text && !text[strspn(text, allowed)];
}

static int format_line(char *line, size_t size, const struct entry *e)
{
    return snprintf(line, size, "%s %s %s %s %lu %lu", e->time, e->boot,
                    e->verdict, e->reason, e->skipped, e->scrubbed);
}

/* Nothing but what format_line() makes of it again is a line. */
static bool parse_line(const char *line, size_t len, struct entry *e)
{
    char text[MAX_LINE + 1], again[MAX_LINE + 1];

    if ( len > MAX_LINE )
        return false;

    memcpy(text, line, len);
    text[len] = '\0';

    return sscanf(text, "%20s %36s %9s %31s %9lu %9lu", e->time, e->boot,
                  e->verdict, e->reason, &e->skipped, &e->scrubbed) == 6 &&
           format_line(again, sizeof(again), e) == (int)len &&
           !memcmp(again, text, len) && strlen(e->time) == TIME_LEN &&
           only(e->time, "0123456789-:TZ") &&
           only(e->boot, "0123456789abcdef-") &&
           only(e->reason, "abcdefghijklmnopqrstuvwxyz0123456789-") &&
           (!strcmp(e->verdict, "skipped") ||
            !strcmp(e->verdict, "performed") || !strcmp(e->verdict, "none"));
}

static void parse_log(const char *text, size_t size, struct log *log)
{
    const char *line = text, *end = text + size, *stop;

    for ( ; line < end; line = stop + 1 )
    {
        stop = memchr(line, '\n', end - line);
        log->cut = !stop;
        if ( !stop )
            stop = end;
        if ( parse_line(line, stop - line, &log->entry[log->nr]) )
            log->nr++;
        else
            log->damaged++;
    }
}

/* The lines of @file, from the first whole one within MAX_READ of its end. */
static bool read_lines(FILE *file, struct log *log)
{
    char *text = malloc(MAX_READ);
    const char *from = text;
    long size = fseek(file, 0, SEEK_END) ? -1 : ftell(file);
    size_t got = 0;

    /* No line is shorter than its time. */
    log->entry = malloc(MAX_READ / TIME_LEN * sizeof(*log->entry));
    if ( !text || !log->entry )
        size = -1;

    if ( size >= 0 && !fseek(file, size > MAX_READ ? size - MAX_READ : 0,
                             SEEK_SET) )
        got = fread(text, 1, MAX_READ, file);
    if ( size > MAX_READ && got )
    {
        from = memchr(text, '\n', got);
        from = from ? from + 1 : text + got;
    }
    if ( size >= 0 )
        parse_log(from, text + got - from, log);
    free(text);

    return size >= 0 && !ferror(file);
}

/* A log that is not there yet has no lines. */
static bool read_log(struct log *log)
{
    FILE *file = fopen(LOG, "r");
    bool ok;

    *log = (struct log){};
    errno = file ? 0 : errno;
    ok = file ? read_lines(file, log) : errno == ENOENT;
    if ( !ok )
        fail(LOG " cannot be read: %s", strerror(errno ? errno : EIO));
    if ( file )
        fclose(file);

    return ok;
}

static void note_damage(const struct log *log)
{
    if ( log->damaged )
        fail("damaged lines in " LOG ", which are left out: %u", log->damaged);
}

/* --- Append -------------------------------------------------------------- */

static void boot_id(char id[37])
{
    FILE *file = fopen(BOOT_ID, "r");

    if ( !file || fscanf(file, "%36s", id) != 1 ||
         !only(id, "0123456789abcdef-") )
        strcpy(id, "-");
    if ( file )
        fclose(file);
}

static bool from_status(struct entry *e)
{
    struct status s;
    bool ok = status_read(&s);

    if ( ok )
    {
        snprintf(e->verdict, sizeof(e->verdict), "%s", s.verdict);
        snprintf(e->reason, sizeof(e->reason), "%s", s.reason);
        e->skipped = s.skipped_bytes >> 20;
        e->scrubbed = s.scrubbed_bytes >> 20;
    }
    status_free(&s);

    return ok;
}

/* What is to be logged of this boot. */
static bool this_boot(struct entry *e)
{
    time_t now = time(NULL);
    bool ok = true;

    *e = (struct entry){ .verdict = "none", .reason = "-" };
    strftime(e->time, sizeof(e->time), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    boot_id(e->boot);

    if ( !can_ask_xen() || !hypfs_open() )
        return false;

    if ( auto_in_force() )
        ok = from_status(e);
    hypfs_close();

    return ok;
}

/* On the disk before this returns. */
static bool write_line(const char *line, bool cut)
{
    FILE *file = fopen(LOG, "a");
    bool ok = file && (!cut || fputc('\n', file) != EOF) &&
              fputs(line, file) != EOF && !fflush(file) &&
              !fsync(fileno(file));

    if ( !ok )
        fail(LOG " cannot be written: %s; it takes the directory, and room",
             strerror(errno));
    if ( file )
        fclose(file);

    return ok;
}

static bool append(const struct log *log)
{
    char line[MAX_LINE + 2];
    struct entry e, check;
    int len;

    if ( !this_boot(&e) )
        return false;

    /* The service was started again. */
    if ( log->nr && strcmp(e.boot, "-") &&
         !strcmp(log->entry[log->nr - 1].boot, e.boot) )
        return true;

    len = format_line(line, sizeof(line), &e);
    if ( !parse_line(line, len, &check) )
    {
        fail("Xen says what this program does not expect (%s, %s): "
             "they are of different versions", e.verdict, e.reason);
        return false;
    }
    strcat(line, "\n");

    return write_line(line, log->cut);
}

/* --- Show ---------------------------------------------------------------- */

static bool same(const struct entry *a, const struct entry *b)
{
    return !strcmp(a->verdict, b->verdict) && !strcmp(a->reason, b->reason);
}

/* How often each verdict came, in the order in which they came first. */
static void show_totals(const struct log *log)
{
    unsigned int i, j, nr;

    printf("%u boots\n", log->nr);
    for ( i = 0; i < log->nr; i++ )
    {
        const struct entry *e = &log->entry[i];

        for ( j = 0; j < i && !same(&log->entry[j], e); j++ )
            continue;
        if ( j < i )
            continue;
        for ( nr = 0; j < log->nr; j++ )
            nr += same(&log->entry[j], e);
        if ( strcmp(e->verdict, "none") )
            printf("%6u  %s: %s\n", nr, e->verdict, e->reason);
        else
            printf("%6u  without bootscrub=auto\n", nr);
    }
}

static void show(const struct log *log)
{
    unsigned int i = log->nr > SHOWN ? log->nr - SHOWN : 0;

    if ( !log->nr )
    {
        puts("No boot is logged yet: xen-bootscrub-log.service does that at "
             "each boot");
        return;
    }

    printf("%-20s  %-9s  %-18s  %7s  %8s\n", "Boot", "Verdict", "Reason",
           "Skipped", "Scrubbed");
    for ( ; i < log->nr; i++ )
    {
        const struct entry *e = &log->entry[i];

        printf("%-20s  %-9s  %-18s", e->time, e->verdict, e->reason);
        if ( strcmp(e->verdict, "none") )
            printf("  %3lu MiB  %4lu MiB", e->skipped, e->scrubbed);
        putchar('\n');
    }
    putchar('\n');
    show_totals(log);
}

int cmd_log(bool add)
{
    struct log log;
    bool ok = read_log(&log);

    note_damage(&log);
    if ( ok && add )
        ok = append(&log);
    else if ( ok )
        show(&log);
    free(log.entry);

    return ok ? EXIT_OK : EXIT_ERROR;
}
