/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any command line.  The scan's answer may depend on the last word about
 * bootscrub alone: one put behind all others decides.
 */

#include "fuzz.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bootscrub_options o;
    char *line = malloc(size + sizeof(" bootscrub=auto"));

    if ( !line )
        return 0;

    memcpy(line, data, size);
    line[size] = '\0';

    bootscrub_parse_auto(line, &o);
    bootscrub_scan(line, false);

    if ( strlen(line) == size && !strstr(line, "--") )
    {
        strcpy(line + size, " bootscrub=auto");
        if ( !bootscrub_scan(line, false) )
            abort();
        strcpy(line + size, " bootscrub=idle");
        if ( bootscrub_scan(line, true) )
            abort();
    }
    free(line);

    return 0;
}
