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

/*
 * A share of @percent of the cells lose their charge: they read as 0 or 1,
 * whichever their row decays to, so half of them change.
 */
void lose_cells(uint8_t *page, double percent, uint64_t *state);

#endif /* KEYS_H */
