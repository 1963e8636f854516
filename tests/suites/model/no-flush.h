/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model's loader is compiled with this: an instruction that there takes a
 * third of a boot's time, and does nothing, as one processor sees all that it
 * wrote.  That caches are flushed no test here sees: emulators have none.
 */
asm ( ".macro clflush page\n.endm" );
