/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For the hypervisor's files.  The firmware ends in an exception where there
 * is no such register: they read what CPUID promises.
 */

#include "xen.h"

#include <xen/arch/x86/include/asm/memcrypt.h>

bool memcrypt_rdmsr(unsigned int msr, uint64_t *val)
{
    uint32_t lo, hi;

    asm volatile ( "rdmsr" : "=a" (lo), "=d" (hi) : "c" (msr) );
    *val = (uint64_t)hi << 32 | lo;

    return true;
}
