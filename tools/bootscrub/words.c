/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's table of gates and reasons, as this program looks things up in it.
 */

#include <ctype.h>
#include <string.h>

#include "tool.h"

const struct reason reasons[BOOTSCRUB_NR_REASONS] = {
#define REASON(id, token, state, sentence, remedy) \
    { token, sentence, remedy, BOOTSCRUB_ ## state },
#include <xen/bootscrub-reasons.h>
};

const struct gate gates[BOOTSCRUB_NR_GATES] = {
#define GATE(id, token, sentence) { token, sentence },
#include <xen/bootscrub-reasons.h>
};

const struct reason *find_reason(const char *token)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_REASONS; i++ )
        if ( !strcmp(reasons[i].token, token) )
            return &reasons[i];

    return NULL;
}

const struct gate *find_gate(const char *token)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        if ( !strcmp(gates[i].token, token) )
            return &gates[i];

    return NULL;
}

#define MAX_TOKEN 32

static unsigned int least(unsigned int a, unsigned int b)
{
    return a < b ? a : b;
}

/*
 * How many letters have to be added, removed or changed (Levenshtein), to make
 * the lower-case @b of @a?
 */
static unsigned int distance(const char *a, const char *b)
{
    unsigned int row[MAX_TOKEN + 1], i, j, nr = strlen(b);

    if ( strlen(a) > MAX_TOKEN || nr > MAX_TOKEN )
        return MAX_TOKEN;

    for ( j = 0; j <= nr; j++ )
        row[j] = j;

    for ( i = 0; a[i]; i++ )
    {
        unsigned int before = row[0];

        row[0] = i + 1;
        for ( j = 1; j <= nr; j++ )
        {
            unsigned int above = row[j];

            row[j] = least(least(row[j], row[j - 1]) + 1,
                           before + (tolower((unsigned char)a[i]) !=
                                     b[j - 1]));
            before = above;
        }
    }

    return row[nr];
}

const char *nearest_token(const char *token)
{
    const char *best = NULL;
    unsigned int i, most = 3;

    for ( i = 0; i < BOOTSCRUB_NR_REASONS + BOOTSCRUB_NR_GATES; i++ )
    {
        const char *t = i < BOOTSCRUB_NR_REASONS
                        ? reasons[i].token
                        : gates[i - BOOTSCRUB_NR_REASONS].token;
        unsigned int d = distance(token, t);

        if ( d < most )
        {
            most = d;
            best = t;
        }
    }

    return best;
}

const char *state_name(enum bootscrub_state state)
{
    switch ( state )
    {
    case BOOTSCRUB_PROVED:
        return "proved";

    case BOOTSCRUB_DISPROVED:
        return "disproved";

    default:
        return "unknown";
    }
}
