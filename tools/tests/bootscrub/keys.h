/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory encryption for tests: what a page reads as after the key changed is
 * real AES-XTS, encrypted with the one key and decrypted with the other.
 */
#ifndef KEYS_H
#define KEYS_H

#include <stdint.h>

#include <xen/lib/bootscrub/marker.h>

/*
 * Keys have numbers; each number is a key of AES-XTS-128 or, if @bits is 256,
 * of AES-XTS-256.  The tweak is @addr, as if it were the sector's.
 */
void encrypt_page(uint8_t *page, uint64_t addr, unsigned int bits,
                  uint64_t key);
void decrypt_page(uint8_t *page, uint64_t addr, unsigned int bits,
                  uint64_t key);

/* What was written under key @from is read under key @to. */
void change_key(uint8_t *page, uint64_t addr, unsigned int bits, uint64_t from,
                uint64_t to);

#endif /* KEYS_H */
