/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Classes of machines, with honest firmware: what each is to see from its
 * third boot on.  All orders of a class's ways are searched to the end, with
 * all boots that did not pay counted.  What the log says, boots in QEMU tell.
 */

#include "classes.h"

#include "search.h"

#define SKIPS "skipped proven"

static const struct world classes[] = {
    { "Xeon, TPM", .tpm = true, .way = {
      { "reset", "boot", SKIPS, A | B } } },
    { "Xeon, TPM, firmware clears memory", .tpm = true, .way = {
      { "reset markers=cleared", "boot", SKIPS, A | B },
      { "reset markers=a-cleared", "boot", SKIPS, A | B },
      { "reset", "boot", SKIPS, A | B } } },
    { "Xeon, no TPM, firmware clears memory", .way = {
      { "reset markers=cleared", "boot", SKIPS, A | B } } },
    { "Xeon, TPM, firmware resets twice", .tpm = true, .way = {
      { "reset steps=two", "boot",
        "in-turn counter-gap, background counter-gap", 0 } } },
    { "Xeon, TPM, the same, asserted", .tpm = true, .way = {
      { "reset steps=two", "boot options=assert-encrypted",
        "skipped asserted", A | B } } },
    { "Xeon, one package without encryption", .way = {
      { "reset encryption=a-only", "boot",
        "in-turn cpus-disagree, background cpus-disagree", 0 } } },
    { "Xeon, the same, asserted", .way = {
      { "reset encryption=a-only", "boot options=assert-encrypted",
        "in-turn cpus-disagree, background cpus-disagree", 0 } } },
    /* Nothing is known against it until all processors are up. */
    { "Xeon, the same, asserted, the firmware clears memory", .way = {
      { "reset encryption=a-only markers=cleared",
        "boot options=assert-encrypted", "background cpus-disagree", 0 } } },
    { "Xeon, firmware resets once or twice", .way = {
      { "reset steps=two", "boot",
        "in-turn counter-gap, background counter-gap, in-turn not-clean, "
        "background not-clean", 0 },
      { "reset", "boot" } } },
    { "Xeon, memory without processors", .cxl = true, .way = {
      { "reset encryption=a-only", "boot", SKIPS, A },
      { "reset encryption=a-only markers=cleared", "boot", SKIPS, A } } },
    { "placeholders in the MADT", .way = {
      { "reset", "boot madt=placeholders", SKIPS, A | B } } },
    { "Intel client, warm reset keeps the key", .tpm = true, .way = {
      { "reset key=kept", "boot", "background key-restored", 0 },
      { "reset", "boot", SKIPS, A | B } } },
    { "TME bypassed", .way = {
      { "reset encryption=off", "boot says=bypassed",
        "background bypassed", 0 } } },
    { "TME not locked", .way = {
      { "reset encryption=off", "boot says=unlocked",
        "background not-locked", 0 } } },
    { "no TME", .way = {
      { "reset encryption=off", "boot says=unsupported",
        "background not-supported", 0 } } },
    { "EPYC, firmware clears memory", .amd = true, .way = {
      { "reset markers=cleared", "boot", "background key-not-shown", 0 } } },
    { "EPYC, the same, asserted", .amd = true, .way = {
      { "reset markers=cleared", "boot options=assert-encrypted",
        "skipped asserted", A | B } } },
    { "AMD, memory kept", .amd = true, .way = {
      { "reset", "boot", SKIPS, A | B } } },
    { "AMD, TPM, memory kept", .amd = true, .tpm = true, .way = {
      { "reset", "boot", SKIPS, A | B } } },
    { "AMD, warm reset keeps the key", .amd = true, .way = {
      { "reset key=kept-called-new", "boot", "background marker-readable", 0 },
      { "reset", "boot", SKIPS, A | B } } },
    { "EPYC, SMEE Auto", .amd = true, .way = {
      { "reset", "boot says=nothing", "background encryption-unknown", 0 } } },
    /* Not what a C-bit without effect is taken to mean: markers tell. */
    { "AMD, the controller encrypts nothing", .amd = true, .way = {
      { "reset encryption=off", "boot says=active",
        "background marker-readable", 0 },
      { "reset encryption=off scrambler=new-seed", "boot says=active",
        "background marker-readable", 0 },
      { "reset encryption=off decay=some", "boot says=active",
        "background marker-readable", 0 } } },
    { "two AMD sockets in one node", .amd = true, .way = {
      { "reset", "boot srat=missing", "background key-unknown", 0 } } },
    { "mem=", .way = {
      { "reset", "boot heap=limited", "background not-clean", 0 } } },
    { "receipt fails", .way = {
      { "reset", "boot fault=receipt",
        "in-turn not-clean, background not-clean", 0 } } },
    { "receipt faults", .way = {
      { "reset", "boot fault=receipt-faults", "background not-clean", 0 } } },
    { "receipt faults, fallback=on", .way = {
      { "reset", "boot options=fallback-on fault=receipt-faults",
        "sync not-clean", 0 } } },
    { "receipt faults, fallback=on and asserted", .way = {
      { "reset encryption=a-only markers=cleared",
        "boot options=both fault=receipt-faults",
        "in-turn cpus-disagree, sync cpus-disagree", 0 } } },
    { "fallback=on, firmware resets once or twice", .way = {
      { "reset steps=two", "boot options=fallback-on",
        "in-turn counter-gap, sync counter-gap, in-turn not-clean, "
        "sync not-clean", 0 },
      { "reset", "boot options=fallback-on" } } },
    { "no counter", .way = {
      { "reset", "boot fault=no-counter", "background no-counter", 0 } } },
};

#define NR_CLASSES (sizeof(classes) / sizeof(classes[0]))

void check_classes(void (*check)(bool ok, const char *name))
{
    struct search r;
    unsigned int i;

    for ( i = 0; i < NR_CLASSES; i++ )
    {
        if ( classes[i].tpm && !boot_counts_tpm() )
            continue;

        search(&classes[i], 0, false, stdout, &r);
        printf("# class: %lu states, %lu transitions (any depth), %lu boots, "
               "%lu of them skipped\n", r.states, r.transitions, r.boots,
               r.skips);
        check(r.fixpoint && r.boots && !r.broken[BROKE_CLASS] &&
              !r.broken[BROKE_TWICE] && !r.broken[BROKE_LIVE] &&
              !r.broken[BROKE_I1],
              classes[i].name);
    }
}
