/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EFI application for administrators: shows the record and the receipt of
 * bootscrub=auto, checks what it needs of this machine, and forgets both.
 *
 * The command is in the load options, as the UEFI shell passes them; without
 * one the program shows.  It reads no file, so whoever signs it signs these
 * four commands and nothing else.
 */

#include "app.h"

const struct command commands[] = {
    { "show",   cmd_show,   0, L"record and receipt in words" },
    { "check",  cmd_check,  0, L"could bootscrub=auto skip here?" },
    { "forget", cmd_forget, 0, L"delete both: the next boot scrubs" },
    { "help",   cmd_help,   0, L"this list" },
};
const unsigned int nr_commands = sizeof(commands) / sizeof(*commands);

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
    static char show[] = "show";
    char *line;

    InitializeLib(handle, table);
    app_image = handle;
    line = command_in_options(loaded_image(handle));

    return run_line(line ? line : show);
}
