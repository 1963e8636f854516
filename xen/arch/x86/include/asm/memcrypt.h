/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Full-memory encryption as the processor reports it.
 *
 * Registers: Intel, "Architecture Memory Encryption Technologies
 * Specification", document 336907, chapter 4.  Key and key select are the
 * package's; every package has to be asked.
 */
#ifndef X86_MEMCRYPT_H
#define X86_MEMCRYPT_H

#include <xen/bootscrub.h>

#define MSR_TME_CAPABILITY   0x00000981
#define MSR_TME_ACTIVATE     0x00000982
#define MSR_TME_EXCLUDE_MASK 0x00000983
#define MSR_TME_EXCLUDE_BASE 0x00000984

/* Raw facts of one processor. */
struct memcrypt_regs {
    bool hypervisor;    /* CPUID.1:ECX[31] */
    bool intel;         /* CPUID.0: GenuineIntel */
    bool tme;           /* CPUID.(7,0):ECX[13]: the MSRs exist */
    bool readable;      /* All four were read, without a fault. */
    unsigned int maxphysaddr; /* CPUID.80000008:EAX[7:0] */
    uint64_t capability, activate, exclude_mask, exclude_base;
};

/* What they mean. */
struct memcrypt {
    enum memcrypt_state state;
    enum memcrypt_key key;
    unsigned int policy;      /* IA32_TME_ACTIVATE[7:4], if active */
    unsigned int keyid_bits;  /* Address bits that select a key (TME-MK) */
    uint64_t exclude, exclude_end; /* Not encrypted; empty if equal */
};

/* Pure. */
void memcrypt_decode(const struct memcrypt_regs *r, struct memcrypt *m);

#ifdef __XEN__
/*
 * Ask this processor.  For the EFI loader, which has no exception fixup, the
 * first; later on, the second.
 */
void memcrypt_read_early(struct memcrypt_regs *r);
void memcrypt_read(struct memcrypt_regs *r);

/* Do all processors online say what @r says, and has every node one? */
enum memcrypt_cpus memcrypt_check_cpus(const struct memcrypt_regs *r);
#endif

#endif /* X86_MEMCRYPT_H */
