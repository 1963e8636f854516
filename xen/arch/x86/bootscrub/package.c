/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which bits of an APIC ID are the package's number, for processors that never
 * come up, too.
 */

#include <xen/init.h>

#include <asm/processor.h>

#include "nodes.h"

static unsigned int __init order_of(unsigned int nr)
{
    unsigned int order = 0;

    while ( order < 31 && (1U << order) < nr )
        order++;

    return order;
}

static unsigned int __init topology_shift(unsigned int leaf)
{
    unsigned int level, shift = 0, eax, ebx, ecx, edx;

    for ( level = 0; level < 8; level++ )
    {
        cpuid_count(leaf, level, &eax, &ebx, &ecx, &edx);

        /* ECX[15:8]: level type, 0 behind the last one. */
        if ( !(ecx & 0xff00) )
            break;

        shift = eax & 0x1f;
    }

    return shift;
}

/*
 * Intel SDM, vol. 2, CPUID: leaf 0xB and, where it exists, 0x1F: EAX[4:0] of
 * the last valid level; before them, leaf 1: EBX[23:16] IDs in a package.
 * AMD APM, vol. 3, appendix E: leaf 0x80000008, ECX[15:12] or ECX[7:0] + 1.
 */
unsigned int __init bootscrub_package_shift(bool amd)
{
    unsigned int max, eax, ebx, ecx, edx, shift = 0;

    if ( amd )
    {
        cpuid(0x80000000U, &max, &ebx, &ecx, &edx);
        if ( max < 0x80000008U )
            return 0;

        cpuid(0x80000008U, &eax, &ebx, &ecx, &edx);
        return (ecx >> 12) & 0xf ?: order_of((ecx & 0xff) + 1);
    }

    cpuid(0, &max, &ebx, &ecx, &edx);
    if ( max >= 0x1f )
        shift = topology_shift(0x1f);
    if ( !shift && max >= 0xb )
        shift = topology_shift(0xb);
    if ( shift )
        return shift;

    cpuid(1, &eax, &ebx, &ecx, &edx);
    return edx & (1U << 28) ? order_of((ebx >> 16) & 0xff) : 0;
}
