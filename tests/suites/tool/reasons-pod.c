/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's table of gates and reasons as POD items, for xen-bootscrub(8): see
 * man-reasons.
 */

#include <stdio.h>

/* One that gives no advice has none to give. */
static void reason(const char *token, const char *state, const char *sentence,
                   const char *remedy)
{
    printf("=item B<%s> (%s)\n\n%s.\n", token, state, sentence);
    if ( *remedy )
        printf("What helps: %s.\n", remedy);
    putchar('\n');
}

int main(void)
{
    const char *const PROVED = "verdict", *const DISPROVED = "disproved",
               *const UNKNOWN = "unknown";

    printf("=over\n\n");

#define GATE(id, token, sentence) \
    printf("=back\n\nGate B<" token ">: " sentence ".\n\n=over\n\n");
#define REASON(id, token, state, sentence, remedy) \
    reason(token, state, sentence, remedy);
#include <xen/bootscrub-reasons.h>

    printf("=back\n");

    return 0;
}
