/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tampering EFI program of the emulated machine: does to NVRAM, counters
 * and memory what other software or broken firmware could do before Xen
 * starts.  For tests alone: never sign it, never put it on a real machine.
 *
 * Commands come from tamper.txt beside the program, a line each, or one from
 * the load options.  The first one that fails ends it.  It knows the
 * commands of bootscrub.efi, too.
 */

#include "tamper.h"

static EFI_STATUS cmd_boot(unsigned int argc, char **argv);
static EFI_STATUS cmd_returns(unsigned int argc, char **argv);
static EFI_STATUS cmd_reset(unsigned int argc, char **argv);

const struct command commands[] = {
    { "show",     cmd_show,     0, L"record and receipt in words" },
    { "check",    cmd_check,    0, L"could bootscrub=auto skip here?" },
    { "forget",   cmd_forget,   0, L"delete both: the next boot scrubs" },
    { "help",     cmd_help,     0, L"this list" },
    { "delete",   cmd_delete,   1, L"record|receipt" },
    { "corrupt",  cmd_corrupt,  3, L"record|receipt OFFSET XOR" },
    { "patch",    cmd_patch,    3, L"record OFFSET BYTES" },
    { "truncate", cmd_truncate, 2, L"record|receipt SIZE" },
    { "create",   cmd_create,   3, L"record|receipt ATTRIBUTES BYTES|copy" },
    { "save",     cmd_save,     1, L"record|receipt, to another variable" },
    { "restore",  cmd_restore,  1, L"record|receipt, as it was saved" },
    { "wipe",     cmd_wipe,     2, L"markers N|all [BYTE]" },
    { "zero",     cmd_zero,     1, L"START END | markers [N|all]" },
    { "random",   cmd_random,   1, L"START END | markers [N|all]" },
    { "count",    cmd_count,    1,
      L"N, in place of the monotonic count; none: it fails" },
    { "tpm",      cmd_tpm,      1, L"save, so that a reset is not counted" },
    { "writes",   cmd_writes,   1,
      L"refuse|drop|full|nearly-full|refuse-later|fault-later" },
    { "leave",    cmd_leave,    3, L"NAME ADDRESS PAGES" },
    { "attribute", cmd_attribute, 3, L"START END BITS" },
    { "boot",     cmd_boot,     1, L"PATH [OPTION]..." },
    { "returns",  cmd_returns,  1, L"PATH [OPTION]..., which comes back" },
    { "reset",    cmd_reset,    1, L"cold|warm|shutdown|port" },
};
const unsigned int nr_commands = sizeof(commands) / sizeof(*commands);

/* Append the words to a string of their own, for another image's options. */
static CHAR16 *join(unsigned int argc, char **argv)
{
    CHAR16 *all = PoolPrint(L"%a", argv[0]);
    unsigned int i;

    for ( i = 1; i < argc; i++ )
        all = PoolPrint(L"%s %a", all, argv[i]);

    return all;
}

static EFI_STATUS cmd_boot(unsigned int argc, char **argv)
{
    EFI_LOADED_IMAGE *self = loaded_image(app_image), *image;
    CHAR16 *path = PoolPrint(L"%a", argv[1]);
    EFI_HANDLE handle;
    EFI_STATUS status;

    status = BS->LoadImage(FALSE, app_image,
                           FileDevicePath(self->DeviceHandle, path), NULL, 0,
                           &handle);
    if ( EFI_ERROR(status) )
    {
        Print(L"efi: error: %s: %r\n", path, status);
        return status;
    }

    image = loaded_image(handle);
    image->LoadOptions = join(argc - 1, argv + 1);
    image->LoadOptionsSize = StrSize(image->LoadOptions);
    Print(L"efi: starting %s\n", image->LoadOptions);

    return BS->StartImage(handle, NULL, NULL);
}

/* As boot, of an image that comes back, whatever it says, for bad options. */
static EFI_STATUS cmd_returns(unsigned int argc, char **argv)
{
    EFI_STATUS status = cmd_boot(argc, argv);

    Print(L"efi: it came back: %r\n", status);

    return EFI_SUCCESS;
}

/* Reset control register of PC chipsets; firmware does not get to know. */
static void __attribute__((noreturn)) reset_by_port(void)
{
    asm volatile ( "outb %0, %1" : : "a" ((UINT8)0x02), "Nd" ((UINT16)0xcf9) );
    asm volatile ( "outb %0, %1" : : "a" ((UINT8)0x06), "Nd" ((UINT16)0xcf9) );
    for ( ; ; )
        asm volatile ( "hlt" );
}

static EFI_STATUS cmd_reset(unsigned int argc, char **argv)
{
    EFI_RESET_TYPE type;

    if ( same(argv[1], "cold") )
        type = EfiResetCold;
    else if ( same(argv[1], "warm") )
        type = EfiResetWarm;
    else if ( same(argv[1], "shutdown") )
        type = EfiResetShutdown;
    else if ( same(argv[1], "port") )
        reset_by_port();
    else
        return EFI_INVALID_PARAMETER;

    RT->ResetSystem(type, EFI_SUCCESS, 0, NULL);

    return EFI_DEVICE_ERROR;
}

static EFI_STATUS run_script(char *text)
{
    EFI_STATUS status = EFI_SUCCESS;
    char *next;

    for ( ; text && !EFI_ERROR(status); text = next )
    {
        for ( next = text; *next && *next != '\n'; next++ )
            continue;

        if ( *next )
            *next++ = '\0';
        else
            next = NULL;

        status = run_line(text);
    }

    return status;
}

/* All of the file beside @image, NUL-terminated, or NULL. */
static char *read_beside(EFI_LOADED_IMAGE *image, const CHAR16 *name)
{
    CHAR16 *path = DevicePathToStr(image->FilePath);
    UINTN end = StrLen(path), size = 65535;
    EFI_FILE_HANDLE root, file;
    char *text;

    while ( end && path[end - 1] != L'\\' )
        end--;
    path[end] = 0;
    path = PoolPrint(L"%s%s", path, name);

    root = LibOpenRoot(image->DeviceHandle);
    if ( !root || root->Open(root, &file, path, EFI_FILE_MODE_READ,
                             0) != EFI_SUCCESS )
        return NULL;

    text = AllocateZeroPool(size + 1);
    if ( text && file->Read(file, &size, text) != EFI_SUCCESS )
        text = NULL;

    return text;
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
    static char help[] = "help";
    EFI_LOADED_IMAGE *image;
    char *text;

    InitializeLib(handle, table);
    app_image = handle;
    image = loaded_image(handle);

    text = command_in_options(image);
    if ( !text )
        text = read_beside(image, L"tamper.txt");

    return run_script(text ? text : help);
}
