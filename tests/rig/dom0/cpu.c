/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processors: brings one up that Xen left offline.
 */

#include "dom0.h"
#include "hypercall.h"

bool cmd_cpu_online(char *arg)
{
    static struct sysctl_cpu_hotplug op = {
        .cmd = XEN_SYSCTL_cpu_hotplug,
        .interface_version = XEN_SYSCTL_INTERFACE_VERSION,
        .op = XEN_SYSCTL_CPU_HOTPLUG_ONLINE,
    };
    uint64_t cpu;
    long ret;

    if ( !parse_number(arg, 10, &cpu) || cpu > UINT32_MAX )
    {
        printf("dom0: cpu-online wants a number, not \"%s\"\n", arg);
        return false;
    }

    op.cpu = cpu;
    ret = hypercall3(HYPERCALL_sysctl, addr(&op), 0, 0);
    printf("dom0: cpu-online %lu error %ld\n", cpu, ret);

    return !ret;
}
