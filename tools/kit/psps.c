/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD's secure processors, one by one.  The hypervisor's efi/psp.c asks them,
 * and only counts; here it is called with one PCI function at a time in sight,
 * so that each one's word goes into the report.
 */

#include "kit.h"

#include "efi.h"
#include "efi/efipciio.h"
#include "../../xen/arch/x86/efi/bootscrub.h"

static EFI_GUID pci_guid = EFI_PCI_IO_PROTOCOL_GUID;

/* What is read last from the one function is what its register holds. */
static EFI_PCI_IO *real;
static EFI_PCI_IO seen;
static uint32_t last;

static EFI_STATUS EFIAPI mem_read(EFI_PCI_IO *this,
                                  EFI_PCI_IO_PROTOCOL_WIDTH width, UINT8 bar,
                                  UINT64 offset, UINTN count, VOID *buf)
{
    EFI_STATUS status = real->Mem.Read(real, width, bar, offset, count, buf);

    if ( status == EFI_SUCCESS )
        last = *(uint32_t *)buf;

    return status;
}

static EFI_STATUS EFIAPI config_read(EFI_PCI_IO *this,
                                     EFI_PCI_IO_PROTOCOL_WIDTH width,
                                     UINT32 offset, UINTN count, VOID *buf)
{
    return real->Pci.Read(real, width, offset, count, buf);
}

static EFI_STATUS EFIAPI attributes(EFI_PCI_IO *this,
                                    EFI_PCI_IO_PROTOCOL_ATTRIBUTE_OPERATION op,
                                    UINT64 attr, UINT64 *result)
{
    return real->Attributes(real, op, attr, result);
}

static EFI_STATUS EFIAPI one_handle(EFI_LOCATE_SEARCH_TYPE type,
                                    EFI_GUID *guid, VOID *key, UINTN *nr,
                                    EFI_HANDLE **handles)
{
    *nr = 1;
    *handles = AllocateZeroPool(sizeof(**handles));

    return *handles ? EFI_SUCCESS : EFI_OUT_OF_RESOURCES;
}

static EFI_STATUS EFIAPI one_protocol(EFI_HANDLE handle, EFI_GUID *guid,
                                      VOID **interface)
{
    *interface = &seen;

    return EFI_SUCCESS;
}

static void ask(struct step *step, EFI_PCI_IO *pci, uint32_t id)
{
    EFI_BOOT_SERVICES services = *BS;
    struct memcrypt_psp psp = {};
    UINTN segment = 0, bus = 0, device = 0, function = 0;

    real = pci;
    seen = *pci;
    seen.Mem.Read = mem_read;
    seen.Pci.Read = config_read;
    seen.Attributes = attributes;
    services.LocateHandleBuffer = (void *)one_handle;
    services.HandleProtocol = one_protocol;

    last = ~0U;
    efi_memcrypt_psp(&services, &psp);
    if ( !psp.found )
        return;

    pci->GetLocation(pci, &segment, &bus, &device, &function);

    if ( step->nr_psps < KIT_MAX_PSPS )
        step->psp[step->nr_psps++] = (struct psp){
            .segment = segment, .bus = bus, .device = device,
            .function = function, .id = id, .capability = last,
        };
}

void psps_measure(struct step *step)
{
    EFI_HANDLE *handles;
    UINTN i, nr;

    step->nr_psps = 0;
    if ( BS->LocateHandleBuffer(ByProtocol, &pci_guid, NULL, &nr,
                                &handles) != EFI_SUCCESS )
        return;

    for ( i = 0; i < nr; i++ )
    {
        EFI_PCI_IO *pci;
        uint32_t id;

        if ( BS->HandleProtocol(handles[i], &pci_guid,
                                (void **)&pci) == EFI_SUCCESS &&
             pci->Pci.Read(pci, EfiPciIoWidthUint32, 0, 1,
                           &id) == EFI_SUCCESS )
            ask(step, pci, id);
    }

    BS->FreePool(handles);
}
