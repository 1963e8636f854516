/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Record and receipt in words, and what this firmware offers.
 */

#include "app.h"

static const CHAR16 *session_name(enum bootscrub_session session)
{
    switch ( session )
    {
    case BOOTSCRUB_SESSION_ENCRYPTED:
        return L"encrypted";

    case BOOTSCRUB_SESSION_PLAINTEXT:
        return L"not encrypted";

    default:
        return L"encryption unknown";
    }
}

/* Whoever can allocate it may look at it; nothing is changed. */
static bool page_is_free(UINT64 addr)
{
    EFI_PHYSICAL_ADDRESS page = addr;

    if ( BS->AllocatePages(AllocateAddress, EfiLoaderData, 1,
                           &page) != EFI_SUCCESS )
        return false;

    BS->FreePages(page, 1);

    return true;
}

static void show_markers(const struct bootscrub_record *r)
{
    static const CHAR16 *const name[] = {
        [BOOTSCRUB_MARKER_READABLE] = L"readable",
        [BOOTSCRUB_MARKER_NOISE] = L"noise",
        [BOOTSCRUB_MARKER_CLEARED] = L"cleared",
        [BOOTSCRUB_MARKER_OVERWRITTEN] = L"overwritten",
    };
    const void *page[BOOTSCRUB_MAX_MARKERS];
    enum bootscrub_marker class[BOOTSCRUB_MAX_MARKERS];
    unsigned int i;

    for ( i = 0; i < r->nr_markers; i++ )
        page[i] = page_is_free(r->marker[i]) ? (const void *)r->marker[i]
                                             : NULL;

    bootscrub_markers_classify(page, r->marker, r->nr_markers, class);

    for ( i = 0; i < r->nr_markers; i++ )
        Print(L"efi: marker %lx: %s\n", r->marker[i],
              page[i] ? name[class[i]] : L"in use now");
}

static void show_contents(const struct bootscrub_record *r)
{
    Print(L"efi: record: session %s", session_name(r->session));
    if ( r->counted[BOOTSCRUB_MONOTONIC] )
        Print(L", boot %d", r->counter[BOOTSCRUB_MONOTONIC]);
    if ( r->counted[BOOTSCRUB_TPM_RESET] )
        Print(L", TPM reset %d", r->counter[BOOTSCRUB_TPM_RESET]);
    Print(L", %d markers\n", r->nr_markers);

    show_markers(r);
}

/* Returns whether there is a valid one. */
static bool show_record(struct bootscrub_record *r)
{
    struct variable v;
    EFI_STATUS status = variable_get(&v, variable_name("record"));
    bool valid;

    if ( EFI_ERROR(status) )
    {
        Print(L"efi: record: %r\n", status);
        return false;
    }

    valid = v.attr == RECORD_ATTR &&
            bootscrub_record_decode(r, v.data, v.size);
    Print(L"efi: record: %d bytes, attributes %x, %s\n", v.size, v.attr,
          valid ? L"valid" : L"invalid");
    if ( valid )
        show_contents(r);

    return valid;
}

EFI_STATUS cmd_show(unsigned int argc, char **argv)
{
    struct bootscrub_record r;
    bool valid = show_record(&r);
    struct variable v;
    EFI_STATUS status = variable_get(&v, variable_name("receipt"));
    UINT64 count;
    uint32_t resets;

    if ( EFI_ERROR(status) )
        Print(L"efi: receipt: %r\n", status);
    else
        Print(L"efi: receipt: %d bytes, attributes %x, %s the record\n",
              v.size, v.attr,
              valid && v.attr == RECEIPT_ATTR &&
              bootscrub_receipt_decode(&r, v.data, v.size)
              ? L"confirms" : L"does not confirm");

    if ( BS->GetNextMonotonicCount(&count) == EFI_SUCCESS )
        Print(L"efi: counter: boot %d\n", count >> 32);
    if ( tpm_resets(&resets) == EFI_SUCCESS )
        Print(L"efi: counter: TPM reset %d\n", resets);

    return EFI_SUCCESS;
}

static bool report(const CHAR16 *what, bool ok)
{
    Print(L"efi: check: %s: %s\n", what, ok ? L"ok" : L"missing");

    return ok;
}

static bool has_random(void)
{
    static EFI_GUID rng_guid = {
        0x3152bca5, 0xeade, 0x433d,
        { 0x86, 0x2e, 0xc0, 0x1c, 0xdc, 0x29, 0x1f, 0x44 }
    };
    unsigned int eax = 1, ebx, ecx, edx;
    void *rng;

    asm volatile ( "cpuid" : "+a" (eax), "=b" (ebx), "=c" (ecx), "=d" (edx) );

    return (ecx & (1U << 30)) ||
           BS->LocateProtocol(&rng_guid, NULL, &rng) == EFI_SUCCESS;
}

static bool has_tpm(void)
{
    uint32_t resets;

    if ( tpm_resets(&resets) != EFI_SUCCESS )
        return false;

    Print(L"efi: counter: TPM reset %d\n", resets);

    return true;
}

/* As Xen's part of the loader asks; what is there already is replaced. */
static bool has_space(void)
{
    UINT64 store, left, largest;
    struct variable v;

    return variable_get(&v, variable_name("record")) != EFI_NOT_FOUND ||
           RT->QueryVariableInfo(RECEIPT_ATTR, &store, &left,
                                 &largest) != EFI_SUCCESS ||
           !store || left > BOOTSCRUB_NVRAM_ROOM;
}

static bool firmware_suffices(void)
{
    UINT64 count;
    bool ok, counter = report(L"boot counter",
                              BS->GetNextMonotonicCount(&count) ==
                              EFI_SUCCESS);

    ok = report(L"random numbers", has_random());
    ok &= report(L"variable space", has_space());
    /* Two witnesses to what ran in between; either is enough. */
    counter |= report(L"TPM 2.0 reset counter (optional)", has_tpm());
    ok &= counter;
    Print(L"efi: check: this firmware %s what bootscrub=auto needs of "
          L"firmware\n", ok ? L"has" : L"lacks some of");

    return ok;
}

/*
 * One answer.  It cannot be yes: what resets do to the key shows only over
 * resets.
 */
EFI_STATUS cmd_check(unsigned int argc, char **argv)
{
    bool ok = firmware_suffices();

    ok &= show_encryption();
    Print(ok ? L"efi: check: perhaps: boot twice with bootscrub=auto, and "
               L"Xen's log tells\n"
             : L"efi: check: no: bootscrub=auto would scrub here at each "
               L"boot\n");

    /* No is an answer, too. */
    return EFI_SUCCESS;
}
