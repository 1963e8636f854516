/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ask the processors about full-memory encryption: access to registers only.
 * What they mean is decode.c's.
 *
 * memcrypt_read() is called in the EFI loader, too, where the firmware handles
 * exceptions: it reads only registers that CPUID promises.
 */

#include <xen/init.h>

#include <asm/memcrypt.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/x86-vendors.h>

/*
 * Intel SDM, vol. 2, CPUID: leaves 0, 1, 7 and 0x80000008; AMD APM, vol. 3,
 * appendix E: leaves 0x8000001E and 0x8000001F.
 */
static void __init read_cpuid(struct memcrypt_regs *r)
{
    unsigned int max, eax, ebx, ecx, edx;

    *r = (struct memcrypt_regs){ .maxphysaddr = 36 };

    cpuid(0, &max, &ebx, &ecx, &edx);
    r->intel = ebx == X86_VENDOR_INTEL_EBX && ecx == X86_VENDOR_INTEL_ECX &&
               edx == X86_VENDOR_INTEL_EDX;
    r->amd = ebx == X86_VENDOR_AMD_EBX && ecx == X86_VENDOR_AMD_ECX &&
             edx == X86_VENDOR_AMD_EDX;

    cpuid(1, &eax, &ebx, &ecx, &edx);
    r->hypervisor = ecx >> 31;
    /* Family 17h, models below 30h. */
    r->zen1 = r->amd && (eax & 0x0ff00f00) == 0x00800f00 &&
              ((eax >> 16) & 0xf) < 3;

    if ( max >= 7 )
    {
        cpuid_count(7, 0, &eax, &ebx, &ecx, &edx);
        r->tme = ecx & (1U << 13);
    }

    cpuid(0x80000000U, &max, &ebx, &ecx, &edx);
    if ( max >= 0x80000008U )
    {
        cpuid(0x80000008U, &eax, &ebx, &ecx, &edx);
        r->maxphysaddr = eax & 0xff;
    }

    if ( r->amd && max >= 0x8000001eU )
    {
        cpuid(0x8000001eU, &eax, &ebx, &ecx, &edx);
        r->dies = ((ecx >> 8) & 7) + 1;
    }

    if ( r->amd && max >= 0x8000001fU )
    {
        cpuid(0x8000001fU, &eax, &ebx, &ecx, &edx);
        r->sme = eax & 1;
        r->cbit = ebx & 0x3f;
    }
}

/* A virtual machine's registers say nothing of real memory. */
bool __init memcrypt_has_tme(const struct memcrypt_regs *r)
{
    return r->intel && r->tme && !r->hypervisor;
}

bool __init memcrypt_has_sme(const struct memcrypt_regs *r)
{
    return r->amd && r->sme && !r->hypervisor;
}

void __init memcrypt_read(struct memcrypt_regs *r)
{
    read_cpuid(r);

    if ( memcrypt_has_tme(r) )
        r->readable =
            memcrypt_rdmsr(MSR_TME_CAPABILITY, &r->capability) &&
            memcrypt_rdmsr(MSR_TME_ACTIVATE, &r->activate) &&
            memcrypt_rdmsr(MSR_TME_EXCLUDE_MASK, &r->exclude_mask) &&
            memcrypt_rdmsr(MSR_TME_EXCLUDE_BASE, &r->exclude_base);
    else if ( memcrypt_has_sme(r) )
        r->readable = memcrypt_rdmsr(MSR_K8_SYSCFG, &r->syscfg);

    r->syscfg &= SYSCFG_ENCRYPTION;
}
