/* SPDX-License-Identifier: GPL-2.0-only */
/* What xen/lib/sha2-256.c takes from Xen's header of this name. */
#include "../../shim.h"

static inline uint32_t ror32(uint32_t x, unsigned int n)
{
    return (x >> n) | (x << (32 - n));
}
