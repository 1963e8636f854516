/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memcrypt-decode.c: what the registers of Intel TME are taken to mean.  Rows
 * are from Intel's "Architecture Memory Encryption Technologies
 * Specification", document 336907.  Reading the registers is not tested here.
 */

#include "harness.h"
#include "shim.h"

#include "memcrypt.h"

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
    [MEMCRYPT_KEY_UNKNOWN] = "unknown",
    [MEMCRYPT_KEY_NEW] = "new",
    [MEMCRYPT_KEY_RESTORED] = "restored",
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

        { "not Intel", "unknown", "unknown", { .maxphysaddr = 48 } },
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

void test_memcrypt_decode(void)
{
    test_state();
    test_keyid_bits();
    test_exclusion();
}
