/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only two EFI variables that the kit writes.  The hypervisor's files
 * believe that they are BootScrubRecord and BootScrubReceipt; here they get
 * names and a GUID of the kit's own, so that a Xen that is installed on the
 * machine keeps its record.
 */

#include "kit.h"

#include "efi.h"

static EFI_GUID kit_guid = {
    0x5b1a5f1e, 0x6d0c, 0x4b7f,
    { 0x9a, 0x51, 0x0e, 0x64, 0xc2, 0x0b, 0x8d, 0x37 }
};
static CHAR16 kit_record[] = L"BootScrubKitRecord";
static CHAR16 kit_receipt[] = L"BootScrubKitReceipt";

static EFI_RUNTIME_SERVICES services;

const EFI_RUNTIME_SERVICES *efi_rs = &services;
UINT64 efi_boot_max_var_store_size, efi_boot_remain_var_store_size;
bool nvram_refused;

/* Receipt, or record: nothing else is asked for. */
static CHAR16 *own_name(const CHAR16 *name)
{
    return StrCmp(name, L"BootScrubReceipt") ? kit_record : kit_receipt;
}

static EFI_STATUS EFIAPI get_variable(CHAR16 *name, EFI_GUID *guid,
                                      UINT32 *attr, UINTN *size, VOID *data)
{
    return RT->GetVariable(own_name(name), &kit_guid, attr, size, data);
}

static EFI_STATUS EFIAPI set_variable(CHAR16 *name, EFI_GUID *guid,
                                      UINT32 attr, UINTN size, VOID *data)
{
    EFI_STATUS status = RT->SetVariable(own_name(name), &kit_guid, attr, size,
                                        data);

    if ( size && EFI_ERROR(status) )
        nvram_refused = true;

    return status;
}

EFI_STATUS efi_rs_set_variable(CHAR16 *name, EFI_GUID *guid, UINT32 attr,
                               UINTN size, void *data)
{
    return set_variable(name, guid, attr, size, data);
}

void nvram_init(void)
{
    UINT64 largest;

    services = *RT;
    services.GetVariable = get_variable;
    services.SetVariable = set_variable;

    if ( EFI_ERROR(RT->QueryVariableInfo(RECEIPT_ATTR,
                                         &efi_boot_max_var_store_size,
                                         &efi_boot_remain_var_store_size,
                                         &largest)) )
        efi_boot_max_var_store_size = 0;
}

static bool is_gone(CHAR16 *name)
{
    UINT8 byte;
    UINTN size = sizeof(byte);

    return RT->GetVariable(name, &kit_guid, NULL, &size,
                           &byte) == EFI_NOT_FOUND;
}

static bool forget(CHAR16 *name)
{
    if ( !is_gone(name) )
        RT->SetVariable(name, &kit_guid, 0, 0, NULL);

    return is_gone(name);
}

bool nvram_forget(void)
{
    bool record = forget(kit_record), receipt = forget(kit_receipt);

    return record && receipt;
}
