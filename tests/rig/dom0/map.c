/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Maps a page of the machine by its address, as a driver would that of a
 * device.  What is there, and whether dom0 should get it, is Xen's to say.
 */

#include "dom0.h"
#include "hypercall.h"

#define PAGE_SIZE 4096

/* Present, writable, user, uncached, accessed, dirty: Intel SDM vol. 3, 4.5 */
#define PTE_FLAGS 0x7f

/* Gives its virtual address away; the page behind it is lost. */
static uint8_t window[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

bool cmd_map(char *arg)
{
    uint64_t address;
    long ret;

    if ( !parse_number(arg, 16, &address) || address % PAGE_SIZE )
    {
        printf("dom0: map wants the hexadecimal address of a page, "
               "not \"%s\"\n", arg);
        return false;
    }

    ret = hypercall3(HYPERCALL_update_va_mapping, addr(window),
                     address | PTE_FLAGS, UVMF_INVLPG);
    printf("dom0: map %lx error %ld\n", address, ret);
    if ( !ret )
        printf("dom0: map %lx reads %016lx\n", address,
               *(volatile uint64_t *)window);

    return !ret;
}
