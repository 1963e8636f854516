/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EFI loader and core on a firmware that fails: each call of a boot gets
 * every error, is believed to have failed, or is the last one before the
 * power goes.  Whatever came of it, the next boot must not skip unless the
 * session before it is on record and confirmed, and says so of its own memory.
 *
 * Memory and keys are not modelled here (tests/suites/model does that): a boot
 * "wrongly skips" if no receipt was written for the record that it found.
 */

#include "mock/firmware.h"
#include "mock/hypervisor.h"

#include "harness.h"

#include <stdio.h>
#include <string.h>

#define MIB (1ULL << 20)
#define ATTR_WB 8

static const EFI_STATUS errors[] = {
    EFI_LOAD_ERROR, EFI_INVALID_PARAMETER, EFI_UNSUPPORTED,
    EFI_BAD_BUFFER_SIZE, EFI_BUFFER_TOO_SMALL, EFI_NOT_READY,
    EFI_DEVICE_ERROR, EFI_WRITE_PROTECTED, EFI_OUT_OF_RESOURCES,
    EFI_VOLUME_CORRUPTED, EFI_VOLUME_FULL, EFI_NOT_FOUND,
    EFI_ACCESS_DENIED, EFI_TIMEOUT, EFI_ABORTED, EFI_SECURITY_VIOLATION,
    EFI_WARN_UNKNOWN_GLYPH,
};

static const struct mock_boot intel = {
    .options = "auto", .loader = "GRUB", .efi = true, .runtime_services = true,
    .regs = { .intel = true, .tme = true, .readable = true,
              .maxphysaddr = 46, .activate = 3 },
    .cpus = MEMCRYPT_CPUS_AGREE,
    .heap = { 0, MOCK_RAM + MOCK_RAM_SIZE },
};

/* TSME, of which the PSPs tell, or the C-bit. */
static const struct mock_boot amd = {
    .options = "auto", .loader = "GRUB", .efi = true, .runtime_services = true,
    .regs = { .amd = true, .readable = true, .sme = true, .cbit = 47,
              .syscfg = SYSCFG_SME },
    .cpus = MEMCRYPT_CPUS_AGREE,
    .heap = { 0, MOCK_RAM + MOCK_RAM_SIZE },
};

static struct mock_boot machine;

/* Reset, with a new key: what was in memory is noise. */
static void reset(void)
{
    struct mock_firmware *f = &mock_firmware;
    struct bootscrub_record r;
    unsigned int i;

    if ( f->record.there && bootscrub_record_decode(&r, f->record.data,
                                                    f->record.size) )
        for ( i = 0; i < r.nr_markers; i++ )
        {
            r.seed[0] ^= 1;
            bootscrub_marker_fill((void *)r.marker[i], r.marker[i], r.seed);
            r.seed[0] ^= 1;
        }

    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, MOCK_RAM + 128 * MIB,
                 ATTR_WB);
    f->count = ((f->count >> 32) + 1) << 32;
    f->tpm_reset++;
    f->plan.at = 0;
    f->set_status = EFI_SUCCESS;
    f->no_rng = f->no_counter = f->no_tpm = false;
}

static void boot(struct mock_result *r)
{
    mock_run(&machine, r);
}

/* A machine that never had us, or one with a confirmed session behind it. */
static void start(bool confirmed)
{
    struct mock_result r;

    memset(&mock_firmware, 0, sizeof(mock_firmware));
    mock_firmware.random = 1;
    mock_psps(2, MOCK_PSP_TSME);
    reset();
    if ( !confirmed )
        return;

    boot(&r);
    reset();
}

static bool is_confirmed(void)
{
    const struct mock_firmware *f = &mock_firmware;
    struct bootscrub_record r;

    return f->record.there && f->receipt.there &&
           bootscrub_record_decode(&r, f->record.data, f->record.size) &&
           bootscrub_receipt_confirms(&r, f->receipt.data, f->receipt.size);
}

/*
 * Boot with @plan.  Returns false if the boot itself skips on what is not so,
 * or leaves a record confirmed that was not when it should be.
 */
static bool boot_is_safe(const struct mock_plan *plan, bool *reached)
{
    bool was_confirmed = is_confirmed();
    struct mock_variable before = mock_firmware.record;
    struct mock_result r;
    bool same, ok;

    mock_firmware.plan = *plan;
    boot(&r);
    *reached = mock_firmware.counted >= plan->at && plan->at;
    mock_firmware.plan.at = 0;

    ok = r.off || r.verdict.action != BOOTSCRUB_SKIP || was_confirmed;
    same = before.there == mock_firmware.record.there &&
           !memcmp(before.data, mock_firmware.record.data, before.size);

    /* A new record: the receipt is of now, and memory was clean before it. */
    if ( is_confirmed() && !same )
        ok &= strchr(mock_firmware.log, 't') && (r.scrubbed || was_confirmed);

    return ok;
}

/* Then once more, with nothing in the way: skip only what is confirmed. */
static bool next_is_safe(void)
{
    bool was_confirmed;
    struct mock_result r;

    reset();
    was_confirmed = is_confirmed();
    boot(&r);

    return !r.off && (r.verdict.action != BOOTSCRUB_SKIP || was_confirmed);
}

/* A boot that failed must not stand in the way of the ones after it. */
static bool recovers(void)
{
    struct mock_result r;

    reset();
    boot(&r);
    reset();
    boot(&r);

    return r.verdict.action == BOOTSCRUB_SKIP;
}

static void try_all(enum mock_how how, const EFI_STATUS *status,
                    unsigned int nr, const char *name)
{
    const char *cpu = machine.regs.amd ? "AMD: " : "";
    unsigned int confirmed, at, i, boots = 0, unsafe = 0, stuck = 0;

    for ( confirmed = 0; confirmed < 2; confirmed++ )
        for ( i = 0; i < nr; i++ )
        {
            bool reached = true;

            for ( at = 1; reached; at++ )
            {
                struct mock_plan plan = { at, 0, how, status[i] };

                start(confirmed);
                unsafe += !boot_is_safe(&plan, &reached);
                unsafe += !next_is_safe();
                stuck += !recovers();
                boots += 2;
            }
        }

    expect_num(0, unsafe, "efi: %s%s: never a wrong skip, in %u boots", cpu,
               name, boots);
    expect_num(0, stuck, "efi: %s%s: skips again, two boots later", cpu,
               name);
}

/* Two failures in one boot: NVRAM full or protected, and any call. */
static void try_with_status(EFI_STATUS set_status, const char *name)
{
    unsigned int at, unsafe = 0;
    bool reached = true;

    for ( at = 1; reached; at++ )
    {
        struct mock_plan plan = { at, 0, MOCK_FAIL, EFI_DEVICE_ERROR };

        start(true);
        mock_firmware.set_status = set_status;
        unsafe += !boot_is_safe(&plan, &reached);
        unsafe += !next_is_safe();
    }

    expect_num(0, unsafe, "efi: NVRAM %s, and any call fails", name);
}

/* Somebody else's variables under our names: size, attributes, contents. */
static void try_variables(void)
{
    static const UINT32 attrs[] = { 1, 2, 3, 6, 7, 0x27 };
    unsigned int i, size, skips = 0, stuck = 0, expected = 0;

    for ( i = 0; i < ARRAY_SIZE(attrs); i++ )
        for ( size = 1; size <= 512; size += size < 300 ? 1 : 53 )
        {
            struct mock_result r;

            start(true);
            mock_firmware.record.attr = attrs[i];
            mock_firmware.record.size = size;
            boot(&r);
            skips += r.verdict.action == BOOTSCRUB_SKIP;
            expected += attrs[i] == 3 && size == BOOTSCRUB_RECORD_SIZE;
            stuck += !recovers();

            start(true);
            mock_firmware.receipt.attr = attrs[i];
            mock_firmware.receipt.size = size;
            boot(&r);
            skips += r.verdict.action == BOOTSCRUB_SKIP;
            expected += attrs[i] == 7 && size == BOOTSCRUB_RECEIPT_SIZE;
            stuck += !recovers();
        }

    expect_num(expected, skips, "efi: only exact size and attributes");
    expect_num(0, stuck, "efi: other people's variables do not stay");
}

/* One bit, anywhere: not the record that was written; a new one follows. */
static void try_damage(void)
{
    unsigned int i, skips = 0, invalid = 0, stuck = 0;

    for ( i = 0; i < BOOTSCRUB_RECORD_SIZE; i++ )
    {
        struct mock_result r;

        start(true);
        mock_firmware.record.data[i] ^= 1U << i % 8;
        boot(&r);
        skips += r.verdict.action == BOOTSCRUB_SKIP;
        invalid += r.verdict.reason == BOOTSCRUB_R_RECORD_INVALID;
        stuck += !recovers();
    }

    expect_num(0, skips, "efi: a damaged record skips nothing");
    expect_num(BOOTSCRUB_RECORD_SIZE, invalid, "efi: it is called invalid");
    expect_num(0, stuck, "efi: it does not stay");
}

/*
 * The order that makes a power cut harmless: read NVRAM and counters, read
 * markers (no call), plant, write the record, read it back; the receipt last.
 */
static void test_order(void)
{
    static const char *const letters = "ghaasgt";
    const char *log = mock_firmware.log, *found = log;
    struct mock_result r;
    unsigned int i;

    start(true);
    boot(&r);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action, "efi: second boot skips");

    for ( i = 0; letters[i] && found; i++ )
        if ( (found = strchr(found, letters[i])) != NULL )
            found++;

    expect_num(1, found != NULL, "efi: order of calls: %s", log);
    expect_num(1, strchr(log, 's') == strrchr(log, 's') &&
                  strchr(log, 't') == strrchr(log, 't') &&
                  !strpbrk(log, "de"), "efi: each variable written once");
    expect_num(1, strrchr(log, 'a') < strchr(log, 's') &&
                  strchr(log, 'c') < strchr(log, 's') &&
                  strrchr(log, 'h') < strchr(log, 'a'),
               "efi: all is read before markers, all planted before record");
}

/* Nothing is touched unless it was asked for. */
static void test_not_asked(void)
{
    start(true);
    mock_firmware.calls = 0;
    efi_bootscrub(&mock_boot_services, "bootscrub=auto bootscrub=idle");
    expect_num(0, mock_firmware.calls, "efi: no call unless asked for");
}

/* What the record says of its own session: what the loader could know. */
static void try_session(uint64_t activate, bool readable,
                        enum bootscrub_session want, const char *what)
{
    struct bootscrub_record r;
    struct mock_result result;

    machine.regs.activate = activate;
    machine.regs.readable = readable;
    start(false);
    boot(&result);
    machine = intel;

    expect_num(1, bootscrub_record_decode(&r, mock_firmware.record.data,
                                          mock_firmware.record.size) &&
                  r.session == want, "efi: the session is recorded as %s",
               what);
}

static void test_session(void)
{
    try_session(3, true, BOOTSCRUB_SESSION_ENCRYPTED, "encrypted");
    try_session(1, true, BOOTSCRUB_SESSION_PLAINTEXT, "plaintext");
    try_session(3, false, BOOTSCRUB_SESSION_UNKNOWN, "unknown");
}

/* Is AMD's encryption seen, and what does the boot after a clean one do? */
static void try_amd(const char *what, unsigned int psps, uint32_t first,
                    bool cbit_matters, enum bootscrub_reason want)
{
    struct mock_result r;

    machine = amd;
    machine.cbit_matters = cbit_matters;
    start(true);
    mock_psps(psps, first);
    boot(&r);
    expect_num(want, r.verdict.reason, "efi: AMD: %s", what);

    /* And so it is recorded. */
    reset();
    machine.cbit_matters = false;
    mock_psps(2, MOCK_PSP_TSME);
    boot(&r);
    expect_num(want == BOOTSCRUB_R_PROVEN,
               r.verdict.action == BOOTSCRUB_SKIP,
               "efi: AMD: %s: the next boot", what);
}

static void test_amd(void)
{
    try_amd("all PSPs say TSME", 2, MOCK_PSP_TSME, false, BOOTSCRUB_R_PROVEN);
    try_amd("they are believed over the C-bit", 2, MOCK_PSP_TSME, true,
            BOOTSCRUB_R_PROVEN);
    try_amd("one PSP says no", 2, MOCK_PSP_PLAIN, false,
            BOOTSCRUB_R_NOT_ACTIVE);
    try_amd("the only PSP says no", 1, MOCK_PSP_PLAIN, false,
            BOOTSCRUB_R_NOT_ACTIVE);
    try_amd("one is silent, the C-bit is ignored", 2, 0, false,
            BOOTSCRUB_R_PROVEN);
    try_amd("one is silent, the C-bit matters", 2, 0, true,
            BOOTSCRUB_R_NOT_ACTIVE);
    try_amd("no PSP, the C-bit is ignored", 0, 0, false, BOOTSCRUB_R_PROVEN);
    try_amd("no PSP, the C-bit matters", 0, 0, true, BOOTSCRUB_R_NOT_ACTIVE);
}

/* Xen moved itself and left a token behind. */
static void test_stale_token(void)
{
    uint8_t stale[BOOTSCRUB_TOKEN_SIZE] = {}, zero[BOOTSCRUB_TOKEN_SIZE] = {};
    struct mock_boot moved = intel;
    struct mock_result r;

    moved.stale = stale;
    start(false);
    mock_run(&moved, &r);
    expect_num(1, is_confirmed(), "efi: there was a token");
    expect_num(0, memcmp(stale, zero, sizeof(stale)),
               "efi: it is wiped where Xen ran first");
}

/* On a firmware that fails or loses power: each call of a boot. */
static void test_failures(const EFI_STATUS *status, unsigned int nr)
{
    static const EFI_STATUS none = EFI_SUCCESS;

    try_all(MOCK_CUT_BEFORE, &none, 1, "power cut before each call");
    try_all(MOCK_CUT_AFTER, &none, 1, "power cut after each call");
    try_all(MOCK_FAIL, status, nr, "each call fails");
    try_all(MOCK_LIE, status, nr, "each call is done and fails");
}

void test_efi(void)
{
    machine = intel;
    test_order();
    test_not_asked();
    test_session();
    test_stale_token();
    test_failures(errors, ARRAY_SIZE(errors));
    try_with_status(EFI_OUT_OF_RESOURCES, "full");
    try_with_status(EFI_WRITE_PROTECTED, "protected");
    try_variables();
    try_damage();

    test_amd();
    machine = amd;
    test_failures(errors, 1);
}
