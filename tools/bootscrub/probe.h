/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be seen of the processors from here: between probe.c, which looks,
 * and check.c, which judges.
 */
#ifndef BOOTSCRUB_PROBE_H
#define BOOTSCRUB_PROBE_H

#include "memcrypt.h"

struct probe {
    bool known;               /* Else nothing of the rest is. */
    bool random;              /* CPUID.1:ECX[30], RDRAND */
    bool differ;              /* Processors do not agree. */
    struct memcrypt_regs regs;
};

/* Under Xen the MSRs are Xen's own, and regs.readable stays false. */
void probe_xen(struct probe *p);
void probe_linux(struct probe *p);

#endif /* BOOTSCRUB_PROBE_H */
