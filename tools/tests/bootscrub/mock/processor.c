/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A processor as software sees it: see processor.h.
 */

#include "processor.h"

#include "xen.h"

const struct mock_processor *mock_processor;
unsigned int mock_msr_reads, mock_msr_faults;

void cpuid_count(unsigned int leaf, unsigned int sub, unsigned int *eax,
                 unsigned int *ebx, unsigned int *ecx, unsigned int *edx)
{
    const struct mock_leaf *l = mock_processor->leaf;

    *eax = *ebx = *ecx = *edx = ~0U;

    for ( ; l->eax || l->ebx || l->ecx || l->edx; l++ )
        if ( l->leaf == leaf && l->sub == sub )
        {
            *eax = l->eax;
            *ebx = l->ebx;
            *ecx = l->ecx;
            *edx = l->edx;
        }
}

void cpuid(unsigned int leaf, unsigned int *eax, unsigned int *ebx,
           unsigned int *ecx, unsigned int *edx)
{
    cpuid_count(leaf, 0, eax, ebx, ecx, edx);
}

bool memcrypt_rdmsr(unsigned int msr, uint64_t *val)
{
    const struct mock_msr *m = mock_processor->msr;

    mock_msr_reads++;
    for ( ; m->msr; m++ )
        if ( m->msr == msr )
        {
            *val = m->val;
            return true;
        }

    mock_msr_faults++;
    *val = ~0ULL;

    return false;
}
