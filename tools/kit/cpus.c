/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every processor asked about memory encryption, by the hypervisor's read.c.
 * The firmware starts the others: UEFI Platform Initialization 1.7, vol. 2,
 * section 13.4, EFI_MP_SERVICES_PROTOCOL.
 */

#include "kit.h"

#include "xen.h"

struct mp_info {
    UINT64 id;            /* Local APIC ID */
    UINT32 flags;
    UINT32 package, core, thread;
    UINT32 extended[6];
};
#define MP_BSP     1U
#define MP_ENABLED 2U

struct mp_services {
    EFI_STATUS (EFIAPI *count)(struct mp_services *this, UINTN *nr,
                               UINTN *enabled);
    EFI_STATUS (EFIAPI *info)(struct mp_services *this, UINTN nr,
                              struct mp_info *info);
    void *start_all;
    EFI_STATUS (EFIAPI *start)(struct mp_services *this,
                               void (EFIAPI *fn)(void *), UINTN nr,
                               EFI_EVENT event, UINTN microseconds,
                               void *arg, BOOLEAN *finished);
    void *switch_bsp, *enable, *who_am_i;
};

static EFI_GUID mp_guid = {
    0x3fdda605, 0xa76e, 0x4f46,
    { 0xad, 0x29, 0x12, 0xf4, 0x53, 0x1b, 0x3d, 0x08 }
};

#define LONG_ENOUGH 1000000 /* A second, in microseconds */

uint32_t x86_cpu_to_apicid[MAX_CPUS];
unsigned int nr_present_cpus;

static bool answered[MAX_CPUS];
static bool differ;

/* On another processor: no call of the firmware, no printing. */
static void EFIAPI read_there(void *arg)
{
    memcrypt_read(arg);
}

/* As the hypervisor compares them. */
static bool is_same(const struct memcrypt_regs *a,
                    const struct memcrypt_regs *b)
{
    return a->tme == b->tme && a->sme == b->sme &&
           a->readable == b->readable && a->capability == b->capability &&
           a->activate == b->activate &&
           a->exclude_mask == b->exclude_mask &&
           a->exclude_base == b->exclude_base && a->syscfg == b->syscfg;
}

static void enter(struct step *step, uint32_t apic_id,
                  const struct memcrypt_regs *regs)
{
    unsigned int i;

    for ( i = 0; i < step->nr_sets; i++ )
        if ( is_same(&step->set[i].regs, regs) )
        {
            step->set[i].nr++;
            return;
        }

    differ = i > 0;
    if ( i < KIT_MAX_SETS )
        step->set[step->nr_sets++] = (struct cpu_set){ 1, apic_id, *regs };
}

static void add_cpu(struct step *step, uint32_t apic_id, bool good,
                    const struct memcrypt_regs *regs)
{
    step->processors++;

    if ( nr_present_cpus < MAX_CPUS )
    {
        x86_cpu_to_apicid[nr_present_cpus] = apic_id;
        answered[nr_present_cpus++] = good;
    }

    if ( good )
        enter(step, apic_id, regs);
    else
        step->unasked++;
}

static uint32_t own_apic_id(void)
{
    unsigned int eax, ebx, ecx, edx;

    cpuid(0, &eax, &ebx, &ecx, &edx);
    if ( eax >= 0xb )
    {
        cpuid_count(0xb, 0, &eax, &ebx, &ecx, &edx);
        if ( ebx & 0xffff )
            return edx;
    }

    cpuid(1, &eax, &ebx, &ecx, &edx);

    return ebx >> 24;
}

static void measure_others(struct step *step, struct mp_services *mp, UINTN nr)
{
    UINTN i;

    for ( i = 0; i < nr; i++ )
    {
        struct memcrypt_regs regs = {};
        struct mp_info info;
        bool good;

        if ( mp->info(mp, i, &info) != EFI_SUCCESS || (info.flags & MP_BSP) ||
             !(info.flags & MP_ENABLED) )
            continue;

        good = mp->start(mp, read_there, i, NULL, LONG_ENOUGH, &regs,
                         NULL) == EFI_SUCCESS;
        add_cpu(step, info.id, good, &regs);
    }
}

void cpus_measure(struct step *step)
{
    struct memcrypt_regs regs;
    struct mp_services *mp;
    UINTN nr, enabled;

    nr_present_cpus = 0;
    differ = false;

    memcrypt_read(&regs);
    add_cpu(step, own_apic_id(), true, &regs);

    if ( BS->LocateProtocol(&mp_guid, NULL, (void **)&mp) == EFI_SUCCESS &&
         mp->count(mp, &nr, &enabled) == EFI_SUCCESS )
        measure_others(step, mp, nr);
}

bool cpus_agree(void)
{
    return !differ;
}

bool cpu_answered(unsigned int cpu)
{
    return cpu < nr_present_cpus && answered[cpu];
}

/*
 * Microcode: Intel SDM, vol. 3, section 10.11.7.1 (0 has to be written, and
 * CPUID executed, before it is read); AMD APM vol. 2, "Microcode patch level".
 */
#define MSR_MICROCODE 0x8b

static uint32_t read_microcode(bool intel)
{
    unsigned int eax, ebx, ecx, edx;
    uint64_t val;

    if ( intel )
        asm volatile ( "wrmsr" :: "c" (MSR_MICROCODE), "a" (0), "d" (0) );
    cpuid(1, &eax, &ebx, &ecx, &edx);
    memcrypt_rdmsr(MSR_MICROCODE, &val);

    return intel ? val >> 32 : val;
}

void cpus_identify(struct processor *p)
{
    unsigned int i, max, ebx, ecx, edx, regs[12] = {};
    bool intel, amd;
    char *c;

    cpuid(0, &max, &ebx, &ecx, &edx);
    intel = ebx == X86_VENDOR_INTEL_EBX;
    amd = ebx == X86_VENDOR_AMD_EBX;
    p->vendor = intel ? "Intel" : amd ? "AMD" : "other";
    cpuid(1, &p->signature, &ebx, &ecx, &edx);
    p->microcode = intel || amd ? read_microcode(intel) : 0;

    cpuid(0x80000000U, &max, &ebx, &ecx, &edx);
    for ( i = 0; max >= 0x80000004U && i < 12; i += 4 )
        cpuid(0x80000002U + i / 4, &regs[i], &regs[i + 1], &regs[i + 2],
              &regs[i + 3]);

    /* For the report, where it is between quotes. */
    memcpy(p->name, regs, sizeof(regs));
    p->name[sizeof(regs)] = '\0';
    for ( c = p->name; *c; c++ )
        if ( *c < ' ' || *c > '~' || *c == '"' || *c == '\\' )
            *c = ' ';
    while ( c > p->name && c[-1] == ' ' )
        *--c = '\0';
}
