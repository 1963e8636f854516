/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUID of the processor that this runs on; a file of its own, so that tests
 * can put another processor there.
 */

#include <cpuid.h>

#include "probe.h"

bool cpuid_read(unsigned int leaf, unsigned int r[4])
{
    return __get_cpuid_count(leaf, 0, &r[0], &r[1], &r[2], &r[3]);
}
