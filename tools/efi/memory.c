/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Markers in memory, as the record names them.
 */

#include "app.h"

/* Whoever can allocate it may look at it; nothing is changed. */
bool page_is_free(UINT64 addr)
{
    EFI_PHYSICAL_ADDRESS page = addr;

    if ( BS->AllocatePages(AllocateAddress, EfiLoaderData, 1,
                           &page) != EFI_SUCCESS )
        return false;

    BS->FreePages(page, 1);

    return true;
}

/* wipe markers N|all [BYTE]: as firmware that works there would. */
EFI_STATUS cmd_wipe(unsigned int argc, char **argv)
{
    struct bootscrub_record r;
    struct variable v;
    UINTN i, nr = BOOTSCRUB_MAX_MARKERS, byte = 0;

    if ( !same(argv[1], "markers") ||
         (!same(argv[2], "all") && !parse_number(argv[2], 10, &nr)) ||
         (argc > 3 && (!parse_number(argv[3], 16, &byte) || byte > 0xff)) )
        return EFI_INVALID_PARAMETER;

    if ( variable_get(&v, variable_name("record")) != EFI_SUCCESS ||
         !bootscrub_record_decode(&r, v.data, v.size) )
    {
        Print(L"efi: error: there is no valid record\n");
        return EFI_NOT_FOUND;
    }

    for ( i = 0; i < nr && i < r.nr_markers; i++ )
        if ( page_is_free(r.marker[i]) )
        {
            memset((void *)r.marker[i], byte, BOOTSCRUB_MARKER_SIZE);
            Print(L"efi: marker %lx: wiped with %x\n", r.marker[i], byte);
        }

    return EFI_SUCCESS;
}
