/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Full-memory encryption as the processor reports it.
 *
 * Intel TME: "Architecture Memory Encryption Technologies Specification",
 * document 336907, chapter 4.  Key and key select are the package's; every
 * package has to be asked.
 *
 * AMD TSME: no register of the processor tells (SYSCFG[23] does no more than
 * permit the C-bit).  The secure processors may, in a register whose layout
 * is that of Linux's drivers/crypto/ccp; or it shows in what the C-bit does.
 */
#ifndef X86_MEMCRYPT_H
#define X86_MEMCRYPT_H

#ifdef __XEN__
#include <xen/types.h>
#else
#include <stdbool.h>
#include <stdint.h>
#endif

/* Memory encryption as one processor reports it. */
enum memcrypt_state {
    MEMCRYPT_UNKNOWN,
    MEMCRYPT_ACTIVE,
    MEMCRYPT_NOT_SUPPORTED,
    MEMCRYPT_NOT_ACTIVE,
    MEMCRYPT_BYPASSED,
    MEMCRYPT_NOT_LOCKED,
};

enum memcrypt_key {
    MEMCRYPT_KEY_UNTOLD,   /* No register says anything of it (AMD). */
    MEMCRYPT_KEY_NEW,
    MEMCRYPT_KEY_RESTORED,
};

/*
 * What AMD's secure processors report of TSME.  There is one in each socket,
 * and on Zen 1 one on each die.
 */
struct memcrypt_psp {
    bool asked;
    unsigned int found; /* Those that report neither are silent. */
    unsigned int tsme, plain;
};

/* AMD APM vol. 2, "SYSCFG"; bit 26 as in the PPRs of family 1Ah. */
#define SYSCFG_ENCRYPTION    (SYSCFG_SME | SYSCFG_SNP | SYSCFG_MULTI_KEY)

/* What pages read as with the C-bit, and without. */
enum memcrypt_cbit {
    MEMCRYPT_CBIT_UNTRIED,
    MEMCRYPT_CBIT_IGNORED, /* The same, all of them. */
    MEMCRYPT_CBIT_MATTERS, /* Something else, at least one. */
};

/* Raw facts of one processor. */
struct memcrypt_regs {
    bool hypervisor;    /* CPUID.1:ECX[31] */
    bool intel, amd;    /* CPUID.0: GenuineIntel, AuthenticAMD */
    bool tme;           /* CPUID.(7,0):ECX[13]: the MSRs exist */
    bool readable;      /* All of the vendor's were read without a fault. */
    unsigned int maxphysaddr; /* CPUID.80000008:EAX[7:0] */
    uint64_t capability, activate, exclude_mask, exclude_base;

    bool sme;           /* CPUID.8000001F:EAX[0] */
    unsigned int cbit;  /* CPUID.8000001F:EBX[5:0] */
    uint64_t syscfg;    /* As far as it is about encryption. */
    bool zen1;          /* Each die is an SoC with a PSP of its own. */
    unsigned int dies;  /* CPUID.8000001E:ECX[10:8] + 1; 0: not known */

    /* Of the machine, not of one processor. */
    unsigned int sockets; /* 0: not known (yet) */
    struct memcrypt_psp psp;
    enum memcrypt_cbit cbit_probe;
};

/* What the PSPs say together. */
enum memcrypt_psps {
    MEMCRYPT_PSPS_UNASKED, /* Only the EFI loader can ask them. */
    MEMCRYPT_PSPS_NONE,   /* None was found, or none of a known kind. */
    MEMCRYPT_PSPS_SILENT, /* One does not report, and none says no. */
    MEMCRYPT_PSPS_TSME,   /* All report TSME. */
    MEMCRYPT_PSPS_PLAIN,  /* One, at least, reports that there is no TSME. */
};

/* What they mean. */
struct memcrypt {
    bool amd, by_psp;         /* Which evidence there is on AMD. */
    enum memcrypt_psps psps;
    enum memcrypt_state state;
    enum memcrypt_key key;
    unsigned int policy;      /* IA32_TME_ACTIVATE[7:4], if active */
    unsigned int keyid_bits;  /* Address bits that select a key (TME-MK) */
    uint64_t exclude, exclude_end; /* Not encrypted; empty if equal */
};

/* Pure. */
void memcrypt_decode(const struct memcrypt_regs *r, struct memcrypt *m);

enum memcrypt_psps memcrypt_psps(const struct memcrypt_psp *psp);
/* How many dies of a socket encrypt for themselves? */
unsigned int memcrypt_dies(const struct memcrypt_regs *r);
/* Do as many PSPs as there are, all of them, report TSME? */
bool memcrypt_psps_suffice(const struct memcrypt_regs *r);

/* In words, for the log. */
const char *memcrypt_name(const struct memcrypt *m);

#ifdef __XEN__
/* Empty, unless the EFI loader asked them. */
extern struct memcrypt_psp memcrypt_psp;

/* Ask this processor. */
void memcrypt_read(struct memcrypt_regs *r);

/* Does CPUID promise the registers of TME, or SYSCFG's bits for SME? */
bool memcrypt_has_tme(const struct memcrypt_regs *r);
bool memcrypt_has_sme(const struct memcrypt_regs *r);

/* At any time once Xen handles faults: false if there is no such register. */
bool memcrypt_rdmsr(unsigned int msr, uint64_t *val);

/* Was @cpu asked, when it came up, and do all that were say the same? */
bool memcrypt_asked(unsigned int cpu);
bool memcrypt_cpus_agree(void);
#endif

#endif /* X86_MEMCRYPT_H */
