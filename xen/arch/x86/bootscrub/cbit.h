/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BOOTSCRUB_CBIT_H
#define BOOTSCRUB_CBIT_H

#include <xen/numa.h>

#include <asm/bootscrub.h>

/*
 * Read the markers that @m says were planted, with and without the C-bit.
 * Sets @tried for nodes on which at least one was read.
 */
enum memcrypt_cbit bootscrub_try_cbit(const struct memcrypt_regs *r,
                                      const struct bootscrub_record *m,
                                      bool tried[MAX_NUMNODES]);

#endif /* BOOTSCRUB_CBIT_H */
