/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the registers of Intel TME say, and what there is instead of them on
 * AMD.  Pure: who has access to them is elsewhere.
 */

#ifdef __XEN__
#include <xen/init.h>
#include <xen/lib.h>
#include <asm/memcrypt.h>
#include <asm/msr-index.h>
#else
#include "shim.h"
#include "memcrypt.h"
#include "msr-index.h"
#endif

/*
 * Encryption without integrity, the only kind allowed for TME itself (document
 * 336907, table 4-2).
 */
#define POLICY_AES_XTS_128      0
#define POLICY_AES_XTS_256      2

/* Table 4-4. */
#define EXCLUDE_ADDR(x, bits)   ((x) & ((1ULL << (bits)) - 1) & ~0xfffULL)

/*
 * Bypass (bit 31) leaves encryption enabled for other KeyIDs but lets KeyID
 * 0, which Xen uses, through.  Enable without lock is a state that firmware
 * never completed: the lock is set by the write that succeeds (table 4-3).
 */
static enum memcrypt_state __init decode_tme(const struct memcrypt_regs *r)
{
    if ( !r->tme )
        return MEMCRYPT_NOT_SUPPORTED;

    if ( !r->readable )
        return MEMCRYPT_UNKNOWN;

    if ( !(r->activate & TME_ACTIVATE_ENABLED) )
        return MEMCRYPT_NOT_ACTIVE;

    if ( r->activate & TME_ACTIVATE_BYPASS )
        return MEMCRYPT_BYPASSED;

    if ( !(r->activate & TME_ACTIVATE_LOCKED) )
        return MEMCRYPT_NOT_LOCKED;

    switch ( MASK_EXTR(r->activate, TME_ACTIVATE_POLICY) )
    {
    case POLICY_AES_XTS_128:
    case POLICY_AES_XTS_256:
        return MEMCRYPT_ACTIVE;

    default:
        return MEMCRYPT_UNKNOWN;
    }
}

enum memcrypt_psps __init memcrypt_psps(const struct memcrypt_psp *psp)
{
    if ( !psp->asked )
        return MEMCRYPT_PSPS_UNASKED;

    if ( !psp->found )
        return MEMCRYPT_PSPS_NONE;

    if ( psp->plain )
        return MEMCRYPT_PSPS_PLAIN;

    return psp->tsme == psp->found ? MEMCRYPT_PSPS_TSME : MEMCRYPT_PSPS_SILENT;
}

/* In Ryzen, Threadripper and EPYC alike, a die of Zen 1 is a whole SoC. */
#define MAX_DIES 4 /* in a socket, EPYC's */

unsigned int __init memcrypt_dies(const struct memcrypt_regs *r)
{
    return r->zen1 ? r->dies ?: MAX_DIES : 1;
}

/* Firmware may hide a PSP, and others must not stand in for it. */
bool __init memcrypt_psps_suffice(const struct memcrypt_regs *r)
{
    return r->sockets && memcrypt_psps(&r->psp) == MEMCRYPT_PSPS_TSME &&
           r->psp.found >= r->sockets * memcrypt_dies(r);
}

/*
 * A PSP answers for its own memory, the C-bit for the pages on which it was
 * tried.  So one that says no settles it, whatever others say.
 */
static enum memcrypt_state __init decode_tsme(const struct memcrypt_regs *r)
{
    enum memcrypt_psps psps = memcrypt_psps(&r->psp);

    if ( psps == MEMCRYPT_PSPS_PLAIN )
        return MEMCRYPT_NOT_ACTIVE;

    switch ( r->cbit_probe )
    {
    case MEMCRYPT_CBIT_IGNORED:
        return MEMCRYPT_ACTIVE;

    case MEMCRYPT_CBIT_MATTERS:
        return MEMCRYPT_NOT_ACTIVE;

    default:
        return memcrypt_psps_suffice(r) ? MEMCRYPT_ACTIVE : MEMCRYPT_UNKNOWN;
    }
}

static enum memcrypt_state __init decode_state(const struct memcrypt_regs *r)
{
    if ( r->intel )
        return decode_tme(r);

    return r->amd && !r->hypervisor ? decode_tsme(r) : MEMCRYPT_UNKNOWN;
}

/*
 * The mask has ones from the top of the physical address space down to the
 * size of the range.  Anything else is taken to exclude all of memory.
 */
static void __init decode_exclusion(const struct memcrypt_regs *r,
                                    struct memcrypt *m)
{
    uint64_t limit, mask, size;

    if ( !(r->exclude_mask & TME_EXCLUDE_ENABLED) )
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
    *m = (struct memcrypt){
        .amd = r->amd,
        .psps = memcrypt_psps(&r->psp),
        .state = decode_state(r),
    };

    if ( m->state != MEMCRYPT_ACTIVE )
        return;

    if ( r->amd )
    {
        m->key = MEMCRYPT_KEY_UNTOLD;
        m->by_psp = memcrypt_psps_suffice(r);
        return;
    }

    m->key = r->activate & TME_ACTIVATE_KEY_RESTORED ? MEMCRYPT_KEY_RESTORED
                                                     : MEMCRYPT_KEY_NEW;
    m->policy = MASK_EXTR(r->activate, TME_ACTIVATE_POLICY);
    m->keyid_bits = MASK_EXTR(r->activate, TME_ACTIVATE_KEYID_BITS);
    decode_exclusion(r, m);
}

const char *__init memcrypt_name(const struct memcrypt *m)
{
    switch ( m->state )
    {
    case MEMCRYPT_ACTIVE:
        if ( m->amd )
            return m->by_psp ? "AMD TSME, active by the PSP's report"
                             : "AMD TSME, active by what the C-bit does";

        return m->policy ? "Intel TME AES-XTS-256, active, locked"
                         : "Intel TME AES-XTS-128, active, locked";

    case MEMCRYPT_NOT_SUPPORTED:
        return "not supported";

    case MEMCRYPT_NOT_ACTIVE:
        return m->amd ? "AMD TSME, not active" : "Intel TME, not active";

    case MEMCRYPT_BYPASSED:
        return "Intel TME, bypassed";

    case MEMCRYPT_NOT_LOCKED:
        return "Intel TME, not locked";

    default:
        break;
    }

    if ( !m->amd )
        return "unknown";

    switch ( m->psps )
    {
    case MEMCRYPT_PSPS_UNASKED:
        return "AMD TSME, unknown: PSP not asked";

    case MEMCRYPT_PSPS_NONE:
        return "AMD TSME, unknown: no PSP is visible";

    case MEMCRYPT_PSPS_SILENT:
        return "AMD TSME, unknown: a PSP does not report it";

    default:
        return "AMD TSME, unknown: not every socket has a PSP that reports it";
    }
}
