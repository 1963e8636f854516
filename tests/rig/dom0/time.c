/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's system time and sleeping.  Time counts from when Xen started its
 * clock, so what firmware took is not in it.
 */

#include "dom0.h"
#include "hypercall.h"

static volatile struct vcpu_time_info info;

void time_init(void)
{
    uint64_t area = addr(&info);

    hypercall3(HYPERCALL_vcpu_op, VCPUOP_register_vcpu_time_memory_area, 0,
               addr(&area));
}

/* The formula and the meaning of version are those of Xen's public xen.h. */
uint64_t now(void)
{
    uint64_t ns, delta;
    uint32_t version;

    do {
        version = info.version;
        delta = __builtin_ia32_rdtsc() - info.tsc_timestamp;
        if ( info.tsc_shift < 0 )
            delta >>= -info.tsc_shift;
        else
            delta <<= info.tsc_shift;
        ns = ((unsigned __int128)delta * info.tsc_to_system_mul) >> 32;
        ns += info.system_time;
    } while ( (version & 1) || version != info.version );

    return ns;
}

void sleep_until(uint64_t ns)
{
    struct sched_poll poll = { .timeout = ns };

    /* An event may end a poll early. */
    while ( now() < ns )
        hypercall3(HYPERCALL_sched_op, SCHEDOP_poll, addr(&poll), 0);
}

bool cmd_sleep(char *arg)
{
    uint64_t start = now(), ms;

    if ( !parse_number(arg, 10, &ms) || ms > UINT32_MAX )
    {
        printf("dom0: sleep wants milliseconds, not \"%s\"\n", arg);
        return false;
    }

    sleep_until(start + ms * 1000000);
    printf("dom0: slept %lu ms\n", (now() - start) / 1000000);

    return true;
}

bool cmd_time(char *arg)
{
    uint64_t ms = now() / 1000000;

    (void)arg;
    printf("dom0: time %lu.%03lu s\n", ms / 1000, ms % 1000);

    return true;
}
