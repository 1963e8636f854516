/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-ins for the two functions of Xen that are more than a name.  They are
 * written from the public description, not from Xen's code, and test-shim.c
 * holds them to it.
 */

#include "shim.h"

#ifndef NO_CRYPTO
#include <openssl/evp.h>
#endif
#include <stdlib.h>

static uint32_t rotate(uint32_t x, unsigned int by)
{
    return (x >> by) | (x << (32 - by));
}

static uint32_t load(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static void store(uint8_t *at, uint32_t val)
{
    at[0] = val >> 24;
    at[1] = val >> 16;
    at[2] = val >> 8;
    at[3] = val;
}

/* FIPS 180-4, section 6.2.2. */
static void add_block(uint32_t hash[8], const uint8_t block[64])
{
    /* Section 4.2.2. */
    static const uint32_t k[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
        0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
        0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
        0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
        0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
        0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
        0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
        0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    };
    uint32_t w[64], v[8], t1, t2;
    unsigned int i;

    for ( i = 0; i < 16; i++ )
        w[i] = load(block + 4 * i);
    for ( ; i < 64; i++ )
        w[i] = w[i - 16] + w[i - 7] +
               (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^
                (w[i - 15] >> 3)) +
               (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^
                (w[i - 2] >> 10));

    memcpy(v, hash, sizeof(v));
    for ( i = 0; i < 64; i++ )
    {
        t1 = v[7] + k[i] + w[i] + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
             (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25));
        t2 = ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])) +
             (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22));
        memmove(v + 1, v, sizeof(v) - sizeof(*v));
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for ( i = 0; i < 8; i++ )
        hash[i] += v[i];
}

void plain_sha256(uint8_t digest[SHA2_256_DIGEST_SIZE], const void *msg,
                  size_t len)
{
    /* Section 5.3.3. */
    uint32_t hash[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
        0x1f83d9ab, 0x5be0cd19,
    };
    const uint8_t *at = msg;
    size_t left = len;
    uint8_t last[128] = {};
    unsigned int i;

    for ( ; left >= 64; left -= 64, at += 64 )
        add_block(hash, at);

    /* Section 5.1.1: a one, zeros, the length in bits. */
    memcpy(last, at, left);
    last[left] = 0x80;
    i = left < 56 ? 64 : 128;
    store(last + i - 8, len >> 29);
    store(last + i - 4, len << 3);
    add_block(hash, last);
    if ( i == 128 )
        add_block(hash, last + 64);

    for ( i = 0; i < 8; i++ )
        store(digest + 4 * i, hash[i]);
}

/* OpenSSL's is faster. */
static void any_sha256(uint8_t digest[SHA2_256_DIGEST_SIZE], const void *msg,
                       size_t len)
{
#ifndef NO_CRYPTO
    /* Kept, as to look for the algorithm takes longer than to use it. */
    static EVP_MD_CTX *ctx;
    const EVP_MD *md = ctx ? NULL : EVP_sha256();

    ctx = ctx ?: EVP_MD_CTX_new();
    if ( !ctx || !EVP_DigestInit_ex(ctx, md, NULL) ||
         !EVP_DigestUpdate(ctx, msg, len) ||
         !EVP_DigestFinal_ex(ctx, digest, NULL) )
        abort();
#else
    plain_sha256(digest, msg, len);
#endif
}

/* Xen's leaves the message's last block on its stack. */
static void __attribute__((noinline)) leave_block(const uint8_t *msg,
                                                  size_t len)
{
    volatile struct {
        uint8_t block[64], above[3400]; /* In this order on the stack. */
    } s;
    size_t i, rest = len % sizeof(s.block);

    s.block[0] = s.above[0] = 0;
    for ( i = 0; i < rest; i++ )
        s.block[i] = msg[len - rest + i];
    (void)s.block[0];
    (void)s.above[0];
}

static void __attribute__((noinline)) wipe_below(void)
{
    uint8_t below[16384];

    memset(below, 0, sizeof(below));
    asm volatile ( "" :: "r" (below) : "memory" );
}

/*
 * What OpenSSL leaves on the stack is not Xen's doing: it is left deeper than
 * anything else, and wiped there alone.
 */
static void __attribute__((noinline)) deep_sha256(
    uint8_t digest[SHA2_256_DIGEST_SIZE], const void *msg, size_t len)
{
    volatile uint8_t above[8192];

    above[0] = 0;
    any_sha256(digest, msg, len);
    wipe_below();
    (void)above[0];
}

void sha2_256(uint8_t digest[SHA2_256_DIGEST_SIZE], const void *msg,
              size_t len)
{
    deep_sha256(digest, msg, len);
    leave_block(msg, len);
}

/* docs/misc/xen-command-line: "Boolean". */
int parse_bool(const char *s, const char *e)
{
    static const char *const words[2][5] = {
        { "0", "no", "off", "false", "disable" },
        { "1", "yes", "on", "true", "enable" },
    };
    size_t len = e ? (size_t)(e - s) : strlen(s);
    unsigned int value, i;

    for ( value = 0; value < 2; value++ )
        for ( i = 0; i < 5; i++ )
            if ( strlen(words[value][i]) == len &&
                 !memcmp(words[value][i], s, len) )
                return value;

    return -1;
}
