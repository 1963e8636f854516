/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen-bootscrub: did Xen skip the boot-time scrub, why or why not, and what
 * would help.  Reads what Xen publishes; changes nothing but, on request, the
 * receipt.  Described in xen-bootscrub(8).
 */

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

/* Of its output: a change of its meaning, or of the schemas, raises it. */
#define VERSION "3"

static void usage(FILE *to)
{
    fputs("Usage: xen-bootscrub [--json]         what this boot did, and why\n"
          "       xen-bootscrub --prometheus     the same for node_exporter\n"
          "       xen-bootscrub explain [TOKEN]  every gate, or one token\n"
          "       xen-bootscrub check [--json]   would auto skip here?\n"
          "       xen-bootscrub wait             until the scrub is over\n"
          "       xen-bootscrub monitor [--accept-assertions] [-t SECONDS]\n"
          "                                      one line and exit status\n"
          "       xen-bootscrub report [--compare OLD]\n"
          "                                      this machine, as YAML\n"
          "       xen-bootscrub log [--append]   the verdicts of all boots\n"
          "       xen-bootscrub forget           have the next boot scrub\n"
          "       xen-bootscrub --help | --version\n", to);
}

struct arguments {
    enum format format;
    bool accept;
    bool append;          /* log */
    unsigned int timeout; /* seconds; 0: none */
    const char *old;      /* report */
};

/* An option that belongs to another command: to which; else NULL. */
static const char *misplaced(const struct arguments *a, const char *command)
{
    bool status = !strcmp(command, "status");

    if ( (a->accept || a->timeout) && strcmp(command, "monitor") )
        return "--accept-assertions and -t go with monitor";
    if ( a->old && strcmp(command, "report") )
        return "--compare goes with report";
    if ( a->append && strcmp(command, "log") )
        return "--append goes with log";
    if ( a->format == FORMAT_PROMETHEUS && !status )
        return "--prometheus goes with no command";
    if ( a->format == FORMAT_JSON && !status && strcmp(command, "check") )
        return "--json goes with check, or with no command";

    return NULL;
}

static int run(int argc, char **argv, const struct arguments *a)
{
    const char *command = argc ? argv[0] : "status";
    const char *wrong = misplaced(a, command);

    if ( wrong )
        fail("%s; try --help", wrong);
    else if ( argc > 1 + !strcmp(command, "explain") )
        fail("%s takes no such word: \"%s\"; try --help", command,
             argv[argc - 1]);
    else if ( !strcmp(command, "status") )
        return cmd_status(a->format);
    else if ( !strcmp(command, "explain") )
        return cmd_explain(argc > 1 ? argv[1] : NULL);
    else if ( !strcmp(command, "check") )
        return cmd_check(a->format == FORMAT_JSON);
    else if ( !strcmp(command, "wait") )
        return cmd_wait();
    else if ( !strcmp(command, "monitor") )
        return cmd_monitor(a->accept);
    else if ( !strcmp(command, "report") )
        return cmd_report(a->old);
    else if ( !strcmp(command, "log") )
        return cmd_log(a->append);
    else if ( !strcmp(command, "forget") )
        return cmd_forget();
    else
        fail("there is no command \"%s\"; try --help", command);

    return EXIT_ERROR;
}

/* For monitoring systems, whose plugins take -t. */
static void timed_out(int signal)
{
    static const char said[] = "BOOTSCRUB UNKNOWN - Xen did not answer\n";

    (void)signal;
    (void)!write(STDOUT_FILENO, said, sizeof(said) - 1);
    _exit(MONITOR_UNKNOWN);
}

/* Seconds, 1 to a day; 0 if @s is no such number. */
static unsigned int parse_seconds(const char *s)
{
    char *end;
    unsigned long val = strtoul(s, &end, 10);

    return *s >= '0' && *s <= '9' && !*end && val <= 86400 ? val : 0;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { "json", no_argument, NULL, 'j' },
        { "prometheus", no_argument, NULL, 'p' },
        { "accept-assertions", no_argument, NULL, 'a' },
        { "timeout", required_argument, NULL, 't' },
        { "compare", required_argument, NULL, 'c' },
        { "append", no_argument, NULL, 'A' },
        { NULL, 0, NULL, 0 }
    };
    struct arguments a = { 0 };
    int option, status;

    screen_init();

    while ( (option = getopt_long(argc, argv, "hVt:", options, NULL)) != -1 )
        switch ( option )
        {
        case 'j':
            a.format = FORMAT_JSON;
            break;

        case 'p':
            a.format = FORMAT_PROMETHEUS;
            break;

        case 'a':
            a.accept = true;
            break;

        case 't':
            a.timeout = parse_seconds(optarg);
            if ( a.timeout )
                break;
            fail("-t takes seconds, 1 to 86400");
            return EXIT_ERROR;

        case 'c':
            a.old = optarg;
            break;

        case 'A':
            a.append = true;
            break;

        case 'V':
            puts("xen-bootscrub " VERSION);
            return EXIT_OK;

        case 'h':
            usage(stdout);
            return EXIT_OK;

        default:
            usage(stderr);
            return EXIT_ERROR;
        }

    signal(SIGALRM, timed_out);
    alarm(a.timeout);

    status = run(argc - optind, argv + optind, &a);

    /* A full disk or a closed pipe must not look like success. */
    if ( fflush(stdout) || ferror(stdout) )
    {
        fail("the output could not be written");
        return EXIT_ERROR;
    }

    return status;
}
