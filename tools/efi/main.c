/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EFI application for bootscrub=auto: shows its record and receipt, checks
 * what the firmware offers, forgets, and does to NVRAM and markers what tests
 * need before Xen starts.
 *
 * One command comes from the load options, as the UEFI shell passes them, or
 * many from bootscrub.txt beside the application, a line each; without either
 * it shows.  The first one that fails ends it.
 */

#include "app.h"

EFI_HANDLE app_image;

static EFI_STATUS cmd_boot(unsigned int argc, char **argv);
static EFI_STATUS cmd_reset(unsigned int argc, char **argv);
static EFI_STATUS cmd_help(unsigned int argc, char **argv);

static const struct command {
    const char *name;
    EFI_STATUS (*run)(unsigned int argc, char **argv);
    unsigned int words; /* that must follow */
    const CHAR16 *usage;
} commands[] = {
    { "show",     cmd_show,     0, L"record and receipt in words" },
    { "check",    cmd_check,    0, L"what the firmware offers" },
    { "forget",   cmd_forget,   0, L"delete both: the next boot scrubs" },
    { "help",     cmd_help,     0, L"this list" },
    { "delete",   cmd_delete,   1, L"record|receipt" },
    { "corrupt",  cmd_corrupt,  3, L"record|receipt OFFSET XOR" },
    { "patch",    cmd_patch,    3, L"record OFFSET BYTES" },
    { "truncate", cmd_truncate, 2, L"record|receipt SIZE" },
    { "create",   cmd_create,   3, L"record|receipt ATTRIBUTES BYTES|copy" },
    { "save",     cmd_save,     1, L"receipt" },
    { "restore",  cmd_restore,  1, L"receipt" },
    { "wipe",     cmd_wipe,     2, L"markers N|all [BYTE]" },
    { "count",    cmd_count,    1, L"N, in place of the monotonic count" },
    { "tpm",      cmd_tpm,      1, L"save, so that a reset is not counted" },
    { "writes",   cmd_writes,   1, L"refuse|drop, from now on" },
    { "leave",    cmd_leave,    3, L"NAME ADDRESS PAGES" },
    { "attribute", cmd_attribute, 3, L"START END BITS" },
    { "boot",     cmd_boot,     1, L"PATH [OPTION]..." },
    { "reset",    cmd_reset,    1, L"cold|warm|shutdown|port" },
};

static EFI_STATUS cmd_help(unsigned int argc, char **argv)
{
    unsigned int i;

    for ( i = 0; i < sizeof(commands) / sizeof(*commands); i++ )
        Print(L"efi: %a: %s\n", commands[i].name, commands[i].usage);

    return EFI_SUCCESS;
}

static EFI_LOADED_IMAGE *loaded_image(EFI_HANDLE handle)
{
    EFI_LOADED_IMAGE *image;

    return BS->HandleProtocol(handle, &LoadedImageProtocol,
                              (void **)&image) == EFI_SUCCESS ? image : NULL;
}

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

/* Cut @line into words and run it. */
static EFI_STATUS run_line(char *line)
{
    char *argv[MAX_WORDS];
    unsigned int i, argc = 0;
    EFI_STATUS status;

    for ( ; *line; line++ )
    {
        if ( *line == ' ' || *line == '\t' || *line == '\r' )
            *line = '\0';
        else if ( !argc || !line[-1] )
        {
            if ( argc == MAX_WORDS )
                return EFI_INVALID_PARAMETER;
            argv[argc++] = line;
        }
    }

    if ( !argc || argv[0][0] == '#' )
        return EFI_SUCCESS;

    for ( i = 0; i < sizeof(commands) / sizeof(*commands); i++ )
        if ( same(argv[0], commands[i].name) )
            break;

    if ( i == sizeof(commands) / sizeof(*commands) )
    {
        Print(L"efi: error: unknown command %a; try help\n", argv[0]);
        return EFI_INVALID_PARAMETER;
    }

    status = argc > commands[i].words ? commands[i].run(argc, argv)
                                      : EFI_INVALID_PARAMETER;
    if ( status == EFI_INVALID_PARAMETER )
        Print(L"efi: error: usage: %a %s\n", argv[0], commands[i].usage);
    else if ( EFI_ERROR(status) )
        Print(L"efi: error: %a: %r\n", argv[0], status);

    return status;
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

/* A command in the load options, behind the application's own name. */
static char *command_in_options(EFI_LOADED_IMAGE *image)
{
    const CHAR16 *options = image->LoadOptions;
    UINTN i, nr = image->LoadOptionsSize / sizeof(*options);
    char *line = AllocateZeroPool(nr + 1);

    if ( !line || !nr )
        return NULL;

    /* Boot managers pass data of their own there. */
    for ( i = 0; i < nr && options[i]; i++ )
        if ( options[i] < 0x20 || options[i] > 0x7e )
            return NULL;
        else
            line[i] = options[i];

    while ( *line && *line != ' ' )
        line++;

    return *line ? line + 1 : NULL;
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
    static char show[] = "show";
    EFI_LOADED_IMAGE *image;
    char *text;

    InitializeLib(handle, table);
    app_image = handle;
    image = loaded_image(handle);

    text = command_in_options(image);
    if ( !text )
        text = read_beside(image, L"bootscrub.txt");

    return run_script(text ? text : show);
}
