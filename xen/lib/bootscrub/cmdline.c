/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto on the command line: the grammar of its options, and a scan
 * for it by the EFI loader, which runs before Xen's own parser.
 *
 * The scan only decides whether NVRAM is touched.  Xen's parser decides what
 * happens to memory.
 */

#include <xen/lib/bootscrub/cmdline.h>

#include "private.h"

/* Of a longer word Xen's parser takes the beginning: common/kernel.c. */
#define MAX_PARAM_SIZE 128

static bool __init at_end(char c)
{
    return c == '\0' || c == ' ';
}

/* If @word is next, up to a comma or the end, move *@s behind it. */
static bool __init next_is(const char **s, const char *word)
{
    size_t len = strlen(word);

    if ( strncmp(*s, word, len) ||
         ((*s)[len] != ',' && !at_end((*s)[len])) )
        return false;

    *s += len;
    return true;
}

bool __init bootscrub_parse_auto(const char *s, struct bootscrub_options *o)
{
    struct bootscrub_options opt = {};

    if ( !next_is(&s, "auto") )
        return false;

    while ( *s == ',' )
    {
        s++;

        if ( next_is(&s, "assert-encrypted") )
            opt.assert_encrypted = true;
        else if ( next_is(&s, "fallback=idle") )
            opt.fallback_on = false;
        else if ( next_is(&s, "fallback=on") )
            opt.fallback_on = true;
        else
            return false;
    }

    *o = opt;
    return true;
}

/* What one word of the command line does to the answer. */
static bool __init scan_word(const char *s, const char *end, bool requested)
{
    static const char name[] = "bootscrub";
    struct bootscrub_options o;

    bool negated = !strncmp(s, "no-", 3);

    if ( negated )
        s += 3;

    if ( strncmp(s, name, sizeof(name) - 1) )
        return requested;

    s += sizeof(name) - 1;

    if ( *s == '=' )
        s++;
    else if ( s != end )
        return requested;

    /* Plain "bootscrub" is "on", and all that can be negated. */
    if ( s == end )
        return false;

    if ( !negated )
    {
        if ( bootscrub_parse_auto(s, &o) )
            return true;

        if ( parse_bool(s, end) >= 0 || (next_is(&s, "idle") && s == end) )
            return false;
    }

    /* Something that Xen will complain about, and not take. */
    return requested;
}

bool __init bootscrub_scan(const char *cmdline, bool requested)
{
    const char *s = cmdline;
    char word[MAX_PARAM_SIZE] = "";
    size_t len;

    if ( !s )
        return requested;

    /* Xen's parser skips leading blanks before it looks for " -- ". */
    while ( *s == ' ' )
        s++;
    cmdline = s;

    while ( *s )
    {
        /* What follows is dom0's. */
        if ( s != cmdline && !strncmp(s, "-- ", 3) )
            break;

        for ( len = 0; !at_end(*s); s++ )
            if ( len < sizeof(word) - 1 )
                word[len++] = *s;
        word[len] = '\0';

        requested = scan_word(word, word + len, requested);
        if ( *s )
            s++;
    }

    return requested;
}
