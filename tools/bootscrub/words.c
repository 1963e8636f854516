/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's table of gates and reasons, as this program looks things up in it.
 */

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
