/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen-bootscrub: did Xen skip the boot-time scrub, why or why not, and what
 * would help.  Reads what Xen publishes; changes nothing but, on request, the
 * receipt.  Described in xen-bootscrub(8).
 */

#include <getopt.h>
#include <string.h>

#include "tool.h"

static void usage(FILE *to)
{
    fputs("Usage: xen-bootscrub [--json]         what this boot did, and why\n"
          "       xen-bootscrub explain [TOKEN]  every gate, or one reason\n"
          "       xen-bootscrub check [--json]   would auto skip here?\n"
          "       xen-bootscrub wait             until the scrub is over\n"
          "       xen-bootscrub monitor          one line and exit status\n"
          "       xen-bootscrub forget           have the next boot scrub\n"
          "       xen-bootscrub --help\n", to);
}

static int run(int argc, char **argv, bool json)
{
    const char *command = argc ? argv[0] : "status";
    bool takes_json = !strcmp(command, "status") || !strcmp(command, "check");

    if ( argc > 1 + !strcmp(command, "explain") || (json && !takes_json) )
        fail("%s does not take that; try --help", command);
    else if ( !strcmp(command, "status") )
        return cmd_status(json);
    else if ( !strcmp(command, "explain") )
        return cmd_explain(argc > 1 ? argv[1] : NULL);
    else if ( !strcmp(command, "check") )
        return cmd_check(json);
    else if ( !strcmp(command, "wait") )
        return cmd_wait();
    else if ( !strcmp(command, "monitor") )
        return cmd_monitor();
    else if ( !strcmp(command, "forget") )
        return cmd_forget();
    else
        fail("there is no command \"%s\"; try --help", command);

    return EXIT_ERROR;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "help", no_argument, NULL, 'h' },
        { "json", no_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 }
    };
    bool json = false;
    int option, status;

    screen_init();

    while ( (option = getopt_long(argc, argv, "h", options, NULL)) != -1 )
        switch ( option )
        {
        case 'j':
            json = true;
            break;

        case 'h':
            usage(stdout);
            return EXIT_OK;

        default:
            usage(stderr);
            return EXIT_ERROR;
        }

    status = run(argc - optind, argv + optind, json);

    /* A full disk or a closed pipe must not look like success. */
    if ( fflush(stdout) || ferror(stdout) )
    {
        fail("the output could not be written");
        return EXIT_ERROR;
    }

    return status;
}
