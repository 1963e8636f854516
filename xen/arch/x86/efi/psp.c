/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD's secure processors (PSP) asked about TSME, while boot services are
 * alive: the firmware knows every PCI function, on all segments, and how to
 * get at its registers.  What they say together is for decode.c.
 *
 * Runs, with multiboot2, where it was not linked for: no pointer in static
 * data, no printk().
 */

#include "bootscrub.h"

#include <efi/efipciio.h>

#include <xen/init.h>
#include <xen/pci_regs.h>

#include <asm/memcrypt.h>

/* UEFI 2.10, section 14.4.2: the offset is an address, not within a BAR. */
#define PASS_THROUGH_BAR 0xff

/*
 * Where in BAR 2 the PCI function @id, device ID and vendor ID as read from
 * its header, has the PSP's capability register; 0 if it is not a PSP that
 * Linux's drivers/crypto/ccp/sp-pci.c knows.
 */
static unsigned int __init register_of(uint32_t id)
{
    switch ( id )
    {
    case 0x14561022: /* Zen 1 */
        return 0x105fc;

    case 0x11341022:
    case 0x115a1022:
    case 0x14861022:
    case 0x14ca1022:
    case 0x156e1022:
    case 0x15c71022:
    case 0x15df1022:
    case 0x16491022:
    case 0x17d81022:
    case 0x17e01022:
        return 0x109fc;

    default:
        return 0;
    }
}

/*
 * All ones: access is denied.  TSME's bit is valid only if the register
 * reports security attributes at all.
 */
#define PSP_REPORTS (1U << 7)
#define PSP_TSME    (1U << 13)

static void __init count(struct memcrypt_psp *psp, uint32_t capability)
{
    psp->found++;

    if ( capability == ~0U || !(capability & PSP_REPORTS) )
        return;

    if ( capability & PSP_TSME )
        psp->tsme++;
    else
        psp->plain++;
}

static bool __init read_config(EFI_PCI_IO *pci, unsigned int reg,
                               uint32_t *val)
{
    return pci->Pci.Read(pci, EfiPciIoWidthUint32, reg, 1,
                         val) == EFI_SUCCESS;
}

/* The memory that is behind BAR 2.  0 if there is none. */
static uint64_t __init bar2(EFI_PCI_IO *pci)
{
    uint32_t lo, hi = 0;

    if ( !read_config(pci, PCI_BASE_ADDRESS_2, &lo) ||
         (lo & PCI_BASE_ADDRESS_SPACE_IO) )
        return 0;

    if ( (lo & PCI_BASE_ADDRESS_MEM_TYPE_MASK) ==
         PCI_BASE_ADDRESS_MEM_TYPE_64 &&
         !read_config(pci, PCI_BASE_ADDRESS_3, &hi) )
        return 0;

    return ((uint64_t)hi << 32) | (lo & (uint32_t)PCI_BASE_ADDRESS_MEM_MASK);
}

/* The register at @offset; all ones, as if denied, if it cannot be read. */
static uint32_t __init read_register(EFI_PCI_IO *pci, unsigned int offset)
{
    uint64_t bar = bar2(pci), attr;
    uint32_t val = ~0U;

    /* Firmware need not leave a device enabled that it does not use. */
    if ( !bar ||
         pci->Attributes(pci, EfiPciIoAttributeOperationGet, 0,
                         &attr) != EFI_SUCCESS ||
         pci->Attributes(pci, EfiPciIoAttributeOperationEnable,
                         EFI_PCI_IO_ATTRIBUTE_MEMORY, NULL) != EFI_SUCCESS )
        return val;

    if ( pci->Mem.Read(pci, EfiPciIoWidthUint32, PASS_THROUGH_BAR,
                       bar + offset, 1, &val) != EFI_SUCCESS )
        val = ~0U;

    pci->Attributes(pci, EfiPciIoAttributeOperationSet, attr, NULL);

    return val;
}

void __init efi_memcrypt_psp(const EFI_BOOT_SERVICES *bs,
                             struct memcrypt_psp *psp)
{
    EFI_GUID guid = EFI_PCI_IO_PROTOCOL;
    EFI_HANDLE *handles;
    UINTN i, nr;

    psp->asked = true;

    if ( bs->LocateHandleBuffer(ByProtocol, &guid, NULL, &nr,
                                &handles) != EFI_SUCCESS )
        return;

    for ( i = 0; i < nr; i++ )
    {
        EFI_PCI_IO *pci;
        uint32_t id;
        unsigned int offset;

        if ( bs->HandleProtocol(handles[i], &guid,
                                (void **)&pci) != EFI_SUCCESS ||
             !read_config(pci, PCI_VENDOR_ID, &id) )
            continue;

        offset = register_of(id);
        if ( offset )
            count(psp, read_register(pci, offset));
    }

    bs->FreePool(handles);
}
