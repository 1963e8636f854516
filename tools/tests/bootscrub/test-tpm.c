/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests of tpm.c: the command as bytes, and responses of which only the
 * complete, successful ones with an honest resetCount are believed.
 */

#include "harness.h"
#include "shim.h"

#include <xen/lib/bootscrub/tpm.h>

/* As TPM 2.0 Library part 3 has it; resetCount is 58. */
static const uint8_t good[BOOTSCRUB_TPM_RESPONSE_SIZE] = {
    0x80, 0x01, 0, 0, 0, 35, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0x12, 0x34,           /* time */
    0, 0, 0, 0, 0, 0x11, 0x22, 0x33,        /* clock */
    0, 0, 0, 58,                            /* resetCount */
    0, 0, 0, 0,                             /* restartCount */
    1,                                      /* safe */
};

static void test_command(void)
{
    static const uint8_t want[] = { 0x80, 1, 0, 0, 0, 10, 0, 0, 1, 0x81 };
    uint8_t buf[BOOTSCRUB_TPM_COMMAND_SIZE];

    memset(buf, 0x5a, sizeof(buf));
    bootscrub_tpm_command(buf);
    expect_num(0, memcmp(want, buf, sizeof(want)), "tpm: command");
}

/* @byte of a good response becomes @val. */
static void test_one(const char *what, unsigned int byte, uint8_t val,
                     bool valid, uint32_t want)
{
    uint8_t buf[BOOTSCRUB_TPM_RESPONSE_SIZE];
    uint32_t resets = 0x5a5a5a5a;

    memcpy(buf, good, sizeof(buf));
    buf[byte] = val;
    expect_num(valid, bootscrub_tpm_resets(buf, &resets), "tpm: %s", what);
    expect_num(valid ? want : 0x5a5a5a5a, resets, "tpm: %s: count", what);
}

static void test_responses(void)
{
    static const struct {
        const char *what;
        uint8_t byte, val;
        bool valid;
        uint32_t resets;
    } cases[] = {
        { "good", 34, 1, true, 58 },
        { "after a shutdown that was not orderly", 34, 0, true, 58 },
        { "high byte of resetCount", 26, 0x80, true, 0x8000003a },
        { "time and clock are not looked at", 10, 0xff, true, 58 },
        { "clock is not looked at", 25, 0xff, true, 58 },
        { "neither yes nor no", 34, 2, false, 0 },
        { "response with sessions", 1, 2, false, 0 },
        { "tag of TPM 1.2", 0, 0, false, 0 },
        { "header only", 5, 10, false, 0 },
        { "one byte short", 5, 34, false, 0 },
        { "one byte long", 5, 36, false, 0 },
        { "absurd size", 2, 0xff, false, 0 },
        { "warning: retry", 9, 0x22, false, 0 },
        { "error: TPM_RC_INITIALIZE", 8, 1, false, 0 },
        { "error code with a high bit", 6, 0x80, false, 0 },
        { "restarted once", 33, 1, false, 0 },
        { "restarted 2^24 times", 30, 1, false, 0 },
    };
    static const uint8_t zeros[BOOTSCRUB_TPM_RESPONSE_SIZE];
    uint8_t ones[BOOTSCRUB_TPM_RESPONSE_SIZE];
    uint32_t resets;
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        test_one(cases[i].what, cases[i].byte, cases[i].val, cases[i].valid,
                 cases[i].resets);

    memset(ones, 0xff, sizeof(ones));
    expect_num(false, bootscrub_tpm_resets(ones, &resets), "tpm: all ones");
    expect_num(false, bootscrub_tpm_resets(zeros, &resets), "tpm: no answer");
}

/* Of single-bit errors only those in what is not judged may pass. */
static void test_bits(void)
{
    unsigned int bit, wrong = 0;

    for ( bit = 0; bit < 8 * sizeof(good); bit++ )
    {
        uint8_t buf[BOOTSCRUB_TPM_RESPONSE_SIZE];
        bool judged = bit < 8 * 10 || (bit >= 8 * 30 && bit != 8 * 34);
        uint32_t resets;

        memcpy(buf, good, sizeof(buf));
        buf[bit / 8] ^= 1U << (bit % 8);
        wrong += bootscrub_tpm_resets(buf, &resets) == judged;
    }

    expect_num(0, wrong, "tpm: each single bit");
}

static void test_tpm(void)
{
    test_command();
    test_responses();
    test_bits();
}
UNIT_TESTS(test_tpm)
