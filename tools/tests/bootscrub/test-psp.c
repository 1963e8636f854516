/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests of xen/arch/x86/efi/psp.c on the mock firmware's PCI functions:
 * which are asked, where, what is believed, and that no failing call makes a
 * PSP say what it did not.
 */

#include "bootscrub.h"

#include "mock/firmware.h"

#include <asm/memcrypt.h>

#include "harness.h"

#include <string.h>

#define ZEN1  0x14561022U
#define ROME  0x14861022U
#define OTHER 0x14681022U /* The crypto coprocessor alone. */
#define HERE  0x80000000U
#define TSME  (1U << 7 | 1U << 13)
#define PLAIN (1U << 7)

static void ask(const struct mock_pci *pci, unsigned int nr,
                struct memcrypt_psp *psp)
{
    mock_firmware.nr_pci = nr;
    if ( nr )
        memcpy(mock_firmware.pci, pci, nr * sizeof(*pci));
    memset(psp, 0, sizeof(*psp));
    mock_firmware.calls = mock_firmware.counted = 0;
    efi_memcrypt_psp(&mock_boot_services, psp);
}

/* found, tsme, plain as three digits. */
static unsigned int counts(const struct memcrypt_psp *psp)
{
    return psp->found * 100 + psp->tsme * 10 + psp->plain;
}

static void test_one(void)
{
    static const struct {
        const char *what;
        struct mock_pci pci;
        unsigned int want;
    } cases[] = {
        { "TSME", { ROME, HERE, 0, HERE + 0x109fc, TSME, 0 }, 110 },
        { "no TSME", { ROME, HERE, 0, HERE + 0x109fc, PLAIN, 0 }, 101 },
        { "reports nothing",
          { ROME, HERE, 0, HERE + 0x109fc, TSME & ~PLAIN, 0 }, 100 },
        { "denied", { ROME, HERE, 0, HERE + 0x109fc, ~0U, 0 }, 100 },
        { "Zen 1's offset", { ZEN1, HERE, 0, HERE + 0x105fc, TSME, 0 },
          110 },
        { "the other's offset",
          { ZEN1, HERE, 0, HERE + 0x109fc, TSME, 0 }, 100 },
        { "64-bit BAR",
          { ROME, HERE | 4, 5, 0x500000000 + HERE + 0x109fc, TSME, 0 }, 110 },
        { "prefetchable 64-bit BAR",
          { ROME, HERE | 0xc, 5, 0x500000000 + HERE + 0x109fc, TSME, 0 },
          110 },
        { "32-bit BAR is not continued in the next",
          { ROME, HERE, 5, HERE + 0x109fc, TSME, 0 }, 110 },
        { "BAR of ports", { ROME, HERE | 1, 0, HERE + 0x109fc, TSME, 0 },
          100 },
        { "no BAR", { ROME, 0, 0, 0x109fc, TSME, 0 }, 100 },
        { "not a PSP", { OTHER, HERE, 0, HERE + 0x109fc, TSME, 0 }, 0 },
        { "nothing there", { ~0U, ~0U, ~0U, ~0U, ~0U, 0 }, 0 },
    };
    struct memcrypt_psp psp;
    unsigned int i;

    mock_firmware.plan.at = 0;
    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        ask(&cases[i].pci, 1, &psp);
        expect_num(cases[i].want, counts(&psp), "memcrypt-psp: %s",
                   cases[i].what);
        expect_num(0, mock_firmware.pci[0].attributes,
                   "memcrypt-psp: %s: put back", cases[i].what);
    }

    ask(NULL, 0, &psp);
    expect_num(0, counts(&psp), "memcrypt-psp: no PCI");
}

/* Which functions are PSPs, and what else their register may hold. */
static void test_functions(void)
{
    static const struct {
        uint32_t id, at; /* 0: no PSP */
    } functions[] = {
        { 0x14561022, 0x105fc }, { 0x14861022, 0x109fc },
        { 0x15df1022, 0x109fc }, { 0x14ca1022, 0x109fc },
        { 0x15c71022, 0x109fc }, { 0x16491022, 0x109fc },
        { 0x17e01022, 0x109fc }, { 0x156e1022, 0x109fc },
        { 0x11341022, 0x109fc }, { 0x17d81022, 0x109fc },
        { 0x115a1022, 0x109fc },
        { 0x15371022, 0 }, { 0x14681022, 0 },
        { 0x14861021, 0 }, { 0x10221486, 0 }, { 0x00001486, 0 },
        { 0x00001022, 0 }, { 0xffffffff, 0 }, { 0, 0 },
    };
    static const struct {
        uint32_t value;
        unsigned int want;
    } values[] = {
        { 0xffffdfff, 101 }, { 0xffffff7f, 100 }, { 0x2000, 100 },
        { 0x2080, 110 }, { 0xfffffffe, 110 }, { 0, 100 },
    };
    struct memcrypt_psp psp;
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(functions); i++ )
    {
        struct mock_pci pci = {
            functions[i].id, HERE, 0, HERE + functions[i].at, TSME, 0
        };

        ask(&pci, 1, &psp);
        expect_num(functions[i].at ? 110 : 0, counts(&psp),
                   "memcrypt-psp: function %08x", functions[i].id);
    }

    for ( i = 0; i < ARRAY_SIZE(values); i++ )
    {
        struct mock_pci pci = {
            ROME, HERE, 0, HERE + 0x109fc, values[i].value, 0
        };

        ask(&pci, 1, &psp);
        expect_num(values[i].want, counts(&psp),
                   "memcrypt-psp: its register reads %08x", values[i].value);
    }
}

static const struct mock_pci two[] = {
    { ROME, HERE, 0, HERE + 0x109fc, TSME, 0 },
    { OTHER, HERE, 0, 0, 0, 0 },
    { ROME, HERE | 4, 1, 0x100000000 + HERE + 0x109fc, PLAIN, 0 },
};

/* What comes with an error is not believed, even if it is right. */
static void test_refused(void)
{
    static const struct {
        const char *what;
        char call;
        unsigned int at, want;
    } cases[] = {
        { "its ID", 'x', 1, 101 },
        { "BAR 2", 'x', 2, 201 },
        { "the other's BAR 2", 'x', 5, 210 },
        { "the other's BAR 3", 'x', 6, 210 },
        { "its attributes", 'y', 1, 201 },
        { "to enable its memory", 'y', 2, 201 },
        { "the register", 'i', 1, 201 },
        { "the other's register", 'i', 2, 210 },
    };
    struct memcrypt_psp psp;
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        mock_firmware.plan = (struct mock_plan){
            cases[i].at, cases[i].call, MOCK_LIE, EFI_DEVICE_ERROR
        };
        ask(two, 3, &psp);
        expect_num(cases[i].want, counts(&psp), "memcrypt-psp: refused: %s",
                   cases[i].what);
        mock_firmware.plan.at = 0;
    }
}

/* Two sockets; whatever fails, none may seem to say more than it did. */
static void test_failures(void)
{
    struct memcrypt_psp psp;
    unsigned int how, at, invented = 0, left_enabled = 0, changed = 0;

    ask(two, 3, &psp);
    expect_num(211, counts(&psp), "memcrypt-psp: of two, one has TSME");

    for ( how = MOCK_FAIL; how <= MOCK_LIE; how++ )
        for ( at = 1; at <= 30; at++ )
        {
            mock_firmware.plan = (struct mock_plan){
                at, 0, how, EFI_DEVICE_ERROR
            };
            ask(two, 3, &psp);
            mock_firmware.plan.at = 0;
            invented += psp.tsme > 1 || psp.plain > 1 || psp.found > 2;
            left_enabled += how == MOCK_LIE && psp.found == 2 &&
                            psp.tsme && psp.plain &&
                            (mock_firmware.pci[0].attributes ||
                             mock_firmware.pci[2].attributes);
            changed += counts(&psp) != 211;
        }

    expect_num(0, invented, "memcrypt-psp: no failure says more");
    expect_num(0, left_enabled, "memcrypt-psp: attributes are put back");
    expect_num(1, changed > 20, "memcrypt-psp: failures are seen (%u)",
               changed);
}

static void test_memcrypt_psp(void)
{
    memset(&mock_firmware, 0, sizeof(mock_firmware));
    test_one();
    test_functions();
    test_refused();
    test_failures();
}
UNIT_TESTS(test_memcrypt_psp)
