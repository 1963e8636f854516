/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen/arch/x86/memcrypt/read.c on processors of both vendors: what it makes
 * of CPUID and MSRs, and that it reads no register which CPUID does not
 * promise.  What the registers mean is in test-memcrypt-decode.c.
 */

#include "mock/processor.h"

#include <xen/init.h>
#include <asm/memcrypt.h>

#include "harness.h"

#include <string.h>

#define INTEL 0x756e6547, 0x6c65746e, 0x49656e69
#define AMD   0x68747541, 0x444d4163, 0x69746e65

#define ALL_TME { 0x981, 0x80000001 }, { 0x982, 0x0000000300000003 }, \
                { 0x983, 0x800 }, { 0x984, 0x12345000 }

static const struct {
    const char *what;
    struct mock_processor cpu;
    struct memcrypt_regs want;
    unsigned int msr_reads;
} cases[] = {
    { "Intel, TME, two sockets",
      { { { 0, 0, 0x20, INTEL }, { 1, 0, 0x806f8, 0x800800, 1U << 5, 1 << 28 },
          { 7, 0, 2, 0, 1U << 13, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0x003934, 0, 0, 0 } },
        { ALL_TME } },
      { .intel = true, .tme = true, .readable = true, .maxphysaddr = 52,
        .capability = 0x80000001, .activate = 0x0000000300000003,
        .exclude_mask = 0x800, .exclude_base = 0x12345000 }, 4 },

    { "Intel, before TME",
      { { { 0, 0, 0xd, INTEL }, { 1, 0, 0x306f2, 0x800800, 0, 1 << 28 },
          { 7, 0, 2, 0, ~(1U << 13), 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0x30002e, 0, 0, 0 } },
        { ALL_TME } },
      { .intel = true, .maxphysaddr = 46 }, 0 },

    { "Intel, no leaf 7",
      { { { 0, 0, 6, INTEL }, { 1, 0, 0x6f6, 0x060800, 0, 1 << 28 },
          { 0x80000000, 0, 0x80000004, 0, 0, 0 } },
        { ALL_TME } },
      { .intel = true, .maxphysaddr = 36 }, 0 },

    { "Intel's TME in a virtual machine",
      { { { 0, 0, 7, INTEL }, { 1, 0, 0x806f8, 0x010800, 1U << 31, 0 },
          { 7, 0, 2, 0, 1U << 13, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0x34, 0, 0, 0 } },
        { ALL_TME } },
      { .hypervisor = true, .intel = true, .tme = true, .maxphysaddr = 52 },
      0 },

    { "Intel, the last register faults",
      { { { 0, 0, 7, INTEL }, { 1, 0, 0x806f8, 0x010800, 1, 0 },
          { 7, 0, 2, 0, 1U << 13, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0x34, 0, 0, 0 } },
        { { 0x981, 1 }, { 0x982, 3 }, { 0x983, 5 } } },
      { .intel = true, .tme = true, .maxphysaddr = 52, .capability = 1,
        .activate = 3, .exclude_mask = 5, .exclude_base = ~0ULL }, 4 },

    { "Intel, the first register faults",
      { { { 0, 0, 7, INTEL }, { 1, 0, 0x806f8, 0x010800, 1, 0 },
          { 7, 0, 2, 0, 1U << 13, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0x34, 0, 0, 0 } },
        { { 0x982, 3 }, { 0x983, 5 }, { 0x984, 7 } } },
      { .intel = true, .tme = true, .maxphysaddr = 52,
        .capability = ~0ULL }, 1 },

    { "AMD, Milan",
      { { { 0, 0, 0x10, AMD }, { 1, 0, 0xa00f11, 0x800800, 1, 1 << 28 },
          { 7, 0, 0, 0, 1U << 13, 0 },
          { 0x80000000, 0, 0x80000023, 0, 0, 0 },
          { 0x80000008, 0, 0x3030, 0, 0x707f, 0 },
          { 0x8000001e, 0, 0, 0x100, 0x300, 0 },
          { 0x8000001f, 0, 3, 0x16f, 0x1fd, 1 } },
        { { 0xc0010010, 0xf40000 | 1U << 23 } } },
      { .amd = true, .tme = true, .sme = true, .readable = true,
        .maxphysaddr = 48, .cbit = 47, .syscfg = 1U << 23, .dies = 4 }, 1 },

    { "AMD, MTRR bits and keys in SYSCFG",
      { { { 0, 0, 0x10, AMD }, { 1, 0, 0xb00f21, 0x800800, 1, 1 << 28 },
          { 7, 0, 0, 0, 1U << 12, 0 },
          { 0x80000000, 0, 0x80000023, 0, 0, 0 },
          { 0x80000008, 0, 0x3034, 0, 0x00bf, 0 },
          { 0x8000001e, 0, 0, 0x100, 0, 0 },
          { 0x8000001f, 0, 1, 0x33, 0x1fd, 1 } },
        { { 0xc0010010, ~0ULL } } },
      { .amd = true, .sme = true, .readable = true, .maxphysaddr = 52,
        .cbit = 51, .syscfg = 1U << 23 | 1U << 24 | 1U << 26, .dies = 1 }, 1 },

    { "AMD, Naples",
      { { { 0, 0, 0xd, AMD }, { 1, 0, 0x800f12, 0x800800, 1, 1 << 28 },
          { 7, 0, 0, 0, 1, 0 },
          { 0x80000000, 0, 0x8000001f, 0, 0, 0 },
          { 0x80000008, 0, 0x3030, 0, 0x603f, 0 },
          { 0x8000001e, 0, 0, 0x100, 0x300, 0 },
          { 0x8000001f, 0, 0xf, 0x16f, 0xf, 1 } },
        { { 0xc0010010, 1U << 23 } } },
      { .amd = true, .sme = true, .readable = true, .maxphysaddr = 48,
        .cbit = 47, .syscfg = 1U << 23, .zen1 = true, .dies = 4 }, 1 },

    { "AMD, Zen 2 is not Zen 1",
      { { { 0, 0, 0x10, AMD }, { 1, 0, 0x830f10, 0x800800, 1, 1 << 28 },
          { 7, 0, 0, 0, 1, 0 },
          { 0x80000000, 0, 0x8000001e, 0, 0, 0 },
          { 0x80000008, 0, 0x3030, 0, 0x707f, 0 },
          { 0x8000001e, 0, 0, 0x100, 0, 0 } },
        { { 0xc0010010, 1U << 23 } } },
      { .amd = true, .maxphysaddr = 48, .dies = 1 }, 0 },

    { "AMD, no SME",
      { { { 0, 0, 0x10, AMD }, { 1, 0, 0x800f12, 0x800800, 1, 1 << 28 },
          { 7, 0, 0, 0, 1, 0 },
          { 0x80000000, 0, 0x8000001f, 0, 0, 0 },
          { 0x80000008, 0, 0x3030, 0, 0, 0 },
          { 0x8000001e, 0, 0, 0x100, 0x100, 0 },
          { 0x8000001f, 0, 0xfffe, 0x2f, 0, 0 } },
        { { 0xc0010010, 1U << 23 } } },
      { .amd = true, .maxphysaddr = 48, .zen1 = true, .dies = 2,
        .cbit = 47 }, 0 },

    { "AMD's SME in a virtual machine",
      { { { 0, 0, 0x10, AMD }, { 1, 0, 0xa00f11, 0x800800, 1U << 31, 0 },
          { 7, 0, 0, 0, 1, 0 },
          { 0x80000000, 0, 0x8000001f, 0, 0, 0 },
          { 0x80000008, 0, 0x3030, 0, 0x707f, 0 },
          { 0x8000001e, 0, 0, 0x100, 0, 0 },
          { 0x8000001f, 0, 1, 0x2f, 0, 0 } },
        { { 0xc0010010, 1U << 23 } } },
      { .hypervisor = true, .amd = true, .sme = true, .cbit = 47,
        .maxphysaddr = 48, .dies = 1 }, 0 },

    { "AMD, SYSCFG faults",
      { { { 0, 0, 0x10, AMD }, { 1, 0, 0xa00f11, 0x800800, 1, 0 },
          { 7, 0, 0, 0, 1, 0 },
          { 0x80000000, 0, 0x8000001f, 0, 0, 0 },
          { 0x80000008, 0, 0x3030, 0, 0x707f, 0 },
          { 0x8000001e, 0, 0, 0x100, 0, 0 },
          { 0x8000001f, 0, 1, 0x2f, 0, 0 } },
        { { 0x982, 3 } } },
      { .amd = true, .sme = true, .cbit = 47, .maxphysaddr = 48, .dies = 1,
        .syscfg = 1U << 23 | 1U << 24 | 1U << 26 }, 1 },

    { "Intel, bit 30 is not bit 31; 39 address bits",
      { { { 0, 0, 0xb, INTEL }, { 1, 0, 0x306f2, 0x050800, 1U << 30, 1 << 28 },
          { 7, 0, 2, 0, 1, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 39, 0, 0, 0 } },
        { ALL_TME } },
      { .intel = true, .maxphysaddr = 39 }, 0 },

    { "Intel, leaves end at 0x80000007",
      { { { 0, 0, 0xa, INTEL }, { 1, 0, 0x306f2, 0x050800, 1, 1 << 28 },
          { 7, 0, 2, 0, 1, 0 },
          { 0x80000000, 0, 0x80000007, 0, 0, 0 } },
        { ALL_TME } },
      { .intel = true, .maxphysaddr = 36 }, 0 },

    { "AMD, leaves end at 0x80000007",
      { { { 0, 0, 1, AMD }, { 1, 0, 0x810f10, 0x800800, 1, 1 << 28 },
          { 0x80000000, 0, 0x80000007, 0, 0, 0 } }, { { 1, 1 } } },
      { .amd = true, .zen1 = true, .maxphysaddr = 36 }, 0 },

    { "AMD, leaves end at 0x80000008",
      { { { 0, 0, 1, AMD }, { 1, 0, 0x820f12, 0x800800, 1, 1 << 28 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0x30, 0, 0x703f, 0 } }, { { 1, 1 } } },
      { .amd = true, .zen1 = true, .maxphysaddr = 48 }, 0 },

    { "AMD, leaves end at 0x8000001d",
      { { { 0, 0, 1, AMD }, { 1, 0, 0x830f12, 0x800800, 1, 1 << 28 },
          { 0x80000000, 0, 0x8000001d, 0, 0, 0 },
          { 0x80000008, 0, 0x30, 0, 0x0080, 0 } }, { { 1, 1 } } },
      { .amd = true, .maxphysaddr = 48 }, 0 },

    { "neither vendor, with everything",
      { { { 0, 0, 0x20, 0x6f677948, 0x656e6975, 0x6e65476e },
          { 1, 0, 0x800f12, 0x040800, 1, 1 << 28 },
          { 7, 0, 2, 0, 1U << 13, 0 }, { 0x80000000, 0, 0x80000023, 0, 0, 0 },
          { 0x80000008, 0, 0x3030, 0, 0x707f, 0 },
          { 0x8000001e, 0, 0, 0x100, 0x300, 0 },
          { 0x8000001f, 0, 3, 0x16f, 0x1fd, 1 } },
        { ALL_TME, { 0xc0010010, 1U << 23 } } },
      { .tme = true, .maxphysaddr = 48 }, 0 },
};

/* Each field by itself, so that the one that is wrong has a name. */
static void expect_regs(const struct memcrypt_regs *want,
                        const struct memcrypt_regs *got, const char *what)
{
#define SAME(field) expect_num(want->field, got->field, \
                               "memcrypt-read: %s: " #field, what)
    SAME(hypervisor);
    SAME(intel);
    SAME(amd);
    SAME(tme);
    SAME(readable);
    SAME(maxphysaddr);
    SAME(capability);
    SAME(activate);
    SAME(exclude_mask);
    SAME(exclude_base);
    SAME(sme);
    SAME(cbit);
    SAME(syscfg);
    SAME(zen1);
    SAME(dies);
    SAME(sockets);
    SAME(psp.asked);
    SAME(cbit_probe);
#undef SAME
}

/* One word of a vendor's name is another: neither Intel nor AMD. */
static void test_vendors(void)
{
    unsigned int i, word, bit;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        for ( word = 0, bit = 0; word < 3; word++, bit += 11 )
        {
            struct mock_processor cpu = cases[i].cpu;
            struct memcrypt_regs regs;
            uint32_t *name = &cpu.leaf[0].ebx;

            name[word] ^= 1U << bit;
            mock_processor = &cpu;
            memcrypt_read(&regs);
            expect_num(false, regs.intel || regs.amd || regs.zen1 ||
                              regs.dies || regs.readable,
                       "memcrypt-read: %s: word %u of the name is another",
                       cases[i].what, word);
        }
}

static void test_memcrypt_read(void)
{
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct memcrypt_regs regs;

        memset(&regs, 0x5a, sizeof(regs));
        mock_processor = &cases[i].cpu;
        mock_msr_reads = 0;
        memcrypt_read(&regs);
        expect_regs(&cases[i].want, &regs, cases[i].what);
        expect_num(cases[i].msr_reads, mock_msr_reads,
                   "memcrypt-read: %s: MSRs read", cases[i].what);
    }

    test_vendors();
}
UNIT_TESTS(test_memcrypt_read)
