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
    bool amd;                 /* AuthenticAMD */
    unsigned int tsme, plain, silent; /* PSPs, by what they tell Linux */
    bool differ;              /* Processors do not agree. */
    struct memcrypt_regs regs;
};

/* cpuid.c: EAX, EBX, ECX, EDX of the leaf's subleaf 0; false without it. */
bool cpuid_read(unsigned int leaf, unsigned int r[4]);

/* What Linux's driver ccp says of each PSP: its PCI address, and TSME. */
enum psp_says { PSP_TSME, PSP_PLAIN, PSP_SILENT };
void probe_psps(void (*see)(void *arg, const char *at, enum psp_says says),
                void *arg);

/*
 * The MSRs that @r->tme or @r->sme promise, through /dev/cpu.  False if there
 * is no file: @cpu is offline, or the module msr is not loaded.
 */
bool probe_cpu(unsigned int cpu, struct memcrypt_regs *r);

/* Under Xen the MSRs are Xen's own, and regs.readable stays false. */
void probe_xen(struct probe *p);
void probe_linux(struct probe *p);

#endif /* BOOTSCRUB_PROBE_H */
