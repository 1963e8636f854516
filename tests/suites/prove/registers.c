/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any registers, and what was found of PSPs and the C-bit.
 */

#include "prove.h"

#include "memcrypt.h"

#define ANY      Frama_C_unsigned_long_interval(0, -1UL)
#define ANY_INT  Frama_C_unsigned_int_interval(0, -1U)
#define ANY_BOOL Frama_C_interval(0, 1)

void prove_registers(void)
{
    struct memcrypt_regs r = {
        .hypervisor = ANY_BOOL, .intel = ANY_BOOL, .amd = ANY_BOOL,
        .tme = ANY_BOOL, .readable = ANY_BOOL, .maxphysaddr = ANY_INT,
        .capability = ANY, .activate = ANY, .exclude_mask = ANY,
        .exclude_base = ANY, .sme = ANY_BOOL, .cbit = ANY_INT, .syscfg = ANY,
        .zen1 = ANY_BOOL, .dies = ANY_INT, .sockets = ANY_INT,
        .psp = { ANY_BOOL, ANY_INT, ANY_INT, ANY_INT },
        .cbit_probe = Frama_C_interval(0, MEMCRYPT_CBIT_MATTERS),
    };
    struct memcrypt m;

    memcrypt_decode(&r, &m);
    memcrypt_name(&m);
}
