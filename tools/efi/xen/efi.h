/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's xen/common/efi/efi.h on the firmware: types come from GNU-EFI, and the
 * run-time services are defined by applications that use them.
 */
#ifndef EFI_XEN_EFI_H
#define EFI_XEN_EFI_H

#include <efi/efi.h>

#define CONFIG_CMDLINE ""

extern const EFI_RUNTIME_SERVICES *efi_rs;
extern UINTN efi_memmap_size, efi_mdesc_size;
extern void *efi_memmap;
extern UINT64 efi_boot_max_var_store_size, efi_boot_remain_var_store_size;

void efi_bootscrub(const EFI_BOOT_SERVICES *bs, const char *cmdline);
EFI_STATUS efi_rs_set_variable(CHAR16 *name, EFI_GUID *guid, UINT32 attr,
                               UINTN size, void *data);

#endif /* EFI_XEN_EFI_H */
