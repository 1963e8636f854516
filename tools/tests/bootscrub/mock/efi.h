/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's xen/common/efi/efi.h for user space: UEFI's types come from Xen's
 * headers or, outside of a tree of Xen, from GNU-EFI's, as Xen's once did.
 */
#ifndef MOCK_EFI_H
#define MOCK_EFI_H

#ifdef XEN_EFI_HEADERS
#include <asm/efibind.h>
#include <efi/efidef.h>
#include <efi/efierr.h>
#include <efi/eficon.h>
#include <efi/efidevp.h>
#include <efi/eficapsule.h>
#include <efi/efiapi.h>
#else
#include <efi/efi.h>
#endif

#define CONFIG_CMDLINE ""

extern const EFI_RUNTIME_SERVICES *efi_rs;
extern UINTN efi_memmap_size, efi_mdesc_size;
extern void *efi_memmap;
extern UINT64 efi_boot_max_var_store_size, efi_boot_remain_var_store_size;

void efi_bootscrub(const EFI_BOOT_SERVICES *bs, const char *cmdline);
EFI_STATUS efi_rs_set_variable(CHAR16 *name, EFI_GUID *guid, UINT32 attr,
                               UINTN size, void *data);

#endif /* MOCK_EFI_H */
