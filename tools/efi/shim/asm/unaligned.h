/* SPDX-License-Identifier: GPL-2.0-only */
/* What xen/lib/sha2-256.c takes from Xen's header of this name. */
static inline uint32_t get_unaligned_be32(const void *p)
{
    uint32_t x;

    memcpy(&x, p, sizeof(x));

    return __builtin_bswap32(x);
}

static inline void put_unaligned_be32(uint32_t x, void *p)
{
    x = __builtin_bswap32(x);
    memcpy(p, &x, sizeof(x));
}

static inline void put_unaligned_be64(uint64_t x, void *p)
{
    x = __builtin_bswap64(x);
    memcpy(p, &x, sizeof(x));
}
