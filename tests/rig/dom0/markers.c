/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hostile dom0 and the markers.  They are unusable memory in Xen's map, so
 * dom0 can know where they are; here it tries every way to get at them.
 */

#include "dom0.h"
#include "hypercall.h"

#define PAGE_SHIFT      12
#define SUPERPAGE_SHIFT 21

static bool try_map(uint64_t mfn)
{
    return frames_map(&mfn, 1, DOMID_SELF) || frames_map(&mfn, 1, DOMID_IO) ||
           frames_map(&mfn, 1, DOMID_XEN);
}

/* Gives itself the right to map it as device memory. */
static bool try_permission(uint64_t mfn)
{
    struct domctl op = {
        .cmd = XEN_DOMCTL_iomem_permission,
        .iomem = { .first_mfn = mfn, .nr_mfns = 1, .allow_access = 1 },
    };

    domctl(&op);

    return try_map(mfn);
}

/* Has Xen take it for memory of dom0's that may go back to the heap. */
static bool try_release(uint64_t mfn)
{
    uint64_t frame = mfn;
    struct memory_reservation op = {
        .extent_start = addr(&frame),
        .nr_extents = 1,
        .domid = DOMID_SELF,
    };

    return hypercall3(HYPERCALL_memory_op, XENMEM_decrease_reservation,
                      addr(&op), 0) > 0;
}

static bool try_exchange(uint64_t mfn)
{
    uint64_t in = mfn, out = 0;
    struct memory_exchange op = {
        .in = { .extent_start = addr(&in), .nr_extents = 1,
                .domid = DOMID_SELF },
        .out = { .extent_start = addr(&out), .nr_extents = 1,
                 .domid = DOMID_SELF },
    };

    return !hypercall3(HYPERCALL_memory_op, XENMEM_exchange, addr(&op), 0) &&
           op.nr_exchanged;
}

/* Has Xen take it for new memory. */
static bool try_hotadd(uint64_t mfn)
{
    struct platform_mem_hotadd op = {
        .cmd = XENPF_mem_hotadd,
        .interface_version = XENPF_INTERFACE_VERSION,
        .spfn = mfn,
        .epfn = mfn + 1,
    };

    return !hypercall3(HYPERCALL_platform_op, addr(&op), 0, 0);
}

static const struct attempt {
    const char *name;
    bool (*try)(uint64_t mfn);
} attempts[] = {
    { "map",        try_map },
    { "permission", try_permission },
    { "release",    try_release },
    { "exchange",   try_exchange },
    { "hotadd",     try_hotadd },
};

/*
 * A marker costs Xen one more split in its map of RAM and one superpage of its
 * direct map, if it is a page and has its 2 MiB to itself.
 */
static bool is_cheap(const struct e820entry *e, uint64_t previous)
{
    return e->size == 1UL << PAGE_SHIFT &&
           e->addr >> SUPERPAGE_SHIFT != previous >> SUPERPAGE_SHIFT;
}

/* Returns whether all of them were out of reach, and cheap. */
bool cmd_markers(char *arg)
{
    static struct e820entry entry[256];
    struct memory_map map = { ARRAY_SIZE(entry), addr(entry) };
    unsigned int i, j, found = 0, reached = 0, dear = 0;
    uint64_t previous = 0;
    long ret = hypercall3(HYPERCALL_memory_op, XENMEM_machine_memory_map,
                          addr(&map), 0);

    (void)arg;
    if ( ret )
    {
        printf("dom0: markers: no memory map, error %ld\n", ret);
        return false;
    }

    for ( i = 0; i < map.nr_entries; i++ )
    {
        if ( entry[i].type != E820_UNUSABLE )
            continue;
        found++;
        dear += !is_cheap(&entry[i], previous);
        previous = entry[i].addr;
        for ( j = 0; j < ARRAY_SIZE(attempts); j++ )
            if ( attempts[j].try(entry[i].addr >> PAGE_SHIFT) )
            {
                printf("dom0: markers: %s reached %lx\n", attempts[j].name,
                       entry[i].addr);
                reached++;
            }
    }

    frames_unmap();
    printf("dom0: markers %u found, %u times reached, %u cost more\n", found,
           reached, dear);

    return found && !reached && !dear;
}
