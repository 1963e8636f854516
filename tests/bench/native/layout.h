/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included right after xen/config.h: moves Xen's own address space to where a
 * process may have one.  Slot 256 of the top-level page table becomes slot 0.
 */
#ifndef __ASSEMBLY__
#undef PML4_ADDR
#define PML4_ADDR(slot) (((slot) - _AC(256, UL)) << PML4_ENTRY_BITS)
#endif
