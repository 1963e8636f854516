/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Markers in memory, as the record names them.
 */

#include "app.h"

EFI_STATUS memory_map(struct bootscrub_efi_map *map)
{
    UINTN entries, key, desc_size;
    UINT32 version;

    map->desc = LibMemoryMap(&entries, &key, &desc_size, &version);
    if ( !map->desc )
        return EFI_OUT_OF_RESOURCES;

    map->size = entries * desc_size;
    map->desc_size = desc_size;

    return EFI_SUCCESS;
}

/* wipe markers N|all [BYTE]: as firmware that works there would. */
EFI_STATUS cmd_wipe(unsigned int argc, char **argv)
{
    struct bootscrub_efi_map map;
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

    if ( memory_map(&map) != EFI_SUCCESS )
        return EFI_OUT_OF_RESOURCES;

    for ( i = 0; i < nr && i < r.nr_markers; i++ )
        if ( bootscrub_readable_page(&map, r.marker[i]) )
        {
            memset((void *)r.marker[i], byte, BOOTSCRUB_MARKER_SIZE);
            Print(L"efi: marker %lx: wiped with %x\n", r.marker[i], byte);
        }

    FreePool((void *)map.desc);

    return EFI_SUCCESS;
}
