/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exceptions: says what happened and ends the run.  Nothing is handled and
 * nothing goes on afterwards.
 */

#include "dom0.h"
#include "hypercall.h"
#include "trap.h"

/* #DF, #TS, #NP, #SS, #GP, #PF and #AC: Intel SDM vol. 3, table 6-1 */
#define HAS_ERROR_CODE \
    (1U << 8 | 1U << 10 | 1U << 11 | 1U << 12 | 1U << 13 | 1U << 14 | 1U << 17)

extern const char trap_entries[];

/* The frame begins with rcx and r11: arch-x86/xen-x86_64.h. */
void __attribute__((noreturn)) trap(unsigned int vector, const uint64_t *frame)
{
    uint64_t error = 0, cr2;

    frame += 2;
    if ( HAS_ERROR_CODE & (1U << vector) )
        error = *frame++;
    /* Xen emulates this and gives the address of the guest's last fault. */
    asm volatile ( "mov %%cr2, %0" : "=r" (cr2) );

    printf("dom0: trap %u error 0x%lx at rip 0x%lx cr2 0x%lx\n", vector,
           error, frame[0], cr2);
    finish(EXIT_TRAP);
}

void trap_init(void)
{
    static struct trap_info table[TRAP_VECTORS + 1];
    unsigned int i;

    for ( i = 0; i < TRAP_VECTORS; i++ )
    {
        table[i].vector = i;
        table[i].cs = FLAT_KERNEL_CS;
        table[i].address = addr(trap_entries + i * TRAP_ENTRY_SIZE);
    }

    hypercall3(HYPERCALL_set_trap_table, addr(table), 0, 0);
}
