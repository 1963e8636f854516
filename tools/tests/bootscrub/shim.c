/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-ins for the two functions of Xen that are more than a name.  They are
 * written from the public description, not from Xen's code, and test-shim.c
 * holds them to it.
 */

#include "shim.h"

#if !__has_include(<openssl/evp.h>)
#error "The headers of OpenSSL are missing: install the package libssl-dev"
#endif

#include <openssl/evp.h>
#include <stdlib.h>

/* Xen's leaves the message's last block on its stack. */
static void __attribute__((noinline)) leave_block(const uint8_t *msg,
                                                  size_t len)
{
    volatile uint8_t deep[3072], block[64];
    size_t i;

    deep[0] = block[0] = 0;
    for ( i = 0; i < len % sizeof(block); i++ )
        block[i] = msg[len - len % sizeof(block) + i];
    (void)deep[0];
    (void)block[0];
}

void sha2_256(uint8_t digest[SHA2_256_DIGEST_SIZE],
                     const void *msg, size_t len)
{
    leave_block(msg, len);

    /* Kept, as to look for the algorithm takes longer than to use it. */
    static EVP_MD_CTX *ctx;
    const EVP_MD *md = ctx ? NULL : EVP_sha256();

    ctx = ctx ?: EVP_MD_CTX_new();
    if ( !ctx || !EVP_DigestInit_ex(ctx, md, NULL) ||
         !EVP_DigestUpdate(ctx, msg, len) ||
         !EVP_DigestFinal_ex(ctx, digest, NULL) )
        abort();
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
