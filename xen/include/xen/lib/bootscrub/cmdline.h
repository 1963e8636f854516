/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: its options on the command line.
 */
#ifndef XEN_LIB_BOOTSCRUB_CMDLINE_H
#define XEN_LIB_BOOTSCRUB_CMDLINE_H

#include <xen/lib/bootscrub/types.h>

#include <xen/lib/bootscrub/decide.h>

/*
 * Parse what follows "auto" in bootscrub=auto[,...].  @s starts at "auto".
 * Returns true and sets *@o, or returns false and leaves it alone.
 */
bool bootscrub_parse_auto(const char *s, struct bootscrub_options *o);

/*
 * Does a command line that Xen would parse end up with bootscrub=auto?
 * @requested is the answer for what was parsed before it.  @cmdline may be
 * NULL.
 */
bool bootscrub_scan(const char *cmdline, bool requested);

#endif /* XEN_LIB_BOOTSCRUB_CMDLINE_H */
