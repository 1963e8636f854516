/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes to memory that nobody uses at the moment: to markers where the record
 * says that they are, or to a range.  Pages in use are left as they are.
 */

#include "tamper.h"

/* A mistyped end must not keep a test busy for ever. */
#define MAX_RANGE (16ULL << 30)

typedef void (*fill_fn)(void *page, UINTN byte);

/* What can be allocated is free.  It is filled after it was freed again. */
static bool fill_page(UINT64 addr, fill_fn fill, UINTN byte)
{
    EFI_PHYSICAL_ADDRESS page = addr;

    if ( BS->AllocatePages(AllocateAddress, EfiLoaderData, 1,
                           &page) != EFI_SUCCESS )
        return false;

    BS->FreePages(page, 1);
    fill((void *)addr, byte);

    return true;
}

static void fill_byte(void *page, UINTN byte)
{
    memset(page, byte, EFI_PAGE_SIZE);
}

/* SplitMix64: one stream through all pages, so no two of them are alike. */
static void fill_random(void *page, UINTN unused)
{
    static UINT64 state = 0x62736372;
    UINT64 *word = page, z;
    UINTN i;

    for ( i = 0; i < EFI_PAGE_SIZE / sizeof(*word); i++ )
    {
        z = state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        word[i] = z ^ (z >> 31);
    }
}

static EFI_STATUS fill_markers(const char *which, fill_fn fill, UINTN byte,
                               const char *how)
{
    struct bootscrub_record r;
    struct variable v;
    UINTN i, done = 0, nr = BOOTSCRUB_MAX_MARKERS;

    if ( !same(which, "all") && !parse_number(which, 10, &nr) )
        return EFI_INVALID_PARAMETER;

    if ( variable_get(&v, variable_name("record")) != EFI_SUCCESS ||
         !bootscrub_record_decode(&r, v.data, v.size) )
    {
        Print(L"efi: error: there is no valid record\n");
        return EFI_NOT_FOUND;
    }

    for ( i = 0; i < nr && i < r.nr_markers; i++ )
        if ( fill_page(r.marker[i], fill, byte) )
        {
            Print(L"efi: marker %lx: wiped with %a\n", r.marker[i], how);
            done++;
        }

    /* A test that tampers with nothing would assert nothing. */
    return done ? EFI_SUCCESS : EFI_NOT_FOUND;
}

static EFI_STATUS fill_range(const char *from, const char *to, fill_fn fill,
                             const char *how)
{
    UINTN addr, start, end, done = 0;

    if ( !parse_number(from, 16, &start) || !parse_number(to, 16, &end) ||
         start >= end || (start | end) % EFI_PAGE_SIZE ||
         end - start > MAX_RANGE )
        return EFI_INVALID_PARAMETER;

    for ( addr = start; addr < end; addr += EFI_PAGE_SIZE )
        done += fill_page(addr, fill, 0);
    Print(L"efi: %lx-%lx: %ld of %ld pages filled with %a\n", start, end,
          done, (end - start) / EFI_PAGE_SIZE, how);

    return done ? EFI_SUCCESS : EFI_NOT_FOUND;
}

static EFI_STATUS fill_words(unsigned int argc, char **argv, fill_fn fill,
                             const char *how)
{
    if ( same(argv[1], "markers") )
        return fill_markers(argc > 2 ? argv[2] : "all", fill, 0, how);

    return argc > 2 ? fill_range(argv[1], argv[2], fill, how)
                    : EFI_INVALID_PARAMETER;
}

/* wipe markers N|all [BYTE]: as firmware that works there would. */
EFI_STATUS cmd_wipe(unsigned int argc, char **argv)
{
    UINTN byte = 0;

    if ( !same(argv[1], "markers") ||
         (argc > 3 && (!parse_number(argv[3], 16, &byte) || byte > 0xff)) )
        return EFI_INVALID_PARAMETER;

    return fill_markers(argv[2], fill_byte, byte, argc > 3 ? argv[3] : "0");
}

/* zero START END|markers [N|all]: as firmware that clears memory. */
EFI_STATUS cmd_zero(unsigned int argc, char **argv)
{
    return fill_words(argc, argv, fill_byte, "zeros");
}

/* random START END|markers [N|all]: as software that leaves such data. */
EFI_STATUS cmd_random(unsigned int argc, char **argv)
{
    return fill_words(argc, argv, fill_random, "random data");
}
