/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's header of this name is to files that run on the firmware. */
#ifndef EFI_XEN_SHA2_H
#define EFI_XEN_SHA2_H

#include <stddef.h>
#include <stdint.h>

#define SHA2_256_DIGEST_SIZE 32
void sha2_256(uint8_t digest[SHA2_256_DIGEST_SIZE], const void *msg,
              size_t len);

#endif /* EFI_XEN_SHA2_H */
