/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which reset comes next: what was asked for, what came back, what the user
 * wants now.  The state is on the stick before anything is done that might
 * not come back.
 */

#include "kit.h"

/* A reset and the firmware's own start take less than this, in seconds. */
#define LONG 600

static struct machine machine;

/* --- Endings ------------------------------------------------------------- */

/* The stick can be full, write-protected or gone. */
static void give_up(void)
{
    say("\nThe stick cannot be written (any more): the kit stops here.\n"
        "What the stick already has is kept.\n");
    say(nvram_forget() ? "The kit's EFI variables are deleted.\n"
                       : "The kit's EFI variables could not be deleted.\n");
}

static bool save(struct state *s)
{
    if ( state_save(s) )
        return true;

    give_up();

    return false;
}

static void show_summary(const struct summary *sum)
{
    unsigned int i;

    say("\n");
    for ( i = 0; i < KIT_LINES; i++ )
        say("%s\n", sum->line[i]);
}

static void finish(struct state *s)
{
    struct summary sum;
    char name[80];

    sum_up(s, &machine, &sum);
    screen_clear();
    say("Boot scrub kit: the end\n");
    show_summary(&sum);

    if ( !report_write(s, &machine, &sum, true, name) )
    {
        give_up();
        return;
    }

    say("\nThe report is on the stick: %s\n", name);
    say("docs/hardware/README.md says how to send it.\n");
    say(nvram_forget() ? "The kit's EFI variables are deleted.\n"
                       : "The kit's EFI variables could not be deleted.\n");
    state_delete();
    say("The stick can be taken out.  [Enter] leaves    [o] switches off\n");
    if ( ask_key(s, "\ro") == 'o' )
        RT->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
}

/* --- Time ---------------------------------------------------------------- */

static void get_time(EFI_TIME *when)
{
    if ( EFI_ERROR(RT->GetTime(when, NULL)) )
        memset(when, 0, sizeof(*when));
}

/* Days are counted from March, so that leap days come last. */
static uint64_t seconds(const EFI_TIME *when)
{
    uint64_t year = when->Year - (when->Month < 3);
    uint64_t month = (when->Month + 9) % 12;
    uint64_t days = 365 * year + year / 4 - year / 100 + year / 400 +
                    (153 * month + 2) / 5 + when->Day;

    return ((days * 24 + when->Hour) * 60 + when->Minute) * 60 + when->Second;
}

static bool took_long(const struct state *s, const EFI_TIME *now)
{
    return s->asked.Year && now->Year &&
           seconds(now) > seconds(&s->asked) + LONG;
}

/* --- A measurement ------------------------------------------------------- */

static const char *part_name(enum part part)
{
    static const char *const name[] = {
        [PART_NONE] = "nothing",
        [PART_PROCESSORS] = "asking the processors",
        [PART_TPM] = "asking the TPM",
        [PART_AUTO] = "reading registers, PSPs and markers",
    };

    return name[part];
}

static bool enter_part(struct state *s, enum part part)
{
    s->part = part;

    return save(s);
}

/* What came back is the next step, whatever happens while it is measured. */
static bool measure(struct state *s, bool by_hand)
{
    static struct step step;
    const struct step *before = s->nr_steps ? &s->step[s->nr_steps - 1] : NULL;

    memset(&step, 0, sizeof(step));
    step.kind = s->nr_steps ? s->pending : KIND_FIRST;
    step.by_hand = by_hand;
    step.asked = s->asked;
    get_time(&step.came);

    acpi_init();
    smbios_read(&machine);
    count_measure(&step);

    if ( !enter_part(s, PART_TPM) )
        return false;
    tpm_measure(&step);

    if ( !enter_part(s, PART_PROCESSORS) )
        return false;
    cpus_measure(&step);

    if ( !enter_part(s, PART_AUTO) )
        return false;
    psps_measure(&step);
    auto_run(&step, before);

    s->step[s->nr_steps++] = step;
    s->part = PART_NONE;
    s->stuck = 0;
    s->pending = KIND_FIRST;
    memset(&s->asked, 0, sizeof(s->asked));

    return save(s);
}

/* So that the stick has a report even if there is no end. */
static bool report_so_far(const struct state *s)
{
    struct summary sum;
    char name[80];

    sum_up(s, &machine, &sum);
    if ( report_write(s, &machine, &sum, false, name) )
        return true;

    give_up();

    return false;
}

/* The last start did not get through its measurement. */
static bool was_stuck(struct state *s)
{
    if ( s->part == PART_NONE )
        return false;

    s->stuck++;
    say("The kit's last start stopped while %s.\n", part_name(s->part));
    if ( s->stuck < 2 )
    {
        say("It tries once more.\n");
        return false;
    }

    say("This was the second time: the kit cannot go on on this machine.\n"
        "Please send KIT0.DAT and KIT1.DAT of the stick, and say what machine "
        "this is.\n");
    say(nvram_forget() ? "The kit's EFI variables are deleted.\n"
                       : "The kit's EFI variables could not be deleted.\n");

    return true;
}

/* --- The menu ------------------------------------------------------------ */

static const struct choice {
    char key;
    enum kind kind;
    const char *words;
} choices[] = {
    { 'w', KIND_WARM, "warm reset" },
    { 'c', KIND_COLD, "cold reset" },
    { 'o', KIND_OFF, "switch off; wait ten seconds, switch on again" },
    { 'x', KIND_CRASH, "crash: the machine restarts by itself" },
    { 'b', KIND_BUTTON, "press the reset button" },
    { 'u', KIND_USUAL, "restart, boot your usual system, and come back" },
};
#define NR_CHOICES (sizeof(choices) / sizeof(*choices))

static unsigned int how_often(const struct state *s, enum kind kind)
{
    unsigned int i, nr = 0;

    for ( i = 0; i < s->nr_steps; i++ )
        nr += s->step[i].kind == kind;

    return nr;
}

static void show_step(const struct state *s)
{
    const struct step *step = &s->step[s->nr_steps - 1];
    unsigned int i, nr[BOOTSCRUB_NR_MARKER_CLASSES] = {};

    say("Boot scrub kit: start %u of at most %u, after: %s%s\n", s->nr_steps,
        KIT_MAX_STEPS, kind_token(step->kind),
        step->by_hand ? ", and not by itself" : "");
    say("%s\n", memcrypt_name(&step->memcrypt));

    for ( i = 0; i < step->nr_markers; i++ )
        nr[step->marker[i].class]++;
    if ( step->nr_markers )
        say("Markers: %u readable, %u noise, %u cleared, %u overwritten\n",
            nr[BOOTSCRUB_MARKER_READABLE], nr[BOOTSCRUB_MARKER_NOISE],
            nr[BOOTSCRUB_MARKER_CLEARED], nr[BOOTSCRUB_MARKER_OVERWRITTEN]);

    if ( step->facts.encryption == BOOTSCRUB_ENCRYPTION_NOT_SUPPORTED )
        say("This processor has no memory encryption.  Resets show the "
            "counters only;\n[e] ends with a report of that.\n");
    if ( nvram_refused )
        say("The firmware does not let the kit write EFI variables: "
            "bootscrub=auto could\nnever skip here.  The kit goes on without "
            "them.\n");
}

static void show_menu(const struct state *s)
{
    unsigned int i;

    say("\nWhat next?  In this order, if all is to be tried:      done\n");
    for ( i = 0; i < NR_CHOICES; i++ )
        say("  [%c] %-48s %u\n", choices[i].key, choices[i].words,
            how_often(s, choices[i].kind));
    say("  [e] end: ten lines, the report, and no variables left\n"
        "  [q] leave for now; the kit goes on at its next start\n");
}

static void crash(void)
{
    static const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) no_idt = {};

    /* Without handlers an exception is a triple fault, and that a reset. */
    asm volatile ( "lidt %0; int3" :: "m" (no_idt) );
}

static void reset(enum kind kind)
{
    switch ( kind )
    {
    case KIND_COLD:
        RT->ResetSystem(EfiResetCold, EFI_SUCCESS, 0, NULL);
        break;

    case KIND_OFF:
        RT->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
        break;

    case KIND_CRASH:
        crash();
        break;

    case KIND_BUTTON:
        say("\nPress the reset button now.\n");
        for ( ; ; )
            asm volatile ( "pause" );

    default:
        RT->ResetSystem(EfiResetWarm, EFI_SUCCESS, 0, NULL);
        break;
    }
}

static void go(struct state *s, const struct choice *choice)
{
    s->pending = choice->kind;
    get_time(&s->asked);
    if ( !save(s) )
        return;

    say("%s: start the kit again afterwards, from the same stick.\n",
        choice->words);
    reset(choice->kind);

    s->pending = KIND_FIRST;
    say("The firmware did not do it.  Switch the machine off and on.\n");
    save(s);
}

static void choose(struct state *s)
{
    unsigned int i;
    char key;

    screen_clear();
    show_step(s);
    show_menu(s);

    if ( s->nr_steps == KIT_MAX_STEPS )
    {
        say("There is no room for more starts: [e] or [q].\n");
        key = ask_key(s, "eq");
    }
    else
        key = ask_key(s, "wcoxbueq");

    if ( key == 'e' )
        finish(s);
    else if ( key == 'q' )
        save(s);

    for ( i = 0; i < NR_CHOICES; i++ )
        if ( choices[i].key == key )
            go(s, &choices[i]);
}

/* --- A start ------------------------------------------------------------- */

/* False: the usual system is to be booted now. */
static bool is_back(struct state *s)
{
    char key;

    say("The kit asked you to boot your usual system.\n"
        "  [y] I am back from there\n"
        "  [s] start it now: the kit leaves, and the firmware goes on\n");
    key = ask_key(s, "ys");
    save(s);

    return key == 'y';
}

static bool came_by_hand(struct state *s)
{
    EFI_TIME now;

    get_time(&now);
    if ( s->pending == KIND_FIRST || s->pending == KIND_OFF ||
         s->pending == KIND_BUTTON || s->pending == KIND_USUAL ||
         !took_long(s, &now) )
        return false;

    say("The kit asked for a reset (%s) more than ten minutes ago.\n"
        "Did the machine come back by itself?\n"
        "  [y] yes    [n] no, I switched it off, or pressed reset\n",
        kind_token(s->pending));

    return ask_key(s, "yn") == 'n';
}

/*
 * A boot option that ends in an error has the firmware try the next one; one
 * that ends well may have it stop in its setup (UEFI 2.10, section 3.1.1).
 */
EFI_STATUS steps_run(struct state *s)
{
    bool by_hand;

    if ( was_stuck(s) )
        return EFI_DEVICE_ERROR;

    if ( s->pending == KIND_USUAL && !is_back(s) )
        return EFI_ABORTED;

    if ( s->nr_steps < KIT_MAX_STEPS )
    {
        by_hand = came_by_hand(s);
        if ( !measure(s, by_hand) || !report_so_far(s) )
            return EFI_DEVICE_ERROR;
    }
    else
        smbios_read(&machine);

    choose(s);

    return EFI_SUCCESS;
}
