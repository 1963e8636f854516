/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is there a Xen, and may we ask it?
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

bool running_on_xen(void)
{
    char type[8] = "";
    FILE *file = fopen("/sys/hypervisor/type", "r");

    if ( !file )
        return false;

    if ( !fgets(type, sizeof(type), file) )
        type[0] = '\0';
    fclose(file);

    return !strncmp(type, "xen", 3);
}

bool can_ask_xen(void)
{
    if ( !running_on_xen() )
    {
        fail("this system does not run under Xen; "
             "\"check\", \"explain TOKEN\", \"log\" and \"report\" work without");
        return false;
    }

    if ( geteuid() )
    {
        fail("only root may ask Xen: run this as root, or with sudo");
        return false;
    }

    if ( access("/dev/xen/privcmd", R_OK | W_OK) )
    {
        fail("/dev/xen/privcmd cannot be used: "
             "load the module xen-privcmd, and run this in dom0");
        return false;
    }

    return true;
}
