/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains that never run: they own memory, and give it back when destroyed.
 */

#include "dom0.h"
#include "hypercall.h"

#define XEN_EACCES   13
#define XEN_EEXIST   17
#define XEN_ERESTART 85

/* Returns 0 or an error of Xen's.  Finds the version that this Xen speaks. */
long domctl(struct domctl *op)
{
    static const uint32_t versions[] = { 0x15, 0x17 };
    unsigned int i;
    long ret = -XEN_EACCES;

    for ( i = 0; ret == -XEN_EACCES && i < ARRAY_SIZE(versions); i++ )
    {
        op->interface_version = versions[i];
        ret = hypercall3(HYPERCALL_domctl, addr(op), 0, 0);
    }

    return ret;
}

long domain_create(uint16_t id)
{
    struct domctl op = {
        .cmd = XEN_DOMCTL_createdomain,
        .domain = id,
        .create = {
            .handle = { id },
            .max_vcpus = 1,
            .max_evtchn_port = 1023,
            .max_grant_frames = -1,
            .max_maptrack_frames = -1,
            .grant_opts = 1, /* version */
        },
    };
    long ret = domctl(&op);

    if ( ret == -XEN_EEXIST )
        return 0;
    if ( ret )
        return ret;

    op = (struct domctl){
        .cmd = XEN_DOMCTL_max_mem,
        .domain = id,
        .max_mem = { 1UL << 40 },
    };

    return domctl(&op);
}

long domain_destroy(uint16_t id)
{
    struct domctl op = {};
    long ret;

    do {
        op.cmd = XEN_DOMCTL_destroydomain;
        op.domain = id;
        ret = domctl(&op);
    } while ( ret == -XEN_ERESTART );

    return ret;
}
