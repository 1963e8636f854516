/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory encryption, by the hypervisor's own files: what this processor's
 * registers say and, on AMD, what the PSPs do.
 */

#include "app.h"

#include "efi.h"
#include "xen.h"

#include "../../xen/arch/x86/efi/bootscrub.h"

bool show_encryption(void)
{
    struct memcrypt_regs regs = {};
    struct memcrypt m;

    memcrypt_read(&regs);
    if ( regs.hypervisor )
    {
        Print(L"efi: check: memory encryption: unknown: this is a virtual "
              L"machine\n");
        return false;
    }

    /* Whether each socket has a PSP that answers is for Xen to see. */
    regs.sockets = 1;
    if ( regs.amd )
        efi_memcrypt_psp(BS, &regs.psp);
    memcrypt_decode(&regs, &m);
    Print(L"efi: check: memory encryption: %a", memcrypt_name(&m));
    if ( m.state == MEMCRYPT_ACTIVE && m.key != MEMCRYPT_KEY_UNTOLD )
        Print(L", key %a", m.key == MEMCRYPT_KEY_NEW ? "new" : "restored");
    Print(L" (this processor)\n");

    return m.state == MEMCRYPT_ACTIVE || m.state == MEMCRYPT_UNKNOWN;
}
