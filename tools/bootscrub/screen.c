/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text for people: width, colour, folding, progress.  The text itself is the
 * callers'.  All of it is ASCII, in any locale.
 */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tool.h"

#define LABEL_WIDTH 14
#define MAX_WIDTH   100

static bool terminal, colour;
static int width = 80;

void screen_init(void)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    struct winsize size;

    terminal = isatty(STDOUT_FILENO);
    colour = terminal && !(no_color && *no_color) &&
             !(term && !strcmp(term, "dumb"));

    if ( terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col )
        width = size.ws_col > MAX_WIDTH ? MAX_WIDTH : size.ws_col;
}

void make_printable(char *text)
{
    for ( ; *text; text++ )
        if ( *text < ' ' || *text > '~' )
            *text = '?';
}

static char failure[512];

void fail(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(failure, sizeof(failure), format, args);
    va_end(args);
    /* A word of the command line may be in it. */
    make_printable(failure);
    fflush(stdout);
    fprintf(stderr, "xen-bootscrub: %s\n", failure);
}

const char *last_failure(void)
{
    return failure;
}

static const char *colour_of(enum bootscrub_state state)
{
    if ( !colour || state == BOOTSCRUB_UNKNOWN )
        return "";

    return state == BOOTSCRUB_PROVED ? "\033[32m" : "\033[31m";
}

/* How much of @text goes into @room columns: whole words if possible. */
static int piece(const char *text, int room)
{
    int len = strlen(text), cut;

    if ( len <= room )
        return len;

    for ( cut = room; cut > 0 && text[cut] != ' '; cut-- )
        continue;

    return cut ? cut : room;
}

void field(const char *label, enum bootscrub_state state, const char *text)
{
    int indent = 2 + LABEL_WIDTH, room, len;

    /* On a very narrow one the text goes below its label. */
    if ( width < 2 * indent )
    {
        if ( *label )
            printf("%s\n", label);
        indent = 2;
        printf("%*s", indent, "");
    }
    else
        printf("  %-*s", LABEL_WIDTH, label);

    room = width - indent > 8 ? width - indent : 8;
    for ( ; ; )
    {
        len = piece(text, room);
        printf("%s%.*s%s\n", colour_of(state), len, text,
               *colour_of(state) ? "\033[0m" : "");

        for ( text += len; *text == ' '; text++ )
            continue;
        if ( !*text )
            break;
        printf("%*s", indent, "");
    }
}

void heading(const char *text)
{
    printf("%s%s%s\n", colour ? "\033[1m" : "", text, colour ? "\033[0m" : "");
}

bool progress(uint64_t done, uint64_t total)
{
    int room = width - 30 > 40 ? 40 : width - 30, full;
    unsigned int percent = total ? done * 100.0 / total : 100;

    if ( !terminal )
        return false;

    if ( room < 4 )
        room = 4;
    full = room * percent / 100;

    printf("\r[%.*s%*s] %3u %%, %lu MiB left ", full,
           "########################################", room - full, "",
           percent, (unsigned long)((total - done) >> 20));
    fflush(stdout);

    return true;
}
