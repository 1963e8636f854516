/* SPDX-License-Identifier: GPL-2.0-only */
/* For xen/lib/sha2-256.c. */
#include <asm/unaligned.h>
