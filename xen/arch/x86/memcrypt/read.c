/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ask the processors about full-memory encryption: access to registers only.
 * What they mean is decode.c's, what follows is bootscrub's.
 */

#include <xen/cpumask.h>
#include <xen/init.h>
#include <xen/mm.h>
#include <xen/nodemask.h>
#include <xen/numa.h>
#include <xen/smp.h>

#include <asm/fixmap.h>
#include <asm/memcrypt.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/system.h>
#include <asm/x86-vendors.h>

#include <public/sysctl.h>

#define NR_EXCEPTIONS 32
#define VECTOR_GP     13

struct gate {
    uint16_t offset_low, selector, type, offset_mid;
    uint32_t offset_high, reserved;
};

struct idtr {
    uint16_t limit;
    struct gate *base;
} __packed;

/* Steps over a RDMSR (two bytes) that faulted, with %ecx zeroed to say so. */
asm ( ".pushsection .init.text, \"ax\", @progbits\n"
      "rdmsr_fault:\n"
      "    .byte 0xf3, 0x0f, 0x1e, 0xfa\n" /* endbr64 */
      "    add   $8, %rsp\n"               /* error code */
      "    addq  $2, (%rsp)\n"             /* %rip */
      "    xor   %ecx, %ecx\n"
      "    iretq\n"
      ".popsection" );

/*
 * RDMSR in the EFI loader.  The firmware's handler for #GP halts the machine,
 * so ours stands in for the length of one instruction.  All others remain.
 */
static bool __init rdmsr_early(unsigned int msr, uint64_t *val)
{
    struct gate idt[NR_EXCEPTIONS] = {};
    struct idtr firmware, ours = { sizeof(idt) - 1, idt };
    unsigned long handler, flags;
    uint32_t ecx = msr, lo, hi;
    unsigned int i;

    asm volatile ( "sidt %0" : "=m" (firmware) );
    asm volatile ( "lea rdmsr_fault(%%rip), %0" : "=r" (handler) );

    for ( i = 0; i < NR_EXCEPTIONS &&
                 (i + 1) * sizeof(*idt) <= firmware.limit + 1UL; i++ )
        idt[i] = firmware.base[i];

    if ( i <= VECTOR_GP )
        return false;

    idt[VECTOR_GP].offset_low = handler;
    idt[VECTOR_GP].offset_mid = handler >> 16;
    idt[VECTOR_GP].offset_high = handler >> 32;

    asm volatile ( "pushfq; popq %[flags]\n\t"
                   "cli\n\t"
                   "lidt %[ours]\n\t"
                   "rdmsr\n\t"
                   "lidt %[firmware]\n\t"
                   "pushq %[flags]; popfq"
                   : "=a" (lo), "=d" (hi), "+c" (ecx), [flags] "=&r" (flags)
                   : [ours] "m" (ours), [firmware] "m" (firmware),
                     "m" (idt)
                   : "memory" );

    *val = lo | ((uint64_t)hi << 32);

    return ecx;
}

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

bool memcrypt_rdmsr(unsigned int msr, uint64_t *val)
{
#ifdef rdmsr_safe /* Takes a variable up to Xen 4.20, where it is a macro. */
    return !rdmsr_safe(msr, *val);
#else
    return !rdmsr_safe(msr, val);
#endif
}

/* A virtual machine's registers say nothing of real memory. */
static bool __init has_tme(const struct memcrypt_regs *r)
{
    return r->intel && r->tme && !r->hypervisor;
}

static bool __init has_sme(const struct memcrypt_regs *r)
{
    return r->amd && r->sme && !r->hypervisor;
}

void __init memcrypt_read_early(struct memcrypt_regs *r)
{
    read_cpuid(r);

    if ( has_tme(r) )
        r->readable =
            rdmsr_early(MSR_TME_CAPABILITY, &r->capability) &&
            rdmsr_early(MSR_TME_ACTIVATE, &r->activate) &&
            rdmsr_early(MSR_TME_EXCLUDE_MASK, &r->exclude_mask) &&
            rdmsr_early(MSR_TME_EXCLUDE_BASE, &r->exclude_base);
}

void __init memcrypt_read(struct memcrypt_regs *r)
{
    read_cpuid(r);

    if ( has_tme(r) )
        r->readable =
            memcrypt_rdmsr(MSR_TME_CAPABILITY, &r->capability) &&
            memcrypt_rdmsr(MSR_TME_ACTIVATE, &r->activate) &&
            memcrypt_rdmsr(MSR_TME_EXCLUDE_MASK, &r->exclude_mask) &&
            memcrypt_rdmsr(MSR_TME_EXCLUDE_BASE, &r->exclude_base);
    else if ( has_sme(r) )
        r->readable = memcrypt_rdmsr(MSR_K8_SYSCFG, &r->syscfg);

    r->syscfg &= SYSCFG_ENCRYPTION;
}

const void *__init memcrypt_map(const struct memcrypt_regs *r, uint64_t maddr,
                                bool cbit)
{
    set_fixmap(FIX_MEMCRYPT, maddr | (cbit ? 1ULL << r->cbit : 0));

    return fix_to_virt(FIX_MEMCRYPT);
}

void __init memcrypt_unmap(void)
{
    clear_fixmap(FIX_MEMCRYPT);
}

/*
 * AMD APM vol. 2, 7.10.6: caches need not be coherent between two mappings
 * of a page that differ in the C-bit, and where they are, they hide what is
 * in DRAM.
 */
void __init memcrypt_flush(void)
{
    wbinvd();
}

struct check {
    const struct memcrypt_regs *expected;
    bool disagree;
};

static void __init cf_check check_this_cpu(void *data)
{
    struct check *check = data;
    const struct memcrypt_regs *e = check->expected;
    struct memcrypt_regs r;

    memcrypt_read(&r);

    if ( r.intel != e->intel || r.tme != e->tme ||
         r.amd != e->amd || r.sme != e->sme || r.syscfg != e->syscfg ||
         r.readable != e->readable || r.capability != e->capability ||
         r.activate != e->activate || r.exclude_mask != e->exclude_mask ||
         r.exclude_base != e->exclude_base )
        check->disagree = true;
}

/* Of all processors that have been up, parked ones included. */
static unsigned int __init count_sockets(void)
{
    unsigned int cpu, other, nr = 0;

    for_each_present_cpu ( cpu )
    {
        if ( cpu_to_socket(cpu) == XEN_INVALID_SOCKET_ID )
            continue;

        for_each_present_cpu ( other )
            if ( cpu_to_socket(other) == cpu_to_socket(cpu) )
                break;

        nr += other == cpu;
    }

    return nr;
}

enum memcrypt_cpus __init memcrypt_check_cpus(const struct memcrypt_regs *r)
{
    struct check check = { .expected = r };
    unsigned int node, nodes = 0;

    on_each_cpu(check_this_cpu, &check, 1);

    if ( check.disagree )
        return MEMCRYPT_CPUS_DISAGREE;

    /* The key and its state are the package's: ask one CPU of each. */
    for_each_online_node ( node )
    {
        if ( !node_spanned_pages(node) )
            continue;

        if ( !cpumask_intersects(&node_to_cpumask(node), &cpu_online_map) )
            return MEMCRYPT_CPUS_MISSING;

        nodes++;
    }

    /*
     * On AMD it is PSPs and, by way of the C-bit and of markers, nodes that
     * were asked: there has to be one for every socket.
     */
    if ( r->amd && (count_sockets() > nodes ||
                    (r->cbit_probe == MEMCRYPT_CBIT_UNTRIED &&
                     !memcrypt_psps_complete(r, count_sockets()))) )
        return MEMCRYPT_CPUS_MISSING;

    return MEMCRYPT_CPUS_AGREE;
}
