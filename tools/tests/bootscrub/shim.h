/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure files of bootscrub=auto ask of Xen, by the same names, in
 * user space.  Only what xen/lib/bootscrub/private.h promises them; what
 * the tests themselves need is in harness.h.
 */
#ifndef SHIM_H
#define SHIM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define __init
#define _AC(val, suffix) val ## suffix
#define MASK_EXTR(val, mask) (((val) & (mask)) / ((mask) & -(mask)))

#define SHA2_256_DIGEST_SIZE 32

void sha2_256(uint8_t digest[SHA2_256_DIGEST_SIZE], const void *msg,
              size_t len);

/* The same without OpenSSL, for systems that lack it. */
void plain_sha256(uint8_t digest[SHA2_256_DIGEST_SIZE], const void *msg,
                  size_t len);

/* 1 or 0 for what means yes or no, else -1.  [s, e), or all of s. */
int parse_bool(const char *s, const char *e);

#endif /* SHIM_H */
