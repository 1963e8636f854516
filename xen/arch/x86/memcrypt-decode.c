/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the registers of Intel TME say.  Pure: see memcrypt.c for access.
 *
 * AMD's TSME is not visible in any architectural register; until something
 * else is asked for it, AMD processors are "unknown".
 */

#ifdef __XEN__
#include <xen/init.h>
#include <asm/memcrypt.h>
#else
#include "shim.h"
#include "memcrypt.h"
#endif

/* IA32_TME_ACTIVATE: document 336907, table 4-2. */
#define ACTIVATE_LOCK           (1ULL << 0)
#define ACTIVATE_ENABLE         (1ULL << 1)
#define ACTIVATE_KEY_RESTORED   (1ULL << 2)
#define ACTIVATE_POLICY(a)      (((a) >> 4) & 0xf)
#define ACTIVATE_BYPASS         (1ULL << 31)
#define ACTIVATE_KEYID_BITS(a)  (((a) >> 32) & 0xf)

/* Encryption without integrity, the only kind allowed for TME itself. */
#define POLICY_AES_XTS_128      0
#define POLICY_AES_XTS_256      2

/* IA32_TME_EXCLUDE_MASK: table 4-4. */
#define EXCLUDE_ENABLE          (1ULL << 11)
#define EXCLUDE_ADDR(x, bits)   ((x) & ((1ULL << (bits)) - 1) & ~0xfffULL)

/*
 * Bypass (bit 31) leaves encryption enabled for other KeyIDs but lets KeyID
 * 0, which Xen uses, through.  Enable without lock is a state that firmware
 * never completed: the lock is set by the write that succeeds (table 4-3).
 */
static enum memcrypt_state __init decode_state(const struct memcrypt_regs *r)
{
    if ( !r->intel )
        return MEMCRYPT_UNKNOWN;

    if ( !r->tme )
        return MEMCRYPT_NOT_SUPPORTED;

    if ( !r->readable )
        return MEMCRYPT_UNKNOWN;

    if ( !(r->activate & ACTIVATE_ENABLE) )
        return MEMCRYPT_NOT_ACTIVE;

    if ( r->activate & ACTIVATE_BYPASS )
        return MEMCRYPT_BYPASSED;

    if ( !(r->activate & ACTIVATE_LOCK) )
        return MEMCRYPT_NOT_LOCKED;

    switch ( ACTIVATE_POLICY(r->activate) )
    {
    case POLICY_AES_XTS_128:
    case POLICY_AES_XTS_256:
        return MEMCRYPT_ACTIVE;

    default:
        return MEMCRYPT_UNKNOWN;
    }
}

/*
 * The mask has ones from the top of the physical address space down to the
 * size of the range.  Anything else is taken to exclude all of memory.
 */
static void __init decode_exclusion(const struct memcrypt_regs *r,
                                    struct memcrypt *m)
{
    uint64_t limit, mask, size;

    if ( !(r->exclude_mask & EXCLUDE_ENABLE) )
        return;

    m->exclude_end = ~0ULL;

    if ( r->maxphysaddr < 32 || r->maxphysaddr > 52 )
        return;

    limit = 1ULL << r->maxphysaddr;
    mask = EXCLUDE_ADDR(r->exclude_mask, r->maxphysaddr);
    size = limit - mask;

    if ( !mask || (size & (size - 1)) )
        return;

    m->exclude = EXCLUDE_ADDR(r->exclude_base, r->maxphysaddr) & mask;
    m->exclude_end = m->exclude + size;
}

void __init memcrypt_decode(const struct memcrypt_regs *r, struct memcrypt *m)
{
    *m = (struct memcrypt){ .state = decode_state(r) };

    if ( m->state != MEMCRYPT_ACTIVE )
        return;

    m->key = r->activate & ACTIVATE_KEY_RESTORED ? MEMCRYPT_KEY_RESTORED
                                                 : MEMCRYPT_KEY_NEW;
    m->policy = ACTIVATE_POLICY(r->activate);
    m->keyid_bits = ACTIVATE_KEYID_BITS(r->activate);
    decode_exclusion(r, m);
}
