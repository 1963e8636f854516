/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock firmware's PCI functions: as much of EFI_PCI_IO_PROTOCOL (UEFI
 * 2.10, section 14.4) as xen/arch/x86/efi/psp.c uses.  A function's
 * memory can be read while its attributes say so.
 */

#include "firmware.h"

#include <efi/efipciio.h>

#include <string.h>

EFI_HANDLE mock_pci_handles[MOCK_MAX_PCI];

static EFI_PCI_IO pci_io[MOCK_MAX_PCI];

static struct mock_pci *function(EFI_PCI_IO *this)
{
    return &mock_firmware.pci[this - pci_io];
}

static EFI_STATUS EFIAPI read_config(EFI_PCI_IO *this,
                                     EFI_PCI_IO_PROTOCOL_WIDTH width,
                                     UINT32 offset, UINTN count, VOID *buf)
{
    const struct mock_pci *pci = function(this);
    enum mock_call call = mock_enter('x');
    uint32_t val = offset == 0x18 ? pci->bar2
                 : offset == 0x1c ? pci->bar3 : pci->id;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    if ( width != EfiPciIoWidthUint32 || count != 1 )
        return mock_leave(call, EFI_INVALID_PARAMETER);

    memcpy(buf, &val, sizeof(val));

    return mock_leave(call, EFI_SUCCESS);
}

static EFI_STATUS EFIAPI read_memory(EFI_PCI_IO *this,
                                     EFI_PCI_IO_PROTOCOL_WIDTH width,
                                     UINT8 bar, UINT64 offset, UINTN count,
                                     VOID *buf)
{
    const struct mock_pci *pci = function(this);
    enum mock_call call = mock_enter('i');
    bool there = pci->attributes & EFI_PCI_IO_ATTRIBUTE_MEMORY;
    uint32_t val = there && offset == pci->at ? pci->value : ~0U;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    if ( width != EfiPciIoWidthUint32 || count != 1 ||
         bar != EFI_PCI_IO_PASS_THROUGH_BAR )
        return mock_leave(call, EFI_INVALID_PARAMETER);

    memcpy(buf, &val, sizeof(val));

    return mock_leave(call, EFI_SUCCESS);
}

static EFI_STATUS EFIAPI attributes(EFI_PCI_IO *this,
                                    EFI_PCI_IO_PROTOCOL_ATTRIBUTE_OPERATION op,
                                    UINT64 attr, UINT64 *result)
{
    struct mock_pci *pci = function(this);
    enum mock_call call = mock_enter('y');

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    switch ( op )
    {
    case EfiPciIoAttributeOperationGet:
        *result = pci->attributes;
        break;

    case EfiPciIoAttributeOperationSet:
        pci->attributes = attr;
        break;

    case EfiPciIoAttributeOperationEnable:
        pci->attributes |= attr;
        break;

    default:
        return mock_leave(call, EFI_UNSUPPORTED);
    }

    return mock_leave(call, EFI_SUCCESS);
}

EFI_STATUS EFIAPI mock_locate_pci(EFI_LOCATE_SEARCH_TYPE type, EFI_GUID *guid,
                                  VOID *key, UINTN *nr, EFI_HANDLE **handles)
{
    enum mock_call call = mock_enter('b');
    unsigned int i;

    (void)guid;
    (void)key;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    if ( type != ByProtocol || !mock_firmware.nr_pci )
        return mock_leave(call, EFI_NOT_FOUND);

    for ( i = 0; i < mock_firmware.nr_pci; i++ )
        mock_pci_handles[i] = &pci_io[i];
    *handles = mock_pci_handles;
    *nr = mock_firmware.nr_pci;

    return mock_leave(call, EFI_SUCCESS);
}

EFI_STATUS EFIAPI mock_open_pci(EFI_HANDLE handle, EFI_GUID *guid,
                                VOID **interface)
{
    enum mock_call call = mock_enter('o');
    EFI_PCI_IO *pci = handle;

    (void)guid;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    pci->Pci.Read = read_config;
    pci->Mem.Read = read_memory;
    pci->Attributes = attributes;
    *interface = pci;

    return mock_leave(call, EFI_SUCCESS);
}

/* Zen 2 and later. */
void mock_psps(unsigned int nr, uint32_t first)
{
    unsigned int i;

    mock_firmware.nr_pci = nr;
    for ( i = 0; i < nr; i++ )
        mock_firmware.pci[i] = (struct mock_pci){
            .id = 0x14861022, .bar2 = (i + 1) << 24,
            .at = ((i + 1) << 24) + 0x109fc,
            .value = i ? MOCK_PSP_TSME : first,
        };
}
