/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory: how much there is, and what an address holds.  Reads only.
 */

#include "dom0.h"
#include "hypercall.h"

bool cmd_mem(char *arg)
{
    static struct sysctl_physinfo op = {
        .cmd = XEN_SYSCTL_physinfo,
        .interface_version = XEN_SYSCTL_INTERFACE_VERSION,
    };
    long ret = hypercall3(HYPERCALL_sysctl, addr(&op), 0, 0);

    (void)arg;
    if ( ret )
    {
        printf("dom0: mem error %ld\n", ret);
        return false;
    }

    printf("dom0: mem total %lu free %lu pages\n", op.total_pages,
           op.free_pages);

    return true;
}

bool cmd_peek(char *arg)
{
    uint64_t va;

    if ( !parse_number(arg, 16, &va) )
    {
        printf("dom0: peek wants a hexadecimal address, not \"%s\"\n", arg);
        return false;
    }

    printf("dom0: peek %lx = %016lx\n", va, *(volatile uint64_t *)va);

    return true;
}
