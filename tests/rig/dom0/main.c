/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The test dom0: does what its command line says and ends the run.  What the
 * words do is in the other files; a new one is a function and a row below.
 */

#include "dom0.h"
#include "hypercall.h"

#define DEBUG_EXIT_PORT 0xf4

/* Numbers are decimal, ATTRIBUTES, DATA and ADDRESS hexadecimal without 0x. */
static const struct command {
    const char *word;
    bool (*run)(char *arg);
} commands[] = {
    { "claim",     cmd_claim },     /* [=DOMAIN[:PAGES]], self or a number */
    { "counter",   cmd_counter },
    { "cpu-online", cmd_cpu_online }, /* =CPU, one that is offline */
    { "crash",     cmd_crash },
    { "destroy",   cmd_destroy },   /* the domain that claimed */
    { "efi-calls", cmd_efi_calls }, /* all that have no command of their own */
    { "exit",      cmd_exit },      /* =CODE */
    { "fill",      cmd_fill },      /* =NAME, all it has, with a secret */
    { "forge",     cmd_forge },     /* =NAME:SIZE, its copies in NVRAM */
    { "give",      cmd_give },      /* =MIB, to a domain */
    { "heap",      cmd_heap },      /* what was ever claimed */
    { "hypfs",     cmd_hypfs },     /* [=PATH], all leaves there */
    { "hypfs-write", cmd_hypfs_write }, /* =PATH:VALUE */
    { "log",       cmd_log },       /* =WORD, lines of Xen's log with it */
    { "map",       cmd_map },       /* =ADDRESS, of the machine; reads it */
    { "markers",   cmd_markers },   /* tries to reach them */
    { "mem",       cmd_mem },
    { "peek",      cmd_peek },      /* =ADDRESS, linear */
    { "reboot",    cmd_reboot },
    { "release",   cmd_release },   /* all that was claimed for self */
    { "scan",      cmd_scan },      /* =NAME, what was claimed, for secrets */
    { "sleep",     cmd_sleep },     /* =MILLISECONDS */
    { "suspend",   cmd_suspend },   /* to RAM */
    { "time",      cmd_time },
    { "var-attributes", cmd_var_attributes }, /* =NAME:GUID, tries all */
    { "var-copy",  cmd_var_copy },  /* =NAME:GUID:NAME */
    { "var-del",   cmd_var_del },   /* =NAME:GUID */
    { "var-fill",  cmd_var_fill },  /* =NAME:GUID, until there is no room */
    { "var-get",   cmd_var_get },   /* =NAME:GUID */
    { "var-list",  cmd_var_list },
    { "var-set",   cmd_var_set },   /* =NAME:GUID:ATTRIBUTES:DATA|ramdisk */
    { "wait-leaf", cmd_wait_leaf }, /* =PATH:VALUE:SECONDS */
};

static unsigned int failures;

static void print_end(void)
{
    if ( failures )
        printf("dom0: failed %u commands\n", failures);
    else
        printf("dom0: done\n");
}

void finish(unsigned int code)
{
    struct physdev_set_iopl iopl = { .iopl = 1 };

    hypercall3(HYPERCALL_physdev_op, PHYSDEVOP_set_iopl, addr(&iopl), 0);
    asm volatile ( "outl %0, %1"
                   : : "a" (code), "Nd" ((uint16_t)DEBUG_EXIT_PORT) );

    printf("dom0: QEMU was started without its isa-debug-exit device\n");
    for ( ; ; )
        sleep_until(now() + 1000000000);
}

bool cmd_exit(char *arg)
{
    uint64_t code;

    if ( !parse_number(arg, 10, &code) || code > 127 )
    {
        printf("dom0: exit wants a number up to 127, not \"%s\"\n", arg);
        return false;
    }

    print_end();
    finish(code);
}

static bool shut_down(uint32_t reason)
{
    struct sched_shutdown op = { .reason = reason };

    print_end();
    hypercall3(HYPERCALL_sched_op, SCHEDOP_shutdown, addr(&op), 0);

    return false;
}

bool cmd_reboot(char *arg)
{
    (void)arg;

    return shut_down(SHUTDOWN_reboot);
}

bool cmd_crash(char *arg)
{
    (void)arg;

    return shut_down(SHUTDOWN_crash);
}

static bool run(char *arg)
{
    const char *word = cut(&arg, '=');
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(commands); i++ )
        if ( !strcmp(word, commands[i].word) )
            return commands[i].run(arg);

    printf("dom0: unknown command %s\n", word);

    return false;
}

/*
 * Xen 4.20's EFI loader leaves the image's name in: it must end in ".elf",
 * or be that of its section in a unified image, "kernel".
 */
static char *skip_image_name(char *s)
{
    size_t n = 0;

    while ( s[n] && s[n] != ' ' )
        n++;

    if ( (n >= 4 && !memcmp(s + n - 4, ".elf", 4)) ||
         (n == 6 && !memcmp(s, "kernel", 6)) )
        return s + n;

    return s;
}

void dom0_main(struct start_info *si)
{
    char *rest = skip_image_name(si->cmd_line);

    trap_init();
    time_init();
    frames_init(si);
    claim_init(si);
    efi_init(si);
    printf("dom0: started at %lu ns\n", now());

    if ( strlen(rest) + (rest - si->cmd_line) + 1 >= sizeof(si->cmd_line) )
    {
        printf("dom0: the command line is too long, its end is lost\n");
        failures++;
    }

    while ( *rest )
    {
        char *word = cut(&rest, ' ');
        /* A leading '!' expects failure: what an attacker must not manage. */
        bool wanted = *word != '!';

        if ( *word && run(word + !wanted) != wanted )
            failures++;
    }

    print_end();
    finish(failures ? EXIT_FAILED : EXIT_OK);
}
