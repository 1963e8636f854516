/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD: does the C-bit make a difference?  Without TSME a page that is read
 * through it is decrypted, and reads as something else.
 *
 * The loader's markers are pages of known contents, written and flushed
 * without the C-bit.  They are only read, so nothing has to be put back.
 */

#include <xen/init.h>

#include <asm/msr.h>

#include "nodes.h"

/*
 * SYSCFG[23] has to be set for there to be a C-bit.  With several keys, or
 * SNP's checks of who owns a page, it means something else.  Where the PSPs'
 * word is enough there is no need; where one says no there are no markers.
 */
static bool __init can_tell(const struct memcrypt_regs *r)
{
    return r->amd && !r->hypervisor && r->sme && r->readable &&
           r->syscfg == SYSCFG_SME && r->cbit >= 32 && r->cbit < 52 &&
           !memcrypt_psps_suffice(r);
}

static bool __init marker_reads(const struct memcrypt_regs *r, uint64_t addr,
                                bool cbit)
{
    bool intact = bootscrub_marker_intact(bootscrub_map(r, addr, cbit), addr);

    bootscrub_unmap();

    return intact;
}

enum memcrypt_cbit __init bootscrub_try_cbit(const struct memcrypt_regs *r,
                                             const struct bootscrub_record *m,
                                             bool tried[MAX_NUMNODES])
{
    enum memcrypt_cbit result = MEMCRYPT_CBIT_UNTRIED;
    bool good[BOOTSCRUB_MAX_MARKERS];
    unsigned int i;

    if ( !can_tell(r) )
        return result;

    for ( i = 0; i < m->nr_markers; i++ )
        good[i] = marker_reads(r, m->marker[i], false);

    bootscrub_flush();

    for ( i = 0; i < m->nr_markers && result != MEMCRYPT_CBIT_MATTERS; i++ )
    {
        nodeid_t node = bootscrub_node_of(m->marker[i]);

        if ( !good[i] )
            continue;

        if ( !marker_reads(r, m->marker[i], true) )
            result = MEMCRYPT_CBIT_MATTERS;
        else if ( node != NUMA_NO_NODE )
        {
            tried[node] = true;
            result = MEMCRYPT_CBIT_IGNORED;
        }
    }

    bootscrub_flush();

    return result;
}
