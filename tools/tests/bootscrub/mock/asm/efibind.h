/* SPDX-License-Identifier: GPL-2.0-only */
/* The real one, by its place in the tree; its directory has more in it. */
#include <stdint.h>
#include <xen/arch/x86/include/asm/x86_64/efibind.h>
