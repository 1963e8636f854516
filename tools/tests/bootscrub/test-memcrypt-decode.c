/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * decode.c: what the registers of Intel TME are taken to mean, and
 * what there is on AMD.  Rows for Intel are from "Architecture Memory
 * Encryption Technologies Specification", document 336907.  How it is all read
 * is not tested here.
 */

#include "harness.h"
#include "shim.h"

#include "memcrypt.h"
#include "msr-index.h"

#include <inttypes.h>
#include <stdio.h>

/* A processor with TME; a case says what its registers hold. */
#define TME .intel = true, .tme = true, .readable = true, .maxphysaddr = 46

#define LOCK    (1ULL << 0)
#define ENABLE  (1ULL << 1)
#define RESTORE (1ULL << 2)
#define SAVE    (1ULL << 3)
#define BYPASS  (1ULL << 31)
#define ON      (LOCK | ENABLE)

#define MASK(from, to) (((1ULL << (from)) - 1) & ~((1ULL << (to)) - 1))
#define EXCLUDE (1ULL << 11)
#define MiB     (1ULL << 20)

static const char *const states[] = {
    [MEMCRYPT_UNKNOWN] = "unknown",
    [MEMCRYPT_ACTIVE] = "active",
    [MEMCRYPT_NOT_SUPPORTED] = "not supported",
    [MEMCRYPT_NOT_ACTIVE] = "not active",
    [MEMCRYPT_BYPASSED] = "bypassed",
    [MEMCRYPT_NOT_LOCKED] = "not locked",
};

static const char *const keys[] = {
    [MEMCRYPT_KEY_NEW] = "new",
    [MEMCRYPT_KEY_RESTORED] = "restored",
    [MEMCRYPT_KEY_UNTOLD] = "unknown",
};

static void test_state(void)
{
    static const struct {
        const char *what, *state, *key;
        struct memcrypt_regs regs;
    } cases[] = {
        /* Table 4-3: what is read after each write to IA32_TME_ACTIVATE. */
        { "enable=0", "not active", "unknown", { TME, .activate = 1 } },
        { "enable=1, select=0", "active", "new", { TME, .activate = 3 } },
        { "enable=1, select=0, no random numbers", "not active", "unknown",
          { TME, .activate = 0 } },
        { "enable=1, select=1", "active", "restored", { TME, .activate = 7 } },
        { "enable=1, select=1, no saved key", "not active", "unknown",
          { TME, .activate = 4 } },

        /* The other three values of these bits: no write leads there. */
        { "enabled, not locked", "not locked", "unknown",
          { TME, .activate = ENABLE } },
        { "enabled, restored, not locked", "not locked", "unknown",
          { TME, .activate = ENABLE | RESTORE } },
        { "locked off, restored", "not active", "unknown",
          { TME, .activate = LOCK | RESTORE } },

        { "saved for standby", "active", "new",
          { TME, .activate = ON | SAVE } },

        /* Bit 31: KeyID 0 is not encrypted. */
        { "bypassed", "bypassed", "unknown",
          { TME, .activate = ON | BYPASS } },
        { "bypassed, restored", "bypassed", "unknown",
          { TME, .activate = ON | RESTORE | BYPASS } },
        { "bypassed, not locked", "bypassed", "unknown",
          { TME, .activate = ENABLE | BYPASS } },
        { "bypassed, off", "not active", "unknown",
          { TME, .activate = LOCK | BYPASS } },
        { "bypass supported, not used", "active", "new",
          { TME, .capability = BYPASS, .activate = ON } },

        /* Bits 7:4: integrity is not allowed for TME itself. */
        { "AES-XTS-128", "active", "new", { TME, .activate = ON } },
        { "AES-XTS-128 with integrity", "unknown", "unknown",
          { TME, .activate = ON | 1 << 4 } },
        { "AES-XTS-256", "active", "new", { TME, .activate = ON | 2 << 4 } },
        { "AES-XTS-256 with integrity", "unknown", "unknown",
          { TME, .activate = ON | 3 << 4 } },
        { "policy 4", "unknown", "unknown",
          { TME, .activate = ON | 4 << 4 } },
        { "policy 8", "unknown", "unknown",
          { TME, .activate = ON | 8 << 4 } },
        { "policy 15, off", "not active", "unknown",
          { TME, .activate = LOCK | 15 << 4 } },

        /* TME-MK does not count against. */
        { "TME-MK, 6 KeyID bits, all algorithms", "active", "new",
          { TME, .activate = ON | 6ULL << 32 | 7ULL << 48 } },

        { "some other vendor", "unknown", "unknown", { .maxphysaddr = 48 } },
        { "not Intel, whatever else it says", "unknown", "unknown",
          { TME, .intel = false, .activate = ON } },
        { "no TME", "not supported", "unknown", { TME, .tme = false } },
        { "no TME, whatever it reads", "not supported", "unknown",
          { TME, .tme = false, .activate = ON } },
        { "no TME, reading faults", "not supported", "unknown",
          { TME, .tme = false, .readable = false } },
        { "reading faults", "unknown", "unknown",
          { TME, .readable = false, .activate = ON } },
        { "under a hypervisor", "active", "new",
          { TME, .hypervisor = true, .activate = ON } },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct memcrypt m;

        memset(&m, 0x5a, sizeof(m));
        memcrypt_decode(&cases[i].regs, &m);

        expect_str(cases[i].state, states[m.state], "memcrypt: %s: state",
                   cases[i].what);
        expect_str(cases[i].key, keys[m.key], "memcrypt: %s: key",
                   cases[i].what);
        expect_num(m.state == MEMCRYPT_ACTIVE
                   ? (cases[i].regs.activate >> 4) & 15 : 0, m.policy,
                   "memcrypt: %s: policy", cases[i].what);
        expect_num(0, m.exclude_end, "memcrypt: %s: nothing excluded",
                   cases[i].what);
    }
}

static void test_keyid_bits(void)
{
    unsigned int bits;

    for ( bits = 0; bits < 16; bits++ )
    {
        /* TDX's share, 39:36, is within these bits and not added to them. */
        const struct memcrypt_regs regs = {
            TME, .activate = ON | (uint64_t)bits << 32 | 3ULL << 36,
        };
        struct memcrypt m;

        memcrypt_decode(&regs, &m);
        expect_num(bits, m.keyid_bits, "memcrypt: %u KeyID bits", bits);
    }
}

static void test_exclusion(void)
{
    /* [start, end), in hexadecimal. */
#define NOTHING "0-0"
#define ALL     "0-ffffffffffffffff"
    static const struct {
        const char *what, *range;
        uint64_t mask, base;
        unsigned int maxphysaddr;
    } cases[] = {
        { "not enabled", NOTHING, MASK(46, 24), 0x80000000, 46 },
        { "one page", "80000000-80001000",
          EXCLUDE | MASK(46, 12), 0x80000000, 46 },
        { "8 KiB", "80002000-80004000",
          EXCLUDE | MASK(46, 13), 0x80002000, 46 },
        { "16 MiB below 2 GiB", "7f000000-80000000",
          EXCLUDE | MASK(46, 24), 0x7f000000, 46 },
        { "1 GiB at 4 GiB", "100000000-140000000",
          EXCLUDE | MASK(46, 30), 0x100000000, 46 },
        { "64 GiB at 0", "0-1000000000", EXCLUDE | MASK(46, 36), 0, 46 },
        { "lower half", "0-200000000000", EXCLUDE | MASK(46, 45), 0, 46 },
        { "upper half", "200000000000-400000000000",
          EXCLUDE | MASK(46, 45), 1ULL << 45, 46 },
        { "everything", ALL, EXCLUDE, 0, 46 },
        { "base not aligned to size", "40000000-80000000",
          EXCLUDE | MASK(46, 30), 0x7f123000, 46 },
        { "reserved bits of the base", "80000000-80001000",
          EXCLUDE | MASK(46, 12), 0x80000fff | 3ULL << 50, 46 },
        { "reserved bits of the mask", "80000000-81000000",
          EXCLUDE | MASK(46, 24) | 0x7ff | 1ULL << 63, 0x80000000, 46 },
        { "mask beyond the top", "80000000-81000000",
          EXCLUDE | MASK(52, 24), 0x80000000, 46 },

        { "36 address bits", "80000000-81000000",
          EXCLUDE | MASK(36, 24), 0x80000000, 36 },
        { "52 address bits", "8000000000000-8000001000000",
          EXCLUDE | MASK(52, 24), 1ULL << 51, 52 },
        { "32 address bits", "80000000-c0000000",
          EXCLUDE | MASK(32, 30), 0x80000000, 32 },

        /* Not understood: all of it. */
        { "hole in the mask", ALL,
          EXCLUDE | (MASK(46, 24) & ~(1ULL << 30)), 0x80000000, 46 },
        { "mask does not reach the top", ALL,
          EXCLUDE | MASK(45, 24), 0x80000000, 46 },
        { "lowest bit alone", ALL, EXCLUDE | 0x1000, 0x80000000, 46 },
        { "no address bits", ALL, EXCLUDE | MASK(46, 24), 0x80000000, 0 },
        { "31 address bits", ALL, EXCLUDE | MASK(31, 24), 0x40000000, 31 },
        { "53 address bits", ALL, EXCLUDE | MASK(53, 24), 0x80000000, 53 },
        { "64 address bits", ALL, EXCLUDE | MASK(63, 24), 0x80000000, 64 },
        { "255 address bits", ALL, EXCLUDE | MASK(46, 24), 0x80000000, 255 },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        const struct memcrypt_regs regs = {
            TME, .activate = ON, .maxphysaddr = cases[i].maxphysaddr,
            .exclude_mask = cases[i].mask, .exclude_base = cases[i].base,
        };
        struct memcrypt m;
        char range[40];

        memcrypt_decode(&regs, &m);
        snprintf(range, sizeof(range), "%" PRIx64 "-%" PRIx64, m.exclude,
                 m.exclude_end);
        expect_str(cases[i].range, range, "memcrypt: exclusion: %s",
                   cases[i].what);
        expect_str("active", states[m.state],
                   "memcrypt: exclusion: %s: state", cases[i].what);
    }
}

/* An AMD processor on which the C-bit could be tried. */
#define AMD .amd = true, .sme = true, .readable = true, .cbit = 47, \
            .syscfg = SYSCFG_SME, .maxphysaddr = 48, .sockets = 1

#define PSPS(...) .psp = { true, __VA_ARGS__ } /* found, tsme, plain */
#define IGNORED   .cbit_probe = MEMCRYPT_CBIT_IGNORED
#define MATTERS   .cbit_probe = MEMCRYPT_CBIT_MATTERS

static void test_amd(void)
{
    static const struct {
        const char *what, *state;
        struct memcrypt_regs regs;
    } cases[] = {
        /* The PSPs' word. */
        { "one PSP, TSME", "active", { AMD, PSPS(1, 1, 0) } },
        { "eight PSPs, TSME", "active", { AMD, PSPS(8, 8, 0) } },
        { "one PSP, no TSME", "not active", { AMD, PSPS(1, 0, 1) } },
        { "two PSPs, no TSME", "not active",
          { AMD, PSPS(2, 0, 2) } },
        { "one PSP, silent", "unknown", { AMD, PSPS(1, 0, 0) } },
        { "two PSPs, one silent", "unknown", { AMD, PSPS(2, 1, 0) } },
        { "two PSPs, they differ", "not active",
          { AMD, PSPS(2, 1, 1) } },
        { "eight PSPs, one says no", "not active",
          { AMD, PSPS(8, 7, 1) } },
        { "two PSPs, one silent, one no", "not active",
          { AMD, PSPS(2, 0, 1) } },
        { "one PSP, two sockets", "unknown",
          { AMD, .sockets = 2, PSPS(1, 1, 0) } },
        { "one PSP, nobody counted sockets", "unknown",
          { AMD, .sockets = 0, PSPS(1, 1, 0) } },
        { "no PSP", "unknown", { AMD } },
        { "a PSP, no SME", "active",
          { .amd = true, .sockets = 1, PSPS(1, 1, 0) } },

        /* What the C-bit does. */
        { "C-bit ignored", "active", { AMD, IGNORED } },
        { "C-bit matters", "not active", { AMD, MATTERS } },
        { "C-bit ignored, a PSP silent", "active",
          { AMD, IGNORED, PSPS(2, 1, 0) } },
        { "C-bit ignored, a PSP says no", "not active",
          { AMD, IGNORED, PSPS(2, 1, 1) } },
        { "C-bit matters, the PSP says TSME", "not active",
          { AMD, MATTERS, PSPS(1, 1, 0) } },
        { "C-bit ignored, all PSPs say no", "not active",
          { AMD, IGNORED, PSPS(2, 0, 2) } },
        { "C-bit matters, a PSP silent", "not active",
          { AMD, MATTERS, PSPS(2, 1, 0) } },

        /* SYSCFG[23] proves nothing. */
        { "SYSCFG[23] set", "unknown", { AMD } },
        { "SYSCFG[23] clear", "unknown", { AMD, .syscfg = 0 } },
        { "a virtual machine", "unknown", { AMD, .hypervisor = true } },
        { "a virtual machine with a PSP", "unknown",
          { AMD, .hypervisor = true, PSPS(1, 1, 0) } },
        { "Intel", "not supported",
          { AMD, .amd = false, .intel = true, PSPS(1, 1, 0), IGNORED } },
        { "some other vendor", "unknown",
          { AMD, .amd = false, PSPS(1, 1, 0), IGNORED } },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct memcrypt m;

        memset(&m, 0x5a, sizeof(m));
        memcrypt_decode(&cases[i].regs, &m);

        expect_str(cases[i].state, states[m.state], "memcrypt: AMD: %s: state",
                   cases[i].what);
        expect_str("unknown",
                   keys[m.key], "memcrypt: AMD: %s: key", cases[i].what);
        expect_num(m.state == MEMCRYPT_ACTIVE &&
                   cases[i].regs.cbit_probe != MEMCRYPT_CBIT_IGNORED,
                   m.by_psp, "memcrypt: AMD: %s: by the PSP's word",
                   cases[i].what);
        expect_num(0, m.exclude_end, "memcrypt: AMD: %s: nothing excluded",
                   cases[i].what);
    }
}

/* What they say together, and for how many sockets they are enough. */
static void test_psps(void)
{
    static const char *const words[] = {
        [MEMCRYPT_PSPS_UNASKED] = "unasked",
        [MEMCRYPT_PSPS_NONE] = "none",
        [MEMCRYPT_PSPS_SILENT] = "silent",
        [MEMCRYPT_PSPS_TSME] = "tsme",
        [MEMCRYPT_PSPS_PLAIN] = "plain",
    };
    static const struct {
        const char *what, *word;
        unsigned int sockets; /* The most for which they are enough. */
        struct memcrypt_regs regs;
    } cases[] = {
        { "nobody asked", "unasked", 0, { AMD } },
        { "no PSP", "none", 0, { AMD, PSPS(0, 0, 0) } },
        { "one, silent", "silent", 1, { AMD, PSPS(1, 0, 0) } },
        { "two, one silent", "silent", 2, { AMD, PSPS(2, 1, 0) } },
        { "one, TSME", "tsme", 1, { AMD, PSPS(1, 1, 0) } },
        { "two, TSME", "tsme", 2, { AMD, PSPS(2, 2, 0) } },
        { "one, no TSME", "plain", 1, { AMD, PSPS(1, 0, 1) } },
        { "two, they differ", "plain", 2, { AMD, PSPS(2, 1, 1) } },
        { "two, one silent, one no", "plain", 2, { AMD, PSPS(2, 0, 1) } },

        { "Zen 1 of one die", "tsme", 1,
          { AMD, .dies = 1, PSPS(1, 1, 0), .zen1 = true } },
        { "Zen 1 of two dies", "tsme", 1,
          { AMD, .dies = 2, PSPS(2, 2, 0), .zen1 = true } },
        { "Zen 1 of four dies", "tsme", 1,
          { AMD, .dies = 4, PSPS(4, 4, 0), .zen1 = true } },
        { "Zen 1 of four dies, one hidden", "tsme", 0,
          { AMD, .dies = 4, PSPS(3, 3, 0), .zen1 = true } },
        { "Zen 1, two sockets of four dies", "tsme", 2,
          { AMD, .dies = 4, PSPS(8, 8, 0), .zen1 = true } },
        { "Zen 1, two sockets of four dies, one hidden", "tsme", 1,
          { AMD, .dies = 4, PSPS(7, 7, 0), .zen1 = true } },
        { "Zen 1, dies not known", "tsme", 1,
          { AMD, PSPS(4, 4, 0), .zen1 = true } },
        { "Zen 1, dies not known, three PSPs", "tsme", 0,
          { AMD, PSPS(3, 3, 0), .zen1 = true } },
        { "dies of others do not matter", "tsme", 2,
          { AMD, .dies = 4, PSPS(2, 2, 0) } },
    };
    unsigned int i, sockets;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct memcrypt m;

        memcrypt_decode(&cases[i].regs, &m);
        expect_str(cases[i].word, words[m.psps], "memcrypt: PSPs: %s",
                   cases[i].what);

        for ( sockets = 1; sockets < 10; sockets++ )
        {
            struct memcrypt_regs r = cases[i].regs;

            r.sockets = sockets;
            expect_num(sockets <= cases[i].sockets && m.psps ==
                       MEMCRYPT_PSPS_TSME, memcrypt_psps_suffice(&r),
                       "memcrypt: PSPs: %s: enough for %u sockets",
                       cases[i].what, sockets);
        }
    }
}

/* In words: no two states in the same. */
static void test_names(void)
{
    struct memcrypt all[32];
    unsigned int i, j, nr = 0, equal = 0;

    for ( i = 0; i <= MEMCRYPT_NOT_LOCKED; i++ )
    {
        all[nr++] = (struct memcrypt){ .state = i };
        if ( i == MEMCRYPT_ACTIVE )
            all[nr++] = (struct memcrypt){ .state = i, .policy = 2 };
        if ( i == MEMCRYPT_ACTIVE || i == MEMCRYPT_NOT_ACTIVE )
            all[nr++] = (struct memcrypt){ .state = i, .amd = true };
        if ( i == MEMCRYPT_ACTIVE )
            all[nr++] = (struct memcrypt){ .state = i, .amd = true,
                                           .by_psp = true };
    }
    for ( i = MEMCRYPT_PSPS_UNASKED; i <= MEMCRYPT_PSPS_TSME; i++ )
        all[nr++] = (struct memcrypt){ .amd = true, .psps = i };

    for ( i = 0; i < nr; i++ )
        for ( j = 0; j < i; j++ )
            equal += !strcmp(memcrypt_name(&all[i]), memcrypt_name(&all[j]));
    expect_num(0, equal, "memcrypt: of %u states two read the same", nr);
    expect_str("Intel TME AES-XTS-256, active, locked", memcrypt_name(&all[2]),
               "memcrypt: name of AES-XTS-256");
}

static void test_memcrypt_decode(void)
{
    test_names();
    test_psps();
    test_state();
    test_keyid_bits();
    test_exclusion();
    test_amd();
}
UNIT_TESTS(test_memcrypt_decode)
