/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds a command in the program's table and runs it.  The table is the
 * program's: see main.c.
 */

#include "app.h"

EFI_HANDLE app_image;

EFI_STATUS cmd_help(unsigned int argc, char **argv)
{
    unsigned int i;

    for ( i = 0; i < nr_commands; i++ )
        Print(L"efi: %a: %s\n", commands[i].name, commands[i].usage);

    return EFI_SUCCESS;
}

EFI_LOADED_IMAGE *loaded_image(EFI_HANDLE handle)
{
    EFI_LOADED_IMAGE *image;

    return BS->HandleProtocol(handle, &LoadedImageProtocol,
                              (void **)&image) == EFI_SUCCESS ? image : NULL;
}

/* A command in the load options, behind the application's own name. */
char *command_in_options(EFI_LOADED_IMAGE *image)
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

static bool asks_for_help(const char *word)
{
    return same(word, "-h") || same(word, "--help") || same(word, "/?");
}

/* Cut @line into words and run it. */
EFI_STATUS run_line(char *line)
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

    if ( asks_for_help(argv[0]) )
        return cmd_help(1, argv);

    for ( i = 0; i < nr_commands; i++ )
        if ( same(argv[0], commands[i].name) )
            break;

    if ( i == nr_commands )
    {
        Print(L"efi: error: unknown command %a; try help\n", argv[0]);
        return EFI_INVALID_PARAMETER;
    }

    if ( !commands[i].words && argc > 1 )
    {
        Print(L"efi: error: %a stands alone: there is no \"%a\"\n", argv[0],
              argv[1]);
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
