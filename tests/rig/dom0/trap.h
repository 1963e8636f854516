/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the exception entries in start.S and the table in trap.c must agree
 * on.  Included by assembler too, so numbers only.
 */

#ifndef DOM0_TRAP_H
#define DOM0_TRAP_H

#define TRAP_ENTRY_SIZE 16
#define TRAP_VECTORS    20

#endif
