/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In place of Xen's own header, for what is built where there is no tree of
 * Xen: as much of it as that needs.  It is not in the series, whose hooks put
 * these lines, where they are new, into Xen's.
 */
#ifndef __ASM_MSR_INDEX_H
#define __ASM_MSR_INDEX_H

#define MSR_APIC_BASE                       0x0000001b
#define  APIC_BASE_EXTD                     (_AC(1, ULL) << 10)

#define MSR_TME_CAPABILITY                  0x00000981
#define MSR_TME_ACTIVATE                    0x00000982
#define  TME_ACTIVATE_LOCKED                (_AC(1, ULL) <<  0)
#define  TME_ACTIVATE_ENABLED               (_AC(1, ULL) <<  1)
#define  TME_ACTIVATE_KEY_RESTORED          (_AC(1, ULL) <<  2)
#define  TME_ACTIVATE_KEY_SAVED             (_AC(1, ULL) <<  3)
#define  TME_ACTIVATE_POLICY                (_AC(0xf, ULL) << 4)
#define  TME_ACTIVATE_BYPASS                (_AC(1, ULL) << 31)
#define  TME_ACTIVATE_KEYID_BITS            (_AC(0xf, ULL) << 32)
#define MSR_TME_EXCLUDE_MASK                0x00000983
#define  TME_EXCLUDE_ENABLED                (_AC(1, ULL) << 11)
#define MSR_TME_EXCLUDE_BASE                0x00000984

#define MSR_K8_SYSCFG                       0xc0010010
#define  SYSCFG_SME                         (_AC(1, ULL) << 23)
#define  SYSCFG_SNP                         (_AC(1, ULL) << 24)
#define  SYSCFG_MULTI_KEY                   (_AC(1, ULL) << 26)

#endif /* __ASM_MSR_INDEX_H */
