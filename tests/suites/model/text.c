/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events in words, one a line: a verb, then WHAT=HOW for what is out of the
 * ordinary.  What is printed can be parsed.
 */

#include "model.h"

#include <string.h>

static const char *const kinds[] = { "reset", "boot", "other", "end" };

#define MAX_VALUES 23

static const struct field {
    enum kind kind;
    unsigned int shift, bits;
    const char *name, *value[MAX_VALUES];
} fields[] = {
    { RESET, 2, 3, "key", { "new", "kept", "kept-called-new",
                            "b-kept-called-new", "b-kept", "old" } },
    { RESET, 5, 2, "encryption", { "on", "b-excluded", "off", "a-only" } },
    { RESET, 7, 2, "memory", { "normal", "no-b", "b-special",
                               "b-exchanged" } },
    { RESET, 9, 3, "markers", { "kept", "a-overwritten", "b-overwritten",
                                "overwritten", "random", "cleared",
                                "a-cleared", "sample-cleared" } },
    { RESET, 12, 1, "nvram", { "ok", "read-only" } },
    { RESET, 13, 2, "machine", { "bare", "virtual", "hidden-virtual" } },
    { RESET, 15, 2, "steps", { "one", "two", "count-two", "tpm-two" } },
    { RESET, 17, 2, "decay", { "none", "some", "much" } },
    { RESET, 19, 2, "scrambler", { "kept", "new-seed", "endless" } },
    { BOOT, 2, 2, "entry", { "efi", "bios", "kexec", "kexec-hidden" } },
    { BOOT, 4, 2, "options", { "plain", "assert-encrypted",
                                "fallback-on", "both" } },
    { BOOT, 6, 3, "says", { "truth", "bypassed", "unlocked", "unsupported",
                            "nothing", "amd", "active" } },
    { BOOT, 9, 2, "cpus", { "all", "missing", "none", "numa-off" } },
    { BOOT, 11, 2, "heap", { "whole", "limited", "crash-area" } },
    { BOOT, 18, 1, "turn", { "yes", "no" } },
    { BOOT, 13, 5, "fault", { "none", "nvram-full", "record-dropped",
                              "record-written-but", "receipt", "no-random",
                              "no-runtime", "no-pool", "no-counter", "no-tpm",
                              "cut-before-markers", "cut-in-markers",
                              "cut-before-record", "cut-after-record",
                              "cut-in-scrub", "cut-before-receipt",
                              "cut-after-receipt", "nvram-stuck",
                              "no-deletion", "cut-before-deletion",
                              "cut-after-deletion", "receipt-faults" } },
    { BOOT, 19, 1, "srat", { "there", "missing" } },
    { BOOT, 20, 1, "madt", { "plain", "placeholders" } },
    { OTHER, 2, 2, "system", { "any", "first-edition", "after-s3" } },
    { END, 2, 2, "monotonic", { "keep", "rewind", "other", "saved" } },
    { END, 4, 2, "receipt", { "keep", "delete", "other", "replay" } },
    { END, 6, 1, "tpm-reset", { "shown", "hidden" } },
    { END, 7, 1, "record", { "keep", "forge" } },
    { END, 8, 1, "markers", { "keep", "random" } },
    { END, 9, 1, "tpm", { "keep", "clear" } },
    { END, 10, 1, "boot-path", { "keep", "plant-record" } },
    { END, 11, 2, "nvram", { "keep", "lost", "damaged", "older" } },
    { END, 13, 1, "flash", { "keep", "replaced" } },
    { END, 14, 1, "backup", { "none", "taken" } },
};

#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* What histories of the first edition say, and what it is called now. */
static const struct {
    const char *was, *is;
} aliases[] = {
    { "options=assert-history", "options=assert-encrypted" },
};

#define NR_ALIASES (sizeof(aliases) / sizeof(aliases[0]))

static unsigned int mask(const struct field *f)
{
    return ((1U << f->bits) - 1) << f->shift;
}

void print_event(FILE *to, union event e)
{
    unsigned int i;

    fprintf(to, "%s", kinds[e.kind]);
    for ( i = 0; i < NR_FIELDS; i++ )
        if ( fields[i].kind == e.kind && (e.all & mask(&fields[i])) )
            fprintf(to, " %s=%s", fields[i].name,
                    fields[i].value[(e.all & mask(&fields[i])) >>
                                    fields[i].shift]);
}

_Static_assert(NR_FIELDS <= MAX_FIELDS, "struct fired is too small");

void note_event(struct fired *f, union event e)
{
    unsigned int i;

    for ( i = 0; i < NR_FIELDS; i++ )
        if ( fields[i].kind == e.kind )
            f->value[i] |= 1U << ((e.all & mask(&fields[i])) >>
                                  fields[i].shift);
}

void list_lacking(const struct fired *f, char *buf, size_t size)
{
    unsigned int i, v;
    size_t len = 0;

    buf[0] = '\0';
    for ( i = 0; i < NR_FIELDS; i++ )
        for ( v = 0; v < MAX_VALUES && fields[i].value[v]; v++ )
            if ( !(f->value[i] & (1U << v)) && len < size )
                len += snprintf(buf + len, size - len, "%s%s %s=%s",
                                len ? ", " : "", kinds[fields[i].kind],
                                fields[i].name, fields[i].value[v]);
}

static bool parse_field(const char *word, union event *e)
{
    unsigned int i, v;

    for ( i = 0; i < NR_ALIASES; i++ )
        if ( !strcmp(word, aliases[i].was) )
            word = aliases[i].is;

    for ( i = 0; i < NR_FIELDS; i++ )
    {
        const struct field *f = &fields[i];
        size_t len = strlen(f->name);

        if ( f->kind != e->kind || strncmp(word, f->name, len) ||
             word[len] != '=' )
            continue;

        for ( v = 0; v < MAX_VALUES && f->value[v]; v++ )
            if ( !strcmp(word + len + 1, f->value[v]) )
            {
                e->all = (e->all & ~mask(f)) | v << f->shift;
                return true;
            }
    }

    return false;
}

bool parse_event(const char *line, union event *e)
{
    char copy[256], *word;
    unsigned int i;

    snprintf(copy, sizeof(copy), "%s", line);
    word = strtok(copy, " \n");
    e->all = 0;
    if ( !word )
        return false;

    for ( i = 0; i < NR_KINDS; i++ )
        if ( !strcmp(word, kinds[i]) )
            break;
    if ( i == NR_KINDS )
        return false;

    e->kind = i;
    while ( (word = strtok(NULL, " \n")) && *word != '#' )
        if ( !parse_field(word, e) )
            return false;

    return true;
}
