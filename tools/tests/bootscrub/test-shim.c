/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Are the stand-ins for Xen's functions what the tested code may rely on?
 * Known answers only; a failure here makes all other results worthless.
 */

#include "harness.h"
#include "shim.h"

#include <stdio.h>

static void test_sha256(void)
{
    /* FIPS 180-4 examples: the empty message, and "abc". */
    static const struct {
        const char *msg, *digest;
    } vectors[] = {
        { "",
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc",
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    };
    uint64_t state = 1;
    uint8_t msg[200];
    unsigned int i, j;

    for ( i = 0; i < ARRAY_SIZE(vectors); i++ )
    {
        uint8_t digest[SHA2_256_DIGEST_SIZE];
        char hex[2 * sizeof(digest) + 1];

        sha2_256(digest, vectors[i].msg, strlen(vectors[i].msg));
        for ( j = 0; j < sizeof(digest); j++ )
            snprintf(hex + 2 * j, 3, "%02x", digest[j]);

        expect_str(vectors[i].digest, hex, "shim: SHA-256 of \"%s\"",
                   vectors[i].msg);
    }

    for ( i = 0; i < sizeof(msg); i++ )
        msg[i] = pseudo_random(&state);
    for ( i = 0; i <= sizeof(msg); i++ )
    {
        uint8_t one[SHA2_256_DIGEST_SIZE], other[sizeof(one)];

        plain_sha256(one, msg, i);
        sha2_256(other, msg, i);
        if ( memcmp(one, other, sizeof(one)) )
            break;
    }
    expect_num(sizeof(msg) + 1, i, "shim: SHA-256 with and without OpenSSL");
}

static void test_parse_bool(void)
{
    static const struct {
        const char *s;
        int value;
    } cases[] = {
        { "1", 1 }, { "yes", 1 }, { "on", 1 }, { "true", 1 }, { "enable", 1 },
        { "0", 0 }, { "no", 0 }, { "off", 0 }, { "false", 0 },
        { "disable", 0 },
        { "", -1 }, { "2", -1 }, { "onn", -1 }, { "On", -1 }, { "auto", -1 },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        char text[16];

        snprintf(text, sizeof(text), "%sx", cases[i].s);

        expect_num(cases[i].value, parse_bool(cases[i].s, NULL),
                   "shim: \"%s\" as a boolean", cases[i].s);
        expect_num(cases[i].value,
                   parse_bool(text, text + strlen(cases[i].s)),
                   "shim: \"%s\" as a boolean, not terminated", cases[i].s);
    }
}

static void test_shim(void)
{
    test_sha256();
    test_parse_bool();
}
UNIT_TESTS(test_shim)
