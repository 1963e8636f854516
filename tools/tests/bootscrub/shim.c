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

void sha2_256(uint8_t digest[SHA2_256_DIGEST_SIZE],
                     const void *msg, size_t len)
{
    if ( !EVP_Digest(msg, len, digest, NULL, EVP_sha256(), NULL) )
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
