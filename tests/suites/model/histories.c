/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Histories that once broke something, in the shipped code or in a draft of
 * it, and what has to come of their last boot now.  The first is as it was
 * found, with an option that is now called assert-encrypted.
 */

#include "histories.h"
#include "search.h"

#include <string.h>

static const struct history {
    const char *name, *world;
    const char *events;       /* Lines; the last one is a boot. */
    const char *verdict;      /* "skipped" or "performed", and the reason */
    enum broken broken;       /* What an assumption rules out, if any. */
} histories[] = {
    { "record lost, key kept, asserted", "amd",
      "reset\nboot\nend\n"
      "reset key=kept-called-new\nboot fault=nvram-full\nend\n"
      "reset key=kept-called-new\nboot options=assert-history\n",
      "skipped asserted", NOTHING },
    { "power cut before the record, key kept, asserted", "amd",
      "reset\nboot\nend\n"
      "reset key=kept-called-new\nboot fault=cut-before-record\n"
      "reset key=kept-called-new\nboot options=assert-encrypted\n",
      "skipped asserted", NOTHING },
    { "record lost, key kept", "amd",
      "reset\nboot\nend\n"
      "reset key=kept-called-new\nboot fault=nvram-full\nend\n"
      "reset key=kept-called-new\nboot\n",
      "performed no-record", NOTHING },
    { "NVRAM and its counter fail for one boot", "amd",
      "reset\nboot\nend\n"
      "reset key=kept-called-new nvram=read-only\nboot\nend\n"
      "reset key=kept-called-new\nboot\n",
      "performed marker-readable", NOTHING },
    { "the same, and the reset is hidden from the TPM", "amd-tpm",
      "reset\nboot\nend tpm-reset=hidden\n"
      "reset key=kept-called-new nvram=read-only\nboot\nend\n"
      "reset key=kept-called-new\nboot\n",
      "performed marker-readable", NOTHING },
    { "another system in between, asserted", "amd",
      "reset\nboot\nend\nreset key=kept-called-new\nother\nend\n"
      "reset key=kept-called-new\nboot options=assert-encrypted\n",
      "skipped asserted", NOTHING },
    { "an asserted session is not confirmed", "one-counter",
      "reset\nboot\nend\n"
      "reset encryption=a-only\nboot options=assert-encrypted cpus=missing\n"
      "end\nreset\nboot\n",
      "performed not-clean", NOTHING },
    { "memory without processors, and the SRAT is not used", "cxl",
      "reset encryption=a-only\nboot cpus=numa-off\nend\n"
      "reset encryption=a-only markers=b-overwritten\nboot cpus=numa-off\n",
      "performed unchecked-memory", NOTHING },
    { "planted raw by a session that nobody confirmed", "one-counter",
      "reset key=kept-called-new machine=virtual\nboot\nend\n"
      "reset key=kept encryption=b-excluded\nboot says=nothing\nend\n"
      "reset key=kept-called-new markers=a-overwritten\n"
      "boot options=assert-encrypted\n",
      "skipped asserted", NOTHING },
    /*
     * Firmware begins to fault in the receipt.  The boot after the one that it
     * stops writes none, and so gets to dom0.
     */
    { "the receipt faults: the first boot", "turns",
      "reset\nboot\nend\nreset\nboot\nend\nreset\nboot fault=receipt-faults\n",
      "off", NOTHING },
    { "the receipt faults: the second boot", "turns",
      "reset\nboot\nend\nreset\nboot\nend\nreset\nboot fault=receipt-faults\n"
      "reset\nboot fault=receipt-faults\n",
      "performed not-clean", NOTHING },
    { "the receipt faults: the third boot", "turns",
      "reset\nboot\nend\nreset\nboot\nend\nreset\nboot fault=receipt-faults\n"
      "reset\nboot fault=receipt-faults\nend\n"
      "reset\nboot fault=receipt-faults\n",
      "off", NOTHING },
    { "the receipt faults: the fourth boot", "turns",
      "reset\nboot\nend\nreset\nboot\nend\nreset\nboot fault=receipt-faults\n"
      "reset\nboot fault=receipt-faults\nend\n"
      "reset\nboot fault=receipt-faults\nreset\nboot fault=receipt-faults\n",
      "performed not-clean", NOTHING },
    /* Both counters deceived, which assumption (a) of the design rules out. */
    { "a reset hidden, the count put back, plaintext in between", "tpm",
      "reset\nboot\nend tpm-reset=hidden\nreset encryption=off\nother\n"
      "end monotonic=rewind\nreset\nboot\n",
      "skipped proven", BROKE_I2 },
    { "the same on AMD with the key kept", "amd-tpm",
      "reset\nboot\nend tpm-reset=hidden\nreset key=kept-called-new\nother\n"
      "end monotonic=rewind\nreset key=kept-called-new\nboot\n",
      "skipped proven", BROKE_I1 },
};

/* Take @events.  Returns whether all are events; nothing follows a break. */
static bool take_lines(const struct world *w, const char *events,
                       struct step *step)
{
    const char *line, *next;
    bool merged = merging;
    union event e;

    *step = (struct step){ .to = first_state() };
    merging = false;
    for ( line = events; *line; line = next + 1 )
    {
        char copy[128];

        next = strchr(line, '\n');
        snprintf(copy, sizeof(copy), "%.*s", (int)(next - line), line);
        if ( step->broken || !parse_event(copy, &e) )
            break;

        take(w, step->to, e, step);
    }
    merging = merged;

    return !*line;
}

enum broken what_breaks(const struct world *w, const char *events)
{
    struct step step;

    return take_lines(w, events, &step) ? step.broken : NOTHING;
}

static bool comes_out(const struct history *h, const struct world *w)
{
    struct step step;
    char verdict[64];

    if ( !take_lines(w, h->events, &step) )
        return false;

    if ( step.booted )
        snprintf(verdict, sizeof(verdict), "%s %s",
                 step.skipped ? "skipped" : "performed",
                 reason_token(step.reason));
    else
        snprintf(verdict, sizeof(verdict), "off");
    printf("# %s: %s\n", h->name, verdict);

    return step.broken == h->broken && !strcmp(verdict, h->verdict);
}

void check_histories(const struct world *(*find)(const char *name),
                     void (*check)(bool ok, const char *name))
{
    unsigned int i;

    for ( i = 0; i < sizeof(histories) / sizeof(*histories); i++ )
        check(comes_out(&histories[i], find(histories[i].world)),
              histories[i].name);
}
