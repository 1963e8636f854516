/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers that may be missing, by one name in the hypervisor, in the EFI
 * application and in unit tests.
 */

#include <asm/memcrypt.h>
#include <asm/msr.h>

bool memcrypt_rdmsr(unsigned int msr, uint64_t *val)
{
    return !rdmsr_safe(msr, val);
}
