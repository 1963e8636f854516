/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random numbers in the EFI loader: the processor's, else the firmware's.
 */

#include "bootscrub.h"

#include <xen/init.h>
#include <xen/string.h>

#include <asm/processor.h>

/* UEFI 2.10, section 37.5: EFI_RNG_PROTOCOL. */
static EFI_GUID __initdata rng_guid = {
    0x3152bca5, 0xeade, 0x433d,
    { 0x86, 0x2e, 0xc0, 0x1c, 0xdc, 0x29, 0x1f, 0x44 }
};

struct rng_protocol {
    void *get_info;
    EFI_STATUS (EFIAPI *get_rng)(struct rng_protocol *this,
                                 EFI_GUID *algorithm, UINTN size,
                                 UINT8 *value);
};

/* 64 random bits from the processor: Intel SDM, vol. 1, section 7.3.17. */
static bool __init rdrand(uint64_t *val)
{
    unsigned int tries, eax, ebx, ecx, edx;
    bool ok = false;

    cpuid(1, &eax, &ebx, &ecx, &edx);
    if ( !(ecx & (1U << 30)) )
        return false;

    for ( tries = 0; !ok && tries < 10; tries++ )
        asm volatile ( "rdrand %0; setc %1" : "=r" (*val), "=qm" (ok) );

    return ok;
}

/* Broken sources give the same value each time, all ones above all. */
static bool __init looks_random(const uint8_t *buf)
{
    uint64_t lo, hi;

    memcpy(&lo, buf, sizeof(lo));
    memcpy(&hi, buf + sizeof(lo), sizeof(hi));

    return lo != hi && lo + 1 > 1 && hi + 1 > 1;
}

bool __init efi_random_bytes(const EFI_BOOT_SERVICES *bs, uint8_t *buf)
{
    struct rng_protocol *rng;
    uint64_t lo, hi;

    if ( rdrand(&lo) && rdrand(&hi) )
    {
        memcpy(buf, &lo, sizeof(lo));
        memcpy(buf + sizeof(lo), &hi, sizeof(hi));

        if ( looks_random(buf) )
            return true;
    }

    return bs->LocateProtocol(&rng_guid, NULL, (void **)&rng) == EFI_SUCCESS &&
           rng->get_rng(rng, NULL, 16, buf) == EFI_SUCCESS &&
           looks_random(buf);
}
