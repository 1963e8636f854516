/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kit says first, and what it needs before it does anything.
 */

#include "kit.h"

static void introduce(void)
{
    say("Boot scrub kit\n\n"
        "Finds out what this machine does to its memory, and to the key of its\n"
        "memory encryption, when it restarts.\n\n"
        "It writes to\n"
        "  - the stick that it was started from: KIT0.DAT, KIT1.DAT and one "
        "report;\n"
        "  - two EFI variables of its own, BootScrubKitRecord and\n"
        "    BootScrubKitReceipt, which it deletes at the end;\n"
        "  - at most 32 free pages of memory, which come back with the next "
        "restart.\n"
        "It opens no other disk, changes no setting, and sends nothing "
        "anywhere.\n"
        "The report has no serial numbers, no MAC addresses and no UUIDs.\n\n"
        "It has the machine restarted in six ways, one key each, which takes "
        "about\n"
        "15 minutes.  It can be left at any time, and goes on where it was.\n\n"
        "  [Enter] begin    [q] leave: nothing was written\n\n");
}

static bool is_good(enum stick stick)
{
    switch ( stick )
    {
    case STICK_OK:
        return true;

    case STICK_NONE:
        say("The kit does not find the stick that it was started from.  "
            "Nothing was done.\n");
        break;

    case STICK_FULL:
        say("The stick is full: the kit needs 4 MiB.  Make room, and start it "
            "again.\nNothing was written.\n");
        break;

    default:
        say("The stick cannot be written: is it write-protected?  Nothing was "
            "written.\n");
        break;
    }

    return false;
}

/* The variables are of no use without the state that goes with them. */
static void say_variables(void)
{
    say(nvram_forget() ? "The kit has left no EFI variables.\n"
                       : "The kit's EFI variables could not be deleted.\n");
}

/* False: the user wants to leave. */
static bool load(struct state *s)
{
    switch ( state_load(s) )
    {
    case FOUND_DAMAGED:
        say("The kit's files on the stick (KIT0.DAT, KIT1.DAT) are damaged, "
            "or another\nversion's.  [a] begin anew    [q] leave\n");
        if ( ask_key(s, "aq") == 'q' )
            return false;

        state_delete();
        nvram_forget();
        break;

    case FOUND_OLDER:
        say("The newer of the kit's two files is damaged; it goes on from the "
            "older one.\n");
        break;

    default:
        break;
    }

    return true;
}

static bool is_agreed(struct state *s)
{
    if ( s->told )
        return true;

    introduce();
    s->told = ask_key(s, "\rq") == '\r';

    return s->told;
}

static EFI_STATUS run(EFI_HANDLE image)
{
    static struct state state;

    if ( !is_good(stick_open(image)) || !load(&state) || !is_agreed(&state) )
    {
        say_variables();
        return EFI_SUCCESS;
    }

    if ( !is_good(stick_probe()) )
    {
        say_variables();
        return EFI_SUCCESS;
    }

    return steps_run(&state);
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table)
{
    InitializeLib(image, table);
    /* The firmware's watchdog resets after five minutes (UEFI, 7.5). */
    BS->SetWatchdogTimer(0, 0, 0, NULL);
    screen_clear();

    return run(image);
}
