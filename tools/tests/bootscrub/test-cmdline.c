/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmdline.c: the grammar behind bootscrub=auto, and whether the loader's scan
 * comes to the same answer as Xen's own parser would.  That parser is not
 * here; what it does is in the cases' comments.
 */

#include "harness.h"
#include "shim.h"

#include <xen/lib/bootscrub/cmdline.h>

#include <stdio.h>

static const char *show(const struct bootscrub_options *o)
{
    static char text[40];

    snprintf(text, sizeof(text), "auto%s%s",
             o->assert_encrypted ? " encrypted" : "",
             o->fallback_on ? " on" : "");

    return text;
}

/* A NULL result: refused. */
static void test_grammar(void)
{
    static const struct {
        const char *s, *result;
    } cases[] = {
        { "auto", "auto" },
        { "auto ", "auto" },
        { "auto dom0_mem=4G", "auto" },
        { "auto,assert-encrypted", "auto encrypted" },
        { "auto,assert-encrypted,assert-encrypted", "auto encrypted" },
        { "auto,fallback=on", "auto on" },
        { "auto,fallback=idle", "auto" },
        { "auto,fallback=on,fallback=idle", "auto" },
        { "auto,fallback=idle,fallback=on", "auto on" },
        { "auto,fallback=on,assert-encrypted", "auto encrypted on" },
        { "auto,fallback=on x,assert-encrypted", "auto on" },

        { "", NULL }, { " ", NULL }, { " auto", NULL }, { ",auto", NULL },
        { "aut", NULL }, { "autox", NULL }, { "auto=", NULL },
        { "auto=on", NULL }, { "auto;", NULL }, { "auto\t", NULL },
        { "Auto", NULL }, { "AUTO", NULL },
        { "on", NULL }, { "idle", NULL }, { "no-auto", NULL },
        { "auto,", NULL }, { "auto,,", NULL }, { "auto, ", NULL },
        { "auto,,fallback=on", NULL }, { "auto,fallback=on,", NULL },
        { "auto,assert", NULL }, { "auto,assert-", NULL },
        { "auto,assert_encrypted", NULL }, { "auto,assert-encryptedx", NULL },
        { "auto,assert-history", NULL }, { "auto,no-assert-encrypted", NULL },
        { "auto,assert-encrypted=1", NULL },
        { "auto,assert-encrypte", NULL }, { "auto,assert-encryptedd", NULL },
        { "auto,fallback", NULL }, { "auto,fallback=", NULL },
        { "auto,fallback=off", NULL }, { "auto,fallback=onn", NULL },
        { "auto,fallback=o", NULL }, { "auto,fallback=idlex", NULL },
        { "auto,fallback=auto", NULL }, { "auto,fallback= on", NULL },
        { "auto,auto", NULL }, { "auto,on", NULL }, { "auto,idle", NULL },
        { "auto,assert-encrypted,nonsense", NULL },
    };
    unsigned int i, start;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        for ( start = 0; start < 2; start++ )
        {
            /* A failure leaves these alone; a success, nothing of them. */
            struct bootscrub_options o = { start, start };
            char before[40];

            snprintf(before, sizeof(before), "%s", show(&o));

            expect_num(!!cases[i].result,
                       bootscrub_parse_auto(cases[i].s, &o),
                       "cmdline: \"%s\": accepted", cases[i].s);
            expect_str(cases[i].result ?: before, show(&o),
                       "cmdline: \"%s\": options %s", cases[i].s, before);
        }
}

#define ON4 ",fallback=on,fallback=on,fallback=on,fallback=on"
#define ON8 ON4 ON4

static void test_scan(void)
{
    static const struct {
        const char *cmdline;
        bool from_no, from_yes; /* The answer, by what was parsed before. */
    } cases[] = {
        /* Nothing about it: as it was. */
        { NULL, false, true },
        { "", false, true },
        { " ", false, true },
        { "console=com1 dom0_mem=4G", false, true },

        { "bootscrub=auto", true, true },
        { "bootscrub=auto,assert-encrypted,fallback=on", true, true },
        { " bootscrub=auto", true, true },
        { "   bootscrub=auto   ", true, true },
        { "console=com1 bootscrub=auto dom0_mem=4G", true, true },
        { "console=com1  bootscrub=auto", true, true },

        /* Other modes.  Alone, it is a boolean; so is an empty value. */
        { "bootscrub=on", false, false }, { "bootscrub=off", false, false },
        { "bootscrub=1", false, false }, { "bootscrub=0", false, false },
        { "bootscrub=yes", false, false }, { "bootscrub=no", false, false },
        { "bootscrub=true", false, false },
        { "bootscrub=false", false, false },
        { "bootscrub=enable", false, false },
        { "bootscrub=disable", false, false },
        { "bootscrub=idle", false, false },
        { "bootscrub", false, false }, { "bootscrub ", false, false },
        { "bootscrub=", false, false }, { "bootscrub= auto", false, false },
        { "no-bootscrub", false, false },
        { "no-bootscrub console=com1", false, false },

        /* The last one wins. */
        { "bootscrub=auto bootscrub=idle", false, false },
        { "bootscrub=idle bootscrub=auto", true, true },
        { "bootscrub=auto bootscrub", false, false },
        { "bootscrub=auto no-bootscrub", false, false },
        { "no-bootscrub bootscrub=auto", true, true },
        { "bootscrub=off x bootscrub=on y bootscrub=auto z", true, true },

        /* A value that is refused leaves the mode as it was. */
        { "bootscrub=nonsense", false, true },
        { "bootscrub=auto,nonsense", false, true },
        { "bootscrub=auto,", false, true },
        { "bootscrub=autox", false, true },
        { "bootscrub=2", false, true },
        { "bootscrub=onx", false, true },
        { "bootscrub=on,auto", false, true },
        { "bootscrub=idlex", false, true },
        { "bootscrub=idle,", false, true },
        { "bootscrub=idle,fallback=on", false, true },
        { "bootscrub==auto", false, true },
        { "no-bootscrub=auto", false, true },
        { "no-bootscrub=", false, false },
        { "no-bootscrub=off", false, true },
        { "bootscrub=auto bootscrub=nonsense", true, true },
        { "bootscrub=off bootscrub=nonsense", false, false },

        /* Other words. */
        { "bootscrub_chunk=128M", false, true },
        { "bootscrub-chunk=auto", false, true },
        { "bootscrub_chunk=auto", false, true },
        { "bootscrubx=auto", false, true },
        { "bootscrubauto", false, true },
        { "bootscrubidle", false, true },
        { "bootscrub1", false, true },
        { "xbootscrub=auto", false, true },
        { "bootstrap=auto", false, true },
        { "bootscru=auto", false, true },
        { "bootscru", false, true },
        { "Bootscrub=auto", false, true },
        { "no-bootscrubx", false, true },
        { "no-no-bootscrub", false, true },
        { "no-", false, true },
        { "no- bootscrub", false, false },
        { "no- x", false, true },
        { "no-boot scrub", false, true },
        { "nobootscrub", false, true },
        { "x=bootscrub=auto", false, true },
        { "x,bootscrub=auto", false, true },
        { "\tbootscrub=auto", false, true },

        /* Behind " -- " is dom0's. */
        { "console=com1 -- bootscrub=auto", false, true },
        { "bootscrub=auto -- bootscrub=off", true, true },
        { "bootscrub=auto  --  bootscrub=off", true, true },
        { " -- bootscrub=auto", true, true },
        { "-- bootscrub=auto", true, true },
        { "console=com1 --bootscrub=off bootscrub=auto", true, true },
        { "console=com1 --- bootscrub=auto", true, true },
        { "bootscrub=auto --", true, true },

        /* Of a word, Xen takes 127 characters. */
        { "bootscrub=auto,assert-encrypted" ON8, true, true },
        { "bootscrub=auto,assert-encrypted" ON8 ",nonsense", true, true },
        { "bootscrub=auto,assert-encrypted" ON8 " bootscrub=off", false,
          false },
        { "bootscrub=auto" ON8 ON8, false, true },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        const char *s = cases[i].cmdline;

        expect_num(cases[i].from_no, bootscrub_scan(s, false),
                   "cmdline: scan \"%s\"", s ?: "(none)");
        expect_num(cases[i].from_yes, bootscrub_scan(s, true),
                   "cmdline: scan \"%s\", auto before", s ?: "(none)");
    }
}

/* Xen parses the built-in command line first. */
static void test_built_in(void)
{
    static const struct {
        const char *built_in, *cmdline;
        bool requested;
    } cases[] = {
        { "", "bootscrub=auto", true },
        { "bootscrub=auto", "", true },
        { "bootscrub=auto", NULL, true },
        { "bootscrub=auto", "bootscrub=idle", false },
        { "bootscrub=idle", "bootscrub=auto", true },
        { "bootscrub=auto", "bootscrub=nonsense", true },
        { "bootscrub=auto", "console=com1 -- bootscrub=off", true },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        expect_num(cases[i].requested,
                   bootscrub_scan(cases[i].cmdline,
                                  bootscrub_scan(cases[i].built_in, false)),
                   "cmdline: built in \"%s\", then \"%s\"", cases[i].built_in,
                   cases[i].cmdline ?: "(none)");
}

static void test_cmdline(void)
{
    test_grammar();
    test_scan();
    test_built_in();
}
UNIT_TESTS(test_cmdline)
