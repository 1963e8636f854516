/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gives memory to a domain, as the building of a guest does, and tells how
 * long Xen took for it.  Nobody looks at what is in that memory.
 */

#include "dom0.h"
#include "hypercall.h"

#define GUEST       99
#define SUPER_ORDER 9   /* 2 MiB */
#define MAX_EXTENTS 512 /* 1 GiB of them */

/* Since the first call, so that the times of several calls add up. */
static uint64_t ticks, ns, given;

static bool give(unsigned int nr)
{
    static uint64_t mfn[MAX_EXTENTS];
    struct memory_reservation op = {
        .extent_start = addr(mfn),
        .nr_extents = nr,
        .extent_order = SUPER_ORDER,
        .domid = GUEST,
    };
    uint64_t ticks_before = __builtin_ia32_rdtsc(), ns_before = now();
    long got = hypercall3(HYPERCALL_memory_op, XENMEM_increase_reservation,
                          addr(&op), 0);

    ns += now() - ns_before;
    ticks += __builtin_ia32_rdtsc() - ticks_before;
    given += got > 0 ? got * 2 : 0;

    return got == nr;
}

bool cmd_give(char *arg)
{
    uint64_t mb, left;
    unsigned int nr;
    bool good = true;

    if ( !parse_number(arg, 10, &mb) || !mb || mb % 2 )
    {
        printf("dom0: give wants an even number of MiB, not \"%s\"\n", arg);
        return false;
    }
    if ( domain_create(GUEST) )
    {
        printf("dom0: give: cannot create the domain\n");
        return false;
    }

    for ( left = mb / 2; good && left; left -= nr )
    {
        nr = left < MAX_EXTENTS ? left : MAX_EXTENTS;
        good = give(nr);
    }
    printf("dom0: give %lu MiB took %lu ns %lu ticks\n", given, ns, ticks);

    return good;
}
