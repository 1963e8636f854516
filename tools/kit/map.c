/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One page at a time, mapped with AMD's C-bit or without, as the hypervisor's
 * map.c does.  The firmware's page tables may be write-protected: only their
 * top level is copied, and gets one entry more.
 */

#include "kit.h"

#include "xen.h"
#include "nodes.h"

#define PRESENT 1ULL
#define WRITABLE 2ULL
#define ENTRIES 512
#define CR4_LA57 (1U << 12)

static uint64_t table[5][ENTRIES] __attribute__((aligned(4096)));
static const uint8_t nothing[BOOTSCRUB_MARKER_SIZE];
static uint64_t firmware_cr3;

static uint64_t read_cr3(void)
{
    uint64_t val;

    asm volatile ( "mov %%cr3, %0" : "=r" (val) );

    return val;
}

static void write_cr3(uint64_t val)
{
    asm volatile ( "mov %0, %%cr3" :: "r" (val) : "memory" );
}

static unsigned int levels(void)
{
    uint64_t cr4;

    asm volatile ( "mov %%cr4, %0" : "=r" (cr4) );

    return cr4 & CR4_LA57 ? 5 : 4;
}

/* An entry of the upper half that the firmware does not use; 0 if none. */
static unsigned int free_slot(const uint64_t *top)
{
    unsigned int i;

    for ( i = ENTRIES - 1; i >= ENTRIES / 2; i-- )
        if ( !(top[i] & PRESENT) )
            return i;

    return 0;
}

/*
 * Where nothing can be mapped, a page without a marker: then no C-bit is
 * tried.
 */
const void *bootscrub_map(const struct memcrypt_regs *r, uint64_t maddr,
                          bool cbit)
{
    unsigned int i, nr = levels(), slot;

    firmware_cr3 = read_cr3();
    memcpy(table[0], (const void *)(firmware_cr3 & ~0xfffULL),
           sizeof(table[0]));
    slot = free_slot(table[0]);
    if ( !slot )
        return nothing;

    table[0][slot] = (uint64_t)table[1] | PRESENT | WRITABLE;
    for ( i = 1; i < nr - 1; i++ )
        table[i][0] = (uint64_t)table[i + 1] | PRESENT | WRITABLE;
    table[nr - 1][0] = maddr | (cbit ? 1ULL << r->cbit : 0) | PRESENT;

    write_cr3((uint64_t)table[0] | (firmware_cr3 & 0xfff));

    return (const void *)(~0ULL << (12 + 9 * nr) |
                          (uint64_t)slot << (3 + 9 * nr));
}

void bootscrub_unmap(void)
{
    write_cr3(firmware_cr3);
}

void bootscrub_flush(void)
{
    asm volatile ( "wbinvd" ::: "memory" );
}
