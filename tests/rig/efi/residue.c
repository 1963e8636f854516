/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of residue need before Xen starts: secrets in memory that is
 * free again, and a memory map with other attributes.  Not for real machines.
 */

#include "tamper.h"

#define MAX_REGIONS  4
#define SECRET_SIZE  16

/*
 * leave NAME ADDRESS PAGES: a freed buffer there, full of "secret:NAME".  It
 * is filled after it was freed, for EDK2 may be built to overwrite what is
 * freed (PcdDebugClearMemoryValue), and other firmware does not.
 */
EFI_STATUS cmd_leave(unsigned int argc, char **argv)
{
    char secret[SECRET_SIZE] = "secret:.........";
    UINTN i, addr, pages;
    EFI_STATUS status;

    if ( !parse_number(argv[2], 16, &addr) || addr % EFI_PAGE_SIZE ||
         !parse_number(argv[3], 10, &pages) || !pages )
        return EFI_INVALID_PARAMETER;

    for ( i = 0; argv[1][i] && i < SECRET_SIZE - 7; i++ )
        secret[7 + i] = argv[1][i];

    status = BS->AllocatePages(AllocateAddress, EfiLoaderData, pages, &addr);
    if ( !EFI_ERROR(status) )
        status = BS->FreePages(addr, pages);
    if ( EFI_ERROR(status) )
        return status;

    for ( i = 0; i < pages * EFI_PAGE_SIZE / SECRET_SIZE; i++ )
        memcpy((char *)addr + i * SECRET_SIZE, secret, SECRET_SIZE);
    Print(L"efi: left %a in %d pages at %lx\n", argv[1], pages, addr);

    return EFI_SUCCESS;
}

/* Attributes for conventional RAM that the firmware's map lacks, by region. */
static struct region {
    EFI_PHYSICAL_ADDRESS start, end;
    UINT64 attr;
} regions[MAX_REGIONS];
static unsigned int nr_regions;

static EFI_STATUS (EFIAPI *firmware_map)(UINTN *size,
                                        EFI_MEMORY_DESCRIPTOR *map,
                                        UINTN *key, UINTN *desc_size,
                                        UINT32 *version);

static EFI_PHYSICAL_ADDRESS end_of(const EFI_MEMORY_DESCRIPTOR *d)
{
    return d->PhysicalStart + d->NumberOfPages * EFI_PAGE_SIZE;
}

/* Cut *@d in two at @addr, if that is inside; the map ends at @end. */
static bool split(EFI_MEMORY_DESCRIPTOR *d, EFI_PHYSICAL_ADDRESS addr,
                  char *end, UINTN desc_size)
{
    EFI_MEMORY_DESCRIPTOR *next = (void *)((char *)d + desc_size);

    if ( addr <= d->PhysicalStart || addr >= end_of(d) )
        return false;

    memmove(next, d, end - (char *)d);
    next->PhysicalStart = addr;
    next->NumberOfPages -= (addr - d->PhysicalStart) / EFI_PAGE_SIZE;
    d->NumberOfPages = (addr - d->PhysicalStart) / EFI_PAGE_SIZE;

    return true;
}

static EFI_STATUS EFIAPI map_with_attributes(UINTN *size,
                                             EFI_MEMORY_DESCRIPTOR *map,
                                             UINTN *key, UINTN *desc_size,
                                             UINT32 *version)
{
    UINTN room = *size;
    EFI_STATUS status = firmware_map(size, map, key, desc_size, version);
    UINTN more = 2 * nr_regions * *desc_size;
    char *p, *end;
    unsigned int i;

    if ( status == EFI_BUFFER_TOO_SMALL )
        *size += more;
    else if ( !EFI_ERROR(status) && room < *size + more )
    {
        *size += more;
        status = EFI_BUFFER_TOO_SMALL;
    }
    if ( EFI_ERROR(status) )
        return status;

    end = (char *)map + *size;
    for ( p = (char *)map; p < end; p += *desc_size )
        for ( i = 0; i < nr_regions; i++ )
        {
            EFI_MEMORY_DESCRIPTOR *d = (void *)p;
            const struct region *r = &regions[i];

            if ( d->Type != EfiConventionalMemory )
                continue;
            if ( split(d, r->start, end, *desc_size) )
                end += *desc_size;
            if ( split(d, r->end, end, *desc_size) )
                end += *desc_size;
            if ( d->PhysicalStart >= r->start && end_of(d) <= r->end )
                d->Attribute |= r->attr;
        }
    *size = end - (char *)map;

    return EFI_SUCCESS;
}

/* attribute START END BITS: all hexadecimal, from now on in the memory map */
EFI_STATUS cmd_attribute(unsigned int argc, char **argv)
{
    struct region r;

    if ( nr_regions == MAX_REGIONS ||
         !parse_number(argv[1], 16, &r.start) ||
         !parse_number(argv[2], 16, &r.end) ||
         !parse_number(argv[3], 16, &r.attr) || r.start >= r.end ||
         (r.start | r.end) % EFI_PAGE_SIZE )
        return EFI_INVALID_PARAMETER;

    regions[nr_regions++] = r;
    if ( nr_regions == 1 )
    {
        firmware_map = (void *)BS->GetMemoryMap;
        BS->GetMemoryMap = (void *)map_with_attributes;
        BS->Hdr.CRC32 = 0;
        BS->CalculateCrc32(&BS->Hdr, BS->Hdr.HeaderSize, &BS->Hdr.CRC32);
    }
    Print(L"efi: attributes %lx for %lx-%lx\n", r.attr, r.start, r.end);

    return EFI_SUCCESS;
}
