/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory encryption for tests: see keys.h.
 */

#include "keys.h"
#include "shim.h"

#include <openssl/evp.h>
#include <stdlib.h>

#define PAGE BOOTSCRUB_MARKER_SIZE

static void crypt_page(uint8_t *page, uint64_t addr, unsigned int bits,
                       uint64_t key, int encrypt)
{
    static EVP_CIPHER_CTX *ctx;
    uint8_t keys[64], tweak[16] = {}, out[PAGE];
    int len;

    /* Both halves of the key, out of its number. */
    sha2_256(keys, &key, sizeof(key));
    sha2_256(keys + 32, keys, 32);
    memcpy(tweak, &addr, sizeof(addr));

    ctx = ctx ?: EVP_CIPHER_CTX_new();
    if ( !ctx ||
         !EVP_CipherInit_ex(ctx, bits == 256 ? EVP_aes_256_xts()
                                             : EVP_aes_128_xts(),
                            NULL, keys, tweak, encrypt) ||
         !EVP_CipherUpdate(ctx, out, &len, page, PAGE) || len != PAGE )
        abort();

    memcpy(page, out, PAGE);
}

void encrypt_page(uint8_t *page, uint64_t addr, unsigned int bits,
                  uint64_t key)
{
    crypt_page(page, addr, bits, key, 1);
}

void decrypt_page(uint8_t *page, uint64_t addr, unsigned int bits,
                  uint64_t key)
{
    crypt_page(page, addr, bits, key, 0);
}

void change_key(uint8_t *page, uint64_t addr, unsigned int bits, uint64_t from,
                uint64_t to)
{
    encrypt_page(page, addr, bits, from);
    decrypt_page(page, addr, bits, to);
}
