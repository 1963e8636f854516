/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges as text, to be compared.
 */
#ifndef SHOW_RANGES_H
#define SHOW_RANGES_H

#include <xen/lib/bootscrub/ranges.h>

#include <inttypes.h>
#include <stdio.h>

/* "START-END ...", hexadecimal, until the next call. */
static inline const char *show_ranges(const struct bootscrub_ranges *rs)
{
    static char text[1024];
    unsigned int i, len = 0;

    text[0] = '\0';
    for ( i = 0; i < rs->nr && len < sizeof(text) - 40; i++ )
        len += snprintf(text + len, sizeof(text) - len,
                        "%s%" PRIx64 "-%" PRIx64, i ? " " : "",
                        rs->r[i].start, rs->r[i].end);

    return text;
}

#endif /* SHOW_RANGES_H */
