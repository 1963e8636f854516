/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What code shared with Xen asks of its surroundings, out of GNU-EFI.
 */
#ifndef EFI_SHIM_H
#define EFI_SHIM_H

#include <efi.h>
#include <efilib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define __init
#define strlen(s) strlena((const CHAR8 *)(s))

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

/* Xen's own, xen/lib/sha2-256.c. */
#define SHA2_256_DIGEST_SIZE 32
void sha2_256(uint8_t digest[SHA2_256_DIGEST_SIZE],
                     const void *msg, size_t len);

#endif /* EFI_SHIM_H */
