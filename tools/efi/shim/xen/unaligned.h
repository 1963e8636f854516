/* SPDX-License-Identifier: GPL-2.0-only */
/* For xen/lib/sha2-256.c, from 4.21 on. */
#include <asm/unaligned.h>
