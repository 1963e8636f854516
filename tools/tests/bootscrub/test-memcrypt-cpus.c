/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen/arch/x86/memcrypt/cpus.c: the line that says what was detected, and the
 * warning about a processor that differs from the boot processor.
 */

#include "mock/processor.h"
#include "mock/state.h"
#include "mock/told.h"

#include <xen/mm.h>
#include <asm/memcrypt.h>

#include "harness.h"

#include <string.h>

extern int (*const mock_presmp_initcall)(void);

static struct notifier_block *notifier;

void register_cpu_notifier(struct notifier_block *nb)
{
    notifier = nb;
}

/* The boot processor. */
unsigned int smp_processor_id(void)
{
    return 0;
}

#define LEAVES_INTEL(leaf1_ecx) \
    { 0, 0, 7, 0x756e6547, 0x6c65746e, 0x49656e69 }, \
    { 1, 0, 0x806f8, 0x010800, leaf1_ecx, 0 }, { 7, 0, 2, 0, 1U << 13, 0 }, \
    { 0x80000000, 0, 0x80000008, 0, 0, 0 }, { 0x80000008, 0, 52, 0, 0, 0 }

#define LEAVES_AMD(sme) \
    { 0, 0, 0x10, 0x68747541, 0x444d4163, 0x69746e65 }, \
    { 1, 0, 0xa00f11, 0x800800, 1, 0 }, { 7, 0, 0, 0, 1, 0 }, \
    { 0x80000000, 0, 0x8000001f, 0, 0, 0 }, \
    { 0x80000008, 0, 0x3030, 0, 0x707f, 0 }, \
    { 0x8000001e, 0, 0, 0x100, 0, 0 }, { 0x8000001f, 0, sme, 0x2f, 0, 1 }

#define TME(activate) \
    { { LEAVES_INTEL(1) }, \
      { { 0x981, 0x80000005 }, { 0x982, activate }, { 0x983, 0x800 }, \
        { 0x984, 0x12345000 } } }

#define NO_TME \
    { { { 0, 0, 6, 0x756e6547, 0x6c65746e, 0x49656e69 }, \
        { 1, 0, 0x6f6, 0x010800, 1, 0 }, \
        { 0x80000000, 0, 0x80000004, 0, 0, 0 } }, \
      { { 1, 1 } } }

static const struct mock_processor intel = TME(0x0000000300000003);
static const struct mock_processor amd = {
    { LEAVES_AMD(1) }, { { 0xc0010010, 0xf40000 | 1U << 23 } }
};

/* What the loader was told, if it asked. */
static struct memcrypt_psp told;

/* A boot processor of this kind comes up. */
static void start(const struct mock_processor *boot)
{
    mock_reset();
    memcrypt_psp = told;
    mock_told_reset();
    notifier = NULL;
    system_state = SYS_STATE_boot;
    mock_processor = boot;
    expect_num(0, mock_presmp_initcall(), "memcrypt-cpus: starts");
}

static void up(unsigned int cpu, const struct mock_processor *p,
               unsigned long action)
{
    mock_processor = p;
    expect_num(NOTIFY_DONE,
               notifier->notifier_call(notifier, action,
                                       (void *)(unsigned long)cpu),
               "memcrypt-cpus: the notifier's answer");
}

static void test_detection(void)
{
    static const struct {
        const char *what, *line;
        struct mock_processor cpu;
    } cases[] = {
        { "TME", "Memory encryption: Intel TME AES-XTS-128, active, locked, "
          "key new; 3 KeyID bits\n", TME(0x0000000300000003) },
        { "AES-XTS-256, key restored",
          "Memory encryption: Intel TME AES-XTS-256, active, locked, key "
          "restored; 0 KeyID bits\n", TME(0x27) },
        { "not active", "Memory encryption: Intel TME, not active\n", TME(1) },
        { "bypassed", "Memory encryption: Intel TME, bypassed\n",
          TME(0x80000003) },
        { "not locked", "Memory encryption: Intel TME, not locked\n",
          TME(2) },
        { "registers that fault", "Memory encryption: unknown\n",
          { { LEAVES_INTEL(1) }, { { 1, 1 } } } },
        { "SME", "Memory encryption: AMD TSME, unknown: PSP not asked\n",
          { { LEAVES_AMD(1) }, { { 0xc0010010, 1U << 23 } } } },
        { "AMD without SME", "",
          { { LEAVES_AMD(2) }, { { 0xc0010010, 1U << 23 } } } },
        { "Intel without TME", "", NO_TME },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        start(&cases[i].cpu);
        expect_str(cases[i].line, mock_log, "memcrypt-cpus: detection: %s",
                   cases[i].what);

        up(1, &cases[i].cpu, CPU_STARTING);
        expect_str(cases[i].line, mock_log,
                   "memcrypt-cpus: detection: %s: one like it",
                   cases[i].what);
        expect_num(true, memcrypt_cpus_agree(),
                   "memcrypt-cpus: detection: %s: they agree", cases[i].what);
    }
}

static void test_loader_asked(void)
{
    told = (struct memcrypt_psp){ true, 2, 1, 0 };
    start(&amd);
    expect_str("Memory encryption: AMD TSME by the report of 1 of 2 PSPs\n",
               mock_log, "memcrypt-cpus: one PSP says yes");

    told = (struct memcrypt_psp){ true, 0, 0, 0 };
    start(&amd);
    expect_str("Memory encryption: AMD TSME, unknown: no PSP is visible\n",
               mock_log, "memcrypt-cpus: no PSP to ask");

    told = (struct memcrypt_psp){ true, 1, 0, 1 };
    start(&amd);
    expect_str("Memory encryption: AMD TSME, not active\n", mock_log,
               "memcrypt-cpus: the PSP says no");
    told = (struct memcrypt_psp){};
}

/* Which processors were asked: those that came up, when they did. */
static void test_asked(void)
{
    start(&intel);
    expect_num(true, memcrypt_asked(0), "memcrypt-cpus: CPU0 is asked");
    expect_num(false, memcrypt_asked(5), "memcrypt-cpus: CPU5 is not yet");

    up(5, &amd, CPU_UP_PREPARE);
    up(5, &amd, CPU_ONLINE);
    up(5, &amd, CPU_DEAD);
    expect_num(false, memcrypt_asked(5) || !memcrypt_cpus_agree(),
               "memcrypt-cpus: asked only where it starts");

    up(5, &intel, CPU_STARTING);
    expect_num(true, memcrypt_asked(5), "memcrypt-cpus: CPU5 is asked");
    expect_num(false, memcrypt_asked(4) || memcrypt_asked(6),
               "memcrypt-cpus: those beside it are not");
    expect_num(true, memcrypt_cpus_agree(), "memcrypt-cpus: they agree");
}

static void try_bit(const struct mock_processor *boot, unsigned int msr,
                    unsigned int bit, enum system_state state, bool differs)
{
    static char want[1024];
    struct mock_processor other = *boot;

    other.msr[msr].val ^= 1ULL << bit;
    start(boot);
    snprintf(want, sizeof(want), "%s%s", mock_log,
             differs ? "<1>CPU7: memory encryption is not as on CPU0\n" : "");
    system_state = state;
    up(7, &other, CPU_STARTING);
    expect_str(want, mock_log, "memcrypt-cpus: MSR %#x, bit %u differs",
               boot->msr[msr].msr, bit);
    expect_num(!differs, memcrypt_cpus_agree(),
               "memcrypt-cpus: MSR %#x, bit %u: agreement",
               boot->msr[msr].msr, bit);

    /* The next one is as CPU0 is: that takes nothing back. */
    up(6, boot, CPU_STARTING);
    expect_num(!differs, memcrypt_cpus_agree(),
               "memcrypt-cpus: MSR %#x, bit %u: one that is right",
               boot->msr[msr].msr, bit);

    /* Nor does it say more if one more differs. */
    up(5, &other, CPU_STARTING);
    expect_str(want, mock_log, "memcrypt-cpus: MSR %#x, bit %u: one warning",
               boot->msr[msr].msr, bit);
}

static void test_differences(void)
{
    unsigned int msr, bit;

    for ( bit = 0; bit < 64; bit++ )
    {
        for ( msr = 0; msr < 4; msr++ )
        {
            try_bit(&intel, msr, bit, SYS_STATE_boot, true);
            /* After S3 the key is restored, and may be saved again. */
            try_bit(&intel, msr, bit, SYS_STATE_active,
                    msr != 1 || (bit != 2 && bit != 3));
        }

        /* SMEE, SNP, several keys; the rest is about MTRRs. */
        try_bit(&amd, 0, bit, SYS_STATE_boot,
                bit == 23 || bit == 24 || bit == 26);
    }
}

/* A register that only one of the two has: 0 on the other. */
static void test_missing(void)
{
    struct mock_processor other = intel;

    other.msr[1].msr = 1;
    start(&intel);
    up(1, &other, CPU_STARTING);
    expect_num(false, memcrypt_cpus_agree(),
               "memcrypt-cpus: the other has no register");

    start(&other);
    up(1, &intel, CPU_STARTING);
    expect_num(false, memcrypt_cpus_agree(),
               "memcrypt-cpus: the first has no register");

    other = intel;
    other.msr[0].val = 0;
    start(&other);
    other.msr[0].msr = 1;
    up(1, &other, CPU_STARTING);
    expect_num(true, memcrypt_cpus_agree(),
               "memcrypt-cpus: the other has no register, the first 0 in it");
}

/* What CPUID does not promise is not read: by no processor, in no case. */
static void test_reads(void)
{
    static const struct {
        const char *what;
        unsigned int each; /* How many a processor has. */
        struct mock_processor cpu;
    } cases[] = {
        { "TME", 4, TME(0x0000000300000003) },
        { "SME", 1, { { LEAVES_AMD(1) }, { { 0xc0010010, 1U << 23 } } } },
        { "AMD without SME", 0, { { LEAVES_AMD(0) }, { { 1, 1 } } } },
        { "Intel without TME", 0, NO_TME },
        { "a virtual machine", 0,
          { { LEAVES_INTEL(1U << 31) }, { { 1, 1 } } } },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        start(&cases[i].cpu);
        mock_msr_reads = mock_msr_faults = 0;
        up(1, &cases[i].cpu, CPU_STARTING);
        expect_num(cases[i].each, mock_msr_reads,
                   "memcrypt-cpus: reads of CPU1: %s", cases[i].what);

        mock_msr_reads = 0;
        start(&cases[i].cpu);
        expect_num(2 * cases[i].each, mock_msr_reads,
                   "memcrypt-cpus: reads of CPU0, for itself and for others: "
                   "%s", cases[i].what);
        expect_num(0, mock_msr_faults, "memcrypt-cpus: no faults: %s",
                   cases[i].what);
        expect_num(true, memcrypt_asked(0), "memcrypt-cpus: asked: %s",
                   cases[i].what);
    }
}

static void test_memcrypt_cpus(void)
{
    test_reads();
    test_detection();
    test_loader_asked();
    test_asked();
    test_differences();
    test_missing();
}
UNIT_TESTS(test_memcrypt_cpus)
