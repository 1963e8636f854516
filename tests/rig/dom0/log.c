/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's own log, which holds what was said before there was a serial line.
 */

#include "dom0.h"
#include "hypercall.h"

/* Large enough for what a boot says; Xen fills what there is. */
static char ring[65536];

static uint32_t read_ring(void)
{
    static struct sysctl_readconsole op = {
        .cmd = XEN_SYSCTL_readconsole,
        .interface_version = XEN_SYSCTL_INTERFACE_VERSION,
        .count = sizeof(ring) - 1,
    };
    long ret;

    op.buffer = addr(ring);
    ret = hypercall3(HYPERCALL_sysctl, addr(&op), 0, 0);
    if ( ret )
    {
        printf("dom0: log error %ld\n", ret);
        return 0;
    }

    return op.count;
}

static bool contains(const char *line, const char *what)
{
    const char *a, *b;

    for ( ; *line; line++ )
    {
        for ( a = line, b = what; *b && *a == *b; a++, b++ )
            continue;
        if ( !*b )
            return true;
    }

    return false;
}

/* Prints the lines that contain the word; fails if there are none. */
bool cmd_log(char *arg)
{
    char *rest = ring, *line;
    bool found = false;

    ring[read_ring()] = '\0';
    while ( rest && *rest )
    {
        line = cut(&rest, '\n');
        if ( contains(line, arg) )
        {
            printf("dom0: log %s\n", line);
            found = true;
        }
    }

    return found;
}
