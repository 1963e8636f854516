/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The receipt, through efivarfs.  Without it the next boot scrubs.  The record
 * is the loader's: nothing that runs now can see or change it.
 */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <efivar/efivar.h>

#include "tool.h"

#define NAME "BootScrubReceipt"

/* 3078a4d4-5512-44a4-a39b-14aa25c46348 */
static const efi_guid_t guid =
    EFI_GUID(0x3078a4d4, 0x5512, 0x44a4, 0xa39b,
             0x14, 0xaa, 0x25, 0xc4, 0x63, 0x48);

enum bootscrub_state receipt_present(void)
{
    size_t size;

    if ( !efi_variables_supported() )
        return BOOTSCRUB_UNKNOWN;

    errno = 0;
    if ( !efi_get_variable_size(guid, NAME, &size) )
        return BOOTSCRUB_PROVED;

    return errno == ENOENT ? BOOTSCRUB_DISPROVED : BOOTSCRUB_UNKNOWN;
}

/*
 * Xen writes the receipt before it starts dom0, or not in this session: there
 * is none to wait for.
 */
int cmd_forget(void)
{
    if ( geteuid() )
    {
        fail("only root may change EFI variables: run this as root");
        return EXIT_ERROR;
    }

    switch ( receipt_present() )
    {
    case BOOTSCRUB_DISPROVED:
        puts("There is no receipt to forget; the next boot scrubs anyway, "
             "unless Xen's command line has assert-encrypted");
        return EXIT_OK;

    case BOOTSCRUB_PROVED:
        break;

    default:
        fail("EFI variables cannot be read: boot through UEFI, without "
             "efi=no-rs, and mount efivarfs on /sys/firmware/efi/efivars");
        return EXIT_ERROR;
    }

    if ( efi_del_variable(guid, NAME) )
    {
        fail("the receipt cannot be deleted: %s; is efivarfs mounted "
             "read-only?", strerror(errno));
        return EXIT_NO;
    }

    if ( receipt_present() != BOOTSCRUB_DISPROVED )
    {
        fail("the firmware deleted the receipt, but it is still there; "
             "boot once with bootscrub=on instead");
        return EXIT_NO;
    }

    puts("The receipt is deleted; the next boot scrubs all memory, unless "
         "Xen's command line has assert-encrypted");

    return EXIT_OK;
}
