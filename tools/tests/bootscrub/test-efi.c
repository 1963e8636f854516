/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EFI loader and core on a firmware that fails: each call of a boot gets
 * every error, is believed to have failed, or is the last one before the
 * power goes.  Whatever came of it, the next boot must not skip unless the
 * session before it is on record and confirmed, and says so of its own memory.
 *
 * A boot "wrongly skips" if no receipt was written for the record that it
 * found, or if the key was kept.  Then machines whose tables, nodes and pages
 * are not as they should be.
 */

#define _GNU_SOURCE /* memfd_create() */

#include "mock/firmware.h"
#include "mock/hypervisor.h"
#include "mock/instructions.h"
#include "mock/state.h"

#include <xen/mm.h>

#include "report.h"

#include "harness.h"
#include "keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MIB (1ULL << 20)
#define ATTR_WB 8

static const EFI_STATUS errors[] = {
    EFI_LOAD_ERROR, EFI_INVALID_PARAMETER, EFI_UNSUPPORTED,
    EFI_BAD_BUFFER_SIZE, EFI_BUFFER_TOO_SMALL, EFI_NOT_READY,
    EFI_DEVICE_ERROR, EFI_WRITE_PROTECTED, EFI_OUT_OF_RESOURCES,
    EFI_VOLUME_CORRUPTED, EFI_VOLUME_FULL, EFI_NOT_FOUND,
    EFI_ACCESS_DENIED, EFI_TIMEOUT, EFI_ABORTED, EFI_SECURITY_VIOLATION,
    EFI_WARN_DELETE_FAILURE,
};

static const struct mock_boot intel = {
    .options = "auto", .loader = "GRUB", .efi = true, .runtime_services = true,
    .regs = { .intel = true, .tme = true, .readable = true,
              .maxphysaddr = 46, .activate = 3 },
    .heap = { 0, MOCK_RAM + MOCK_RAM_SIZE },
};

/* TSME, of which the PSPs tell, or the C-bit. */
static const struct mock_boot amd = {
    .options = "auto", .loader = "GRUB", .efi = true, .runtime_services = true,
    .regs = { .amd = true, .readable = true, .sme = true, .cbit = 47,
              .syscfg = SYSCFG_SME },
    .heap = { 0, MOCK_RAM + MOCK_RAM_SIZE },
};

static struct mock_boot machine;

struct mock_rdrand mock_rdrand;
struct mock_flushed mock_flushed;

#define COVERED (MOCK_RAM + 128 * MIB)

/* Pages that hold markers, the same in every session. */
static unsigned int find_places(uint64_t place[BOOTSCRUB_MAX_MARKERS])
{
    const struct bootscrub_ranges covered = { 1, { { MOCK_RAM, COVERED } } };

    return bootscrub_marker_places(&covered, place);
}

/* Reset: the counters go on, and firmware finds all memory free. */
static void reset_keeping_key(void)
{
    struct mock_firmware *f = &mock_firmware;

    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, COVERED, ATTR_WB);
    f->count = ((f->count >> 32) + 1) << 32;
    f->tpm_reset++;
    f->plan.at = 0;
    f->set_status = EFI_SUCCESS;
    f->no_rng = f->no_counter = f->no_tpm = false;
}

/* ... with a new key, under which what was planted is noise. */
static void reset(void)
{
    static uint64_t key;
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    unsigned int i, nr;

    reset_keeping_key();
    nr = find_places(place);
    for ( i = 0; i < nr; i++ )
        change_key((void *)place[i], place[i], 128, key, key + 1);
    key++;
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
           bootscrub_receipt_decode(&r, f->receipt.data, f->receipt.size) !=
           BOOTSCRUB_RECEIPT_NONE;
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

/*
 * A boot that failed must not stand in the way of the ones after it, and none
 * of them may wait twice in a row.
 */
static bool recovers(void)
{
    struct mock_result r;
    bool waited = false;
    unsigned int i;

    for ( i = 0; i < 4; i++ )
    {
        reset();
        boot(&r);
        if ( r.verdict.action == BOOTSCRUB_SKIP )
            return true;
        if ( r.scrubbed && waited )
            return false;
        waited = r.scrubbed;
    }

    return false;
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
    expect_num(0, stuck, "efi: %s%s: skips again soon", cpu,
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

/* How often was the firmware called by this letter in the last boot? */
static unsigned int count_calls(char letter)
{
    const char *s;
    unsigned int nr = 0;

    for ( s = mock_firmware.log; *s; s++ )
        nr += *s == letter;

    return nr;
}

/* One bit, anywhere: not the record that was written; a new one follows. */
static void try_damage(void)
{
    unsigned int i, j, skips = 0, invalid = 0, told = 0, places = 0;
    unsigned int stuck = 0;

    for ( i = 0; i < BOOTSCRUB_RECORD_SIZE; i++ )
    {
        struct mock_result r;

        start(true);
        mock_firmware.record.data[i] ^= 1U << i % 8;
        boot(&r);
        skips += r.verdict.action == BOOTSCRUB_SKIP;
        invalid += r.verdict.reason == BOOTSCRUB_R_RECORD_INVALID;
        for ( j = 0; j < BOOTSCRUB_NR_MARKER_CLASSES; j++ )
            told += r.markers[j];
        places += count_calls('a');
        stuck += !recovers();
    }

    expect_num(0, skips, "efi: a damaged record skips nothing");
    expect_num(BOOTSCRUB_RECORD_SIZE, invalid, "efi: it is called invalid");
    expect_num(0, told, "efi: none of its markers is told of");
    expect_num(2 * BOOTSCRUB_RECORD_SIZE, places,
               "efi: none of its places is asked for");
    expect_num(0, stuck, "efi: it does not stay");
}

/*
 * The order that makes a failure harmless: read counters and NVRAM, delete the
 * old record, allocate and plant, write the record, read it back; the receipt
 * last.
 */
static void test_order(void)
{
    static const char *const letters = "cghdaasgt";
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
                  strchr(log, 'd') == strrchr(log, 'd') &&
                  !strchr(log, 'e'), "efi: each variable is written once");
    expect_num(1, strchr(log, 'd') < strchr(log, 'a') &&
                  strrchr(log, 'a') < strchr(log, 's') &&
                  strchr(log, 'c') < strchr(log, 's') &&
                  strrchr(log, 'h') < strchr(log, 'd'),
               "efi: all is read, then disarmed, then planted, then recorded");
    expect_num(2, count_calls('a'), "efi: each place is asked for once");
    expect_num(false, mock_firmware.pool_in_use,
               "efi: the memory map is given back");
    expect_num(0, count_calls('b'), "efi: Intel: no PCI function is touched");
    expect_num(true, r.facts.chain.counter[BOOTSCRUB_MONOTONIC].present,
               "efi: the monotonic count is there");
    expect_num(mock_firmware.count >> 32,
               r.facts.chain.counter[BOOTSCRUB_MONOTONIC].is,
               "efi: its upper half is the counter");
}

/* Nothing is touched unless it was asked for. */
static void test_not_asked(void)
{
    static const char *const before[] = {
        "auto,assert-encrypted", "auto,fallback=on"
    };
    struct mock_boot m = intel;
    struct mock_result r;
    unsigned int i;

    start(true);
    mock_firmware.calls = 0;
    efi_bootscrub(&mock_boot_services, "bootscrub=auto bootscrub=idle");
    efi_bootscrub(&mock_boot_services, "dom0_mem=4G");
    expect_num(0, mock_firmware.calls, "efi: no call unless asked for");

    /* Nor is anything left unmarked, scrubbed, planted or told. */
    start(true);
    m.options = "idle";
    m.nr_probes = 1;
    m.probe[0] = (struct bootscrub_range){ MOCK_RAM, COVERED };
    for ( i = 0; i < 2; i++ )
    {
        m.before = before[i];
        mock_run(&m, &r);
        expect_num(0, mock_firmware.calls, "efi: bootscrub=idle: no call");
        expect_num(false, r.unmarked[0] || r.unmarked_late[0],
                   "efi: bootscrub=idle after %s: all is marked", before[i]);
        expect_num(false, r.scrubbed || r.told,
                   "efi: bootscrub=idle after %s: no scrub by all CPUs, no "
                   "report", before[i]);
    }

    mock_reset();
    expect_num(0, bootscrub_auto_param("auto,fallback=on"),
               "efi: an option that is known");
    expect_num(true, bootscrub_auto_param("auto,fallback=off") < 0,
               "efi: an option that is not");
}

/* From registers to the facts: each state, and each way to disagree. */
static void test_states(void)
{
    static const struct {
        const char *what;
        uint64_t activate;
        bool tme, readable, differs;
        enum bootscrub_reason encryption, key;
    } cases[] = {
        { "no TME", 3, false, true, false, BOOTSCRUB_R_NOT_SUPPORTED,
          BOOTSCRUB_R_KEY_UNKNOWN },
        { "not active", 1, true, true, false, BOOTSCRUB_R_NOT_ACTIVE,
          BOOTSCRUB_R_KEY_UNKNOWN },
        { "bypassed", 0x80000003, true, true, false, BOOTSCRUB_R_BYPASSED,
          BOOTSCRUB_R_KEY_UNKNOWN },
        { "not locked", 2, true, true, false, BOOTSCRUB_R_NOT_LOCKED,
          BOOTSCRUB_R_KEY_UNKNOWN },
        { "no register", 3, true, false, false, BOOTSCRUB_R_ENCRYPTION_UNKNOWN,
          BOOTSCRUB_R_KEY_UNKNOWN },
        { "key restored", 7, true, true, false, BOOTSCRUB_R_PROVEN,
          BOOTSCRUB_R_KEY_RESTORED },
        { "one differs", 3, true, true, true, BOOTSCRUB_R_CPUS_DISAGREE,
          BOOTSCRUB_R_PROVEN },
        { "not active, one differs", 1, true, true, true,
          BOOTSCRUB_R_NOT_ACTIVE, BOOTSCRUB_R_KEY_UNKNOWN },
        { "no register, one differs", 3, true, false, true,
          BOOTSCRUB_R_CPUS_DISAGREE, BOOTSCRUB_R_KEY_UNKNOWN },
    };
    struct mock_boot m = amd;
    struct mock_result r;
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        m = intel;
        m.regs.activate = cases[i].activate;
        m.regs.tme = cases[i].tme;
        m.regs.readable = cases[i].readable;
        m.nr_cpus = 2;
        m.cpu[1] = (struct mock_cpu){ 1, .differs = cases[i].differs };
        start(true);
        mock_run(&m, &r);
        expect_num(cases[i].encryption, r.verdict.gate[BOOTSCRUB_G_ENCRYPTION],
                   "efi: states: %s", cases[i].what);
        expect_num(cases[i].key, r.verdict.gate[BOOTSCRUB_G_KEY],
                   "efi: states: %s: key", cases[i].what);
    }

    m = amd;
    m.regs.cbit = 0;
    start(true);
    mock_psps(0, 0);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_KEY_UNKNOWN, r.facts.key,
               "efi: states: AMD, not known to encrypt: no key");

    m = intel;
    m.regs.hypervisor = true;
    start(true);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_R_VIRTUALISED, r.verdict.reason,
               "efi: states: a virtual machine");
}

/* Without boot services, the loader's name is all there is to go by. */
static void test_entry(void)
{
    static const struct {
        const char *loader;
        enum bootscrub_reason want;
    } cases[] = {
        { "GRUB 2.06", BOOTSCRUB_R_NO_BOOT_SERVICES },
        { "kexec", BOOTSCRUB_R_KEXEC },
        { "kexec 2.0.25", BOOTSCRUB_R_KEXEC },
        { "kexe", BOOTSCRUB_R_NO_BOOT_SERVICES },
        { "kexe2", BOOTSCRUB_R_NO_BOOT_SERVICES },
        { "", BOOTSCRUB_R_NO_BOOT_SERVICES },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct mock_boot m = intel;
        struct mock_result r;

        m.efi = false;
        m.loader = cases[i].loader;
        start(true);
        mock_run(&m, &r);
        expect_num(cases[i].want, r.verdict.gate[BOOTSCRUB_G_FIRMWARE],
                   "efi: entered from \"%s\"", cases[i].loader);
    }
}

/* Cleared markers, with nothing else to show that the key is new. */
static void test_cleared(void)
{
    static const struct {
        const char *what;
        uint8_t second;
        bool amd;
        enum bootscrub_reason want;
    } cases[] = {
        { "all cleared", 0, false, BOOTSCRUB_R_PROVEN },
        { "one overwritten", 0xaf, false, BOOTSCRUB_R_KEY_UNKNOWN },
        { "AMD, all cleared", 0, true, BOOTSCRUB_R_KEY_NOT_SHOWN },
        { "AMD, one overwritten", 0xaf, true, BOOTSCRUB_R_KEY_UNKNOWN },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        uint64_t place[BOOTSCRUB_MAX_MARKERS];
        struct mock_result r;
        unsigned int boots;

        machine = cases[i].amd ? amd : intel;
        start(false);
        for ( boots = 0; boots < 2; boots++ )
        {
            reset();
            mock_firmware.no_tpm = true;
            if ( boots )
            {
                find_places(place);
                memset((void *)place[0], 0, BOOTSCRUB_MARKER_SIZE);
                memset((void *)place[1], cases[i].second,
                       BOOTSCRUB_MARKER_SIZE);
            }
            boot(&r);
        }
        expect_num(cases[i].want, r.verdict.gate[BOOTSCRUB_G_KEY],
                   "efi: markers: %s", cases[i].what);
    }
    machine = intel;
}

/* Each of the two counters is enough where it is the only one. */
static void test_one_counter(void)
{
    unsigned int i, boots;

    for ( i = 0; i < 2; i++ )
    {
        struct mock_result r;

        start(false);
        for ( boots = 0; boots < 2; boots++ )
        {
            reset();
            mock_firmware.no_counter = !i;
            mock_firmware.no_tpm = i;
            boot(&r);
        }
        expect_num(BOOTSCRUB_SKIP, r.verdict.action,
                   "efi: %s is the only counter", i ? "boots" : "TPM resets");
    }
}

/* All that is covered is in use: nothing to skip, and the chain goes on. */
static void test_all_in_use(void)
{
    struct mock_result r;

    start(true);
    mock_map_clear();
    mock_map_add(EfiLoaderData, MOCK_RAM, COVERED, ATTR_WB);
    boot(&r);
    expect_num(BOOTSCRUB_R_PROVEN, r.verdict.gate[BOOTSCRUB_G_COVERAGE],
               "efi: all in use: the same is covered");
    expect_num(true, is_confirmed(), "efi: all in use: the chain goes on");
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
    struct bootscrub_record record;
    struct mock_result r;

    try_session(3, true, BOOTSCRUB_SESSION_ENCRYPTED, "encrypted");
    try_session(1, true, BOOTSCRUB_SESSION_PLAINTEXT, "plaintext");
    try_session(3, false, BOOTSCRUB_SESSION_UNKNOWN, "unknown");

    /* As the next session finds it: one in plaintext, and one that was not. */
    start(false);
    machine.regs.activate = 1;
    boot(&r);
    machine = intel;
    reset();
    boot(&r);
    expect_num(BOOTSCRUB_R_WAS_PLAINTEXT, r.verdict.gate[BOOTSCRUB_G_HISTORY],
               "efi: a session after one in plaintext");
    expect_num(false, r.verdict.lost_encryption,
               "efi: it lost no encryption");

    start(true);
    mock_firmware.receipt.there = false;
    machine.regs.activate = 1;
    boot(&r);
    machine = intel;
    expect_num(true, r.verdict.lost_encryption,
               "efi: a session in plaintext after one that was not");

    /* A PSP that says no is believed by the loader, too. */
    machine = amd;
    start(false);
    mock_psps(1, MOCK_PSP_PLAIN);
    boot(&r);
    machine = intel;
    expect_num(1, bootscrub_record_decode(&record, mock_firmware.record.data,
                                          mock_firmware.record.size) &&
                  record.session == BOOTSCRUB_SESSION_PLAINTEXT,
               "efi: AMD: a PSP says no: recorded as plaintext");
    expect_num(0, record.nr_markers, "efi: AMD: a PSP says no: no marker");
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

/* Where there is no C-bit, or the bit is something else, it is not tried. */
static void test_cbit_tried(void)
{
#define REGS(...) { .amd = true, .sme = true, .readable = true, .cbit = 47, \
                    .syscfg = SYSCFG_SME, __VA_ARGS__ }
    static const struct {
        const char *what;
        bool tried;
        struct memcrypt_regs regs;
    } cases[] = {
        { "all is well", true, REGS(.maxphysaddr = 48) },
        { "no SME", false, REGS(.sme = false) },
        { "SYSCFG faults", false, REGS(.readable = false) },
        { "SYSCFG[23] clear", false, REGS(.syscfg = 0) },
        { "SNP", false, REGS(.syscfg = SYSCFG_SME | SYSCFG_SNP) },
        { "SNP alone", false, REGS(.syscfg = SYSCFG_SNP) },
        { "several keys", false,
          REGS(.syscfg = SYSCFG_SME | SYSCFG_MULTI_KEY) },
        { "C-bit 0", false, REGS(.cbit = 0) },
        { "C-bit 31", false, REGS(.cbit = 31) },
        { "C-bit 32", true, REGS(.cbit = 32) },
        { "C-bit 51", true, REGS(.cbit = 51) },
        { "C-bit 52", false, REGS(.cbit = 52) },
        { "C-bit 63", false, REGS(.cbit = 63) },
        { "a virtual machine", false, REGS(.hypervisor = true) },
        { "Intel", false, REGS(.amd = false, .intel = true) },
        { "some other vendor", false, REGS(.amd = false) },
    };
#undef REGS
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct mock_boot m = amd;
        struct mock_result r;

        m.regs = cases[i].regs;
        m.cbit_matters = true;
        start(true);
        mock_psps(0, 0);
        mock_run(&m, &r);
        expect_num(cases[i].tried, r.cbit_tried,
                   "efi: AMD: C-bit: %s", cases[i].what);
        expect_num(cases[i].tried,
                   r.facts.encryption == BOOTSCRUB_ENCRYPTION_NOT_ACTIVE,
                   "efi: AMD: C-bit: %s: believed", cases[i].what);
    }
}

/* Nor where the PSPs have settled it, one way or the other. */
static void test_cbit_needless(void)
{
    static const struct {
        const char *what;
        unsigned int psps;
        uint32_t first;
        bool tried;
    } cases[] = {
        { "all PSPs say TSME", 2, MOCK_PSP_TSME, false },
        { "one PSP says no", 2, MOCK_PSP_PLAIN, false },
        { "the only PSP says no", 1, MOCK_PSP_PLAIN, false },
        { "one PSP is silent", 2, 0, true },
        { "no PSP", 0, 0, true },
    };
    struct mock_result r;
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        start(true);
        mock_psps(cases[i].psps, cases[i].first);
        mock_run(&amd, &r);
        expect_num(cases[i].tried, r.cbit_tried,
                   "efi: AMD: C-bit: %s: tried", cases[i].what);
    }
}

/* The C-bit is not tried on a page that somebody wrote to since. */
static void test_cbit_damaged(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct mock_boot m = amd;
    struct mock_result r;

    start(true);
    mock_psps(0, 0);
    find_places(place);
    m.stale = (uint8_t *)place[0];
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_R_PROVEN, r.verdict.gate[BOOTSCRUB_G_ENCRYPTION],
               "efi: AMD: one of two pages is damaged, the C-bit is ignored");
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

    moved.stale_reused = true;
    start(false);
    mock_run(&moved, &r);
    expect_num(true, memcmp(stale, zero, sizeof(stale)) != 0,
               "efi: what somebody else put there is not");

    moved.stale_reused = false;
    moved.unheard = true;
    start(false);
    mock_run(&moved, &r);
    expect_num(0, memcmp(stale, zero, sizeof(stale)),
               "efi: it is wiped where Xen, unlike the loader, is not to look");
    expect_num(0, memcmp(bootscrub_loader.token, zero, sizeof(zero)),
               "efi: and so is its other copy");
    expect_num(0, is_confirmed(), "efi: and that session has no receipt");
    expect_num(true, mock_firmware.record.size > 0, "efi: but a record");
}

/* Every planted page is as it was planted. */
static bool all_intact(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    unsigned int i, nr = find_places(place);

    for ( i = 0; i < nr; i++ )
        if ( !bootscrub_marker_intact((void *)place[i], place[i]) )
            return false;

    return nr;
}

/*
 * The key is kept all the time, and the record of a session does not come to
 * be: because it cannot be written, or the power goes.  Nothing may take what
 * is in memory for noise.
 */
static void test_record_lost(void)
{
    static const struct {
        const char *what;
        EFI_STATUS status;
        struct mock_plan plan;
    } cases[] = {
        { "full", EFI_OUT_OF_RESOURCES, { 0 } },
        { "protected", EFI_WRITE_PROTECTED, { 0 } },
        { "not deleted", EFI_SUCCESS,
          { 1, 'd', MOCK_FAIL, EFI_DEVICE_ERROR } },
        { "dropped", EFI_SUCCESS, { 1, 's', MOCK_FAIL, EFI_SUCCESS } },
        { "cut before deletion", EFI_SUCCESS, { 1, 'd', MOCK_CUT_BEFORE, 0 } },
        { "cut in deletion", EFI_SUCCESS, { 1, 'd', MOCK_CUT_AFTER, 0 } },
        { "cut in planting", EFI_SUCCESS, { 2, 'a', MOCK_CUT_AFTER, 0 } },
        { "cut before the record", EFI_SUCCESS,
          { 1, 's', MOCK_CUT_BEFORE, 0 } },
        { "cut after the record", EFI_SUCCESS, { 1, 's', MOCK_CUT_AFTER, 0 } },
    };
    unsigned int i, back, assertion;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        for ( back = 0; back < 2; back++ )
            for ( assertion = 0; assertion < 2; assertion++ )
            {
                struct mock_result r;
                uint64_t count;

                start(true);
                reset_keeping_key();
                count = mock_firmware.count;
                mock_firmware.set_status = cases[i].status;
                mock_firmware.plan = cases[i].plan;
                boot(&r);

                reset_keeping_key();
                if ( back )
                {
                    mock_firmware.count = count;
                    mock_firmware.tpm_reset--;
                }
                machine.options = assertion ? "auto,assert-encrypted" : "auto";
                boot(&r);
                machine.options = "auto";

                expect_num(true, r.verdict.gate[BOOTSCRUB_G_KEY] !=
                                 BOOTSCRUB_R_PROVEN &&
                                 r.verdict.reason != BOOTSCRUB_R_PROVEN,
                           "efi: record %s, key kept%s%s: not proved",
                           cases[i].what, back ? ", counters put back" : "",
                           assertion ? ", asserted" : "");
                expect_num(true, all_intact(),
                           "efi: record %s: all places are planted",
                           cases[i].what);
            }
}

/* What is left behind where the firmware does but half of what it is asked. */
static void test_leftovers(void)
{
    struct mock_result r;

    /* Less is covered, and the old record stays: so do its places. */
    start(true);
    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, MOCK_RAM + 64 * MIB,
                 ATTR_WB);
    mock_map_add(EfiConventionalMemory, MOCK_RAM + 65 * MIB, COVERED, ATTR_WB);
    mock_firmware.set_status = EFI_DEVICE_ERROR;
    boot(&r);
    expect_num(true, mock_firmware.record.there,
               "efi: an old record that stays");
    expect_num(true, all_intact(), "efi: its places are planted");

    /* A record that was written, though the firmware says that it was not. */
    start(true);
    mock_firmware.plan = (struct mock_plan){ 1, 's', MOCK_LIE,
                                             EFI_DEVICE_ERROR };
    boot(&r);
    expect_num(BOOTSCRUB_R_RECORD_NOT_WRITTEN,
               r.verdict.gate[BOOTSCRUB_G_RECORDED],
               "efi: a record that may be written");
    expect_num(false, mock_firmware.record.there,
               "efi: does not wait for the next session");
}

static unsigned int count_planted(struct bootscrub_record *r)
{
    const struct mock_variable *v = &mock_firmware.record;
    unsigned int i, nr = 0;

    memset(r, 0, sizeof(*r));
    bootscrub_record_decode(r, v->data, v->size);
    for ( i = 0; i < r->nr_markers; i++ )
        nr += bootscrub_marker_intact((void *)r->marker[i], r->marker[i]);

    return nr;
}

/* As many places as there can be, of the last session and of this one. */
static void test_most_places(void)
{
    const uint64_t middle = MOCK_RAM + MOCK_RAM_SIZE / 2;
    struct bootscrub_record was, is;
    struct mock_result r;
    unsigned int i, nr = 0;

    start(false);
    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, middle, ATTR_WB);
    boot(&r);
    expect_num(BOOTSCRUB_MAX_MARKERS, count_planted(&was),
               "efi: most places: at first");

    /* What was covered is called special-purpose now; other RAM is there. */
    reset_keeping_key();
    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, middle, ATTR_WB | 0x40000);
    mock_map_add(EfiConventionalMemory, middle, middle + MOCK_RAM_SIZE / 2,
                 ATTR_WB);
    for ( i = 0; i < was.nr_markers; i++ )
        memset((void *)was.marker[i], 0, 4096);
    boot(&r);
    expect_num(BOOTSCRUB_MAX_MARKERS, count_planted(&is),
               "efi: most places: others");
    for ( i = 0; i < was.nr_markers; i++ )
        nr += is.marker[i] >= middle &&
              bootscrub_marker_intact((void *)was.marker[i], was.marker[i]);
    expect_num(BOOTSCRUB_MAX_MARKERS, nr,
               "efi: most places: those of before, too");
}

/* A page that somebody uses is not even looked at. */
static void test_place_in_use(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct mock_result r;

    start(true);
    find_places(place);
    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, place[0], ATTR_WB);
    mock_map_add(EfiLoaderData, place[0], place[0] + 4096, ATTR_WB);
    mock_map_add(EfiConventionalMemory, place[0] + 4096, COVERED, ATTR_WB);
    mprotect((void *)place[0], 4096, PROT_NONE);
    boot(&r);
    mprotect((void *)place[0], 4096, PROT_READ | PROT_WRITE);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action, "efi: a place in use: skips");
    expect_num(1, r.facts.node[0].noise, "efi: a place in use: one noise");
    expect_num(2, r.facts.node[0].recorded, "efi: a place in use: of two");
}

/* The last bytes of NVRAM belong to others. */
static void test_reserve(void)
{
    static const struct {
        const char *what;
        uint64_t size, left;
        bool confirmed, written;
    } cases[] = {
        { "room for ours", 65536, 5120 + 256 + 32 + 1, false, true },
        { "no room", 65536, 5120 + 256 + 32, false, false },
        { "full", 65536, 0, false, false },
        { "full, but ours was there", 65536, 0, true, true },
        { "nobody knows", 0, 0, false, true },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct mock_result r;

        start(cases[i].confirmed);
        mock_firmware.nvram_size = cases[i].size;
        mock_firmware.nvram_left = cases[i].left;
        boot(&r);
        expect_num(cases[i].written, r.verdict.gate[BOOTSCRUB_G_RECORDED] ==
                                     BOOTSCRUB_R_PROVEN,
                   "efi: NVRAM: %s", cases[i].what);
        expect_num(cases[i].written, mock_firmware.record.there,
                   "efi: NVRAM: %s: a record", cases[i].what);
        if ( !cases[i].written )
            expect_num(BOOTSCRUB_R_RECORD_NOT_WRITTEN,
                       r.verdict.gate[BOOTSCRUB_G_RECORDED],
                       "efi: NVRAM: %s: what is said of it", cases[i].what);
        expect_num(cases[i].confirmed, count_calls('d'),
                   "efi: NVRAM: %s: deletes only what is there",
                   cases[i].what);
    }
}

/* A record of the first edition: 272 bytes, version 1. */
static void test_first_edition(void)
{
    struct mock_result r;

    start(true);
    mock_firmware.record.size = 272;
    mock_firmware.record.data[4] = 1;
    boot(&r);
    expect_num(BOOTSCRUB_R_RECORD_INVALID, r.verdict.reason,
               "efi: a record of the first edition");
    expect_num(0, r.facts.node[0].noise, "efi: its markers are not looked at");
    expect_num(0, r.markers[BOOTSCRUB_MARKER_NOISE] +
                  r.markers[BOOTSCRUB_MARKER_CLEARED] +
                  r.markers[BOOTSCRUB_MARKER_OVERWRITTEN] +
                  r.markers[BOOTSCRUB_MARKER_READABLE],
               "efi: and none of them is told of");
    expect_num(true, recovers(), "efi: it does not stay");
}

/* What ACPI's tables say, and which processors come up. */
static void test_tables(void)
{
#define SKIP BOOTSCRUB_SKIP
#define HALF (MOCK_RAM + 64 * MIB)
#define END  (MOCK_RAM + MOCK_RAM_SIZE)
    static const struct {
        const char *what;
        enum bootscrub_action action;
        bool node0, node1, receipt, scrubbed;
        struct mock_boot boot;
    } cases[] = {
        { "two nodes", SKIP, true, true, true, false, { .node1 = HALF } },
        { "placeholders in the MADT", SKIP, true, true, true, false,
          { .node1 = HALF, .nr_cpus = 6, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 0xffffffff, .x2apic_entry = true, .unknown = true },
              { 0x17161514, .x2apic_entry = true, .unknown = true },
              { 0xff, .unknown = true },
              { 7, .node = 1, .disabled = true } } } },
        { "a placeholder in x2APIC mode", SKIP, true, true, true, false,
          { .node1 = HALF, .x2apic = true, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 0xff, .node = 0xff, .unknown = true } } } },
        { "an ID that x2APIC mode allows", BOOTSCRUB_BACKGROUND, false, false,
          false, false,
          { .node1 = HALF, .x2apic = true, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 0x17161514, .x2apic_entry = true, .unknown = true } } } },
        { "a placeholder of all ones in x2APIC mode", SKIP, true, true, true,
          false,
          { .node1 = HALF, .x2apic = true, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 0xffffffff, .x2apic_entry = true, .unknown = true } } } },
        { "the broadcast ID of xAPIC mode", SKIP, true, true, true, false,
          { .node1 = HALF, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 0xff, .node = 0xff, .x2apic_entry = true,
                .unknown = true } } } },
        { "the greatest ID of xAPIC mode", BOOTSCRUB_SYNC, false, false,
          false, true,
          { .node1 = HALF, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 0xfe, .node = 0xff, .x2apic_entry = true,
                .unknown = true } } } },
        { "an ID just too great for Xen", BOOTSCRUB_BACKGROUND, false, false,
          false, false,
          { .node1 = HALF, .x2apic = true, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { MAX_LOCAL_APIC, .x2apic_entry = true, .unknown = true } } } },
        { "entries that are too short", SKIP, true, true, true, false,
          { .node1 = HALF, .nr_cpus = 4, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 7, .node = 0xff, .cut = true, .unknown = true },
              { 8, .node = 0xff, .cut = true, .x2apic_entry = true,
                .unknown = true } } } },
        { "no table of processors", BOOTSCRUB_BACKGROUND, false, false, false,
          false,
          { .node1 = HALF, .nr_cpus = 1,
            .cpu = { { 0, .disabled = true } } } },
        { "two nodes in a package", SKIP, true, true, true, false,
          { .node1 = HALF, .package_shift = 1, .nr_cpus = 2, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 } } } },
        { "a processor that the SRAT has on no node", SKIP, true, false, true,
          false,
          { .node1 = HALF, .nr_cpus = 2, .cpu = {
              { 0, .node = 0 }, { 1, .node = 0xff } } } },
        { "the first processor is on no node", SKIP, true, false, true,
          false,
          { .node1 = HALF, .nr_cpus = 2, .cpu = {
              { 0, .node = 0xff }, { 1, .node = 0 } } } },
        { "a node without processors", SKIP, true, false, true, false,
          { .node1 = HALF, .nr_cpus = 1, .cpu = { { 0, .node = 0 } } } },
        { "the SRAT goes beyond the end of RAM", SKIP, true, true, true, false,
          { .nr_nodes = 2, .node = { { 0, HALF }, { HALF, 1ULL << 50 } } } },
        { "the SRAT is not used", BOOTSCRUB_BACKGROUND, false, false, false,
          false, { .node1 = HALF, .srat_unused = true } },
        { "the SRAT of one node is not used", BOOTSCRUB_BACKGROUND, false,
          false, false, false,
          { .nr_nodes = 1, .node = { { 0, END } }, .srat_unused = true } },
        { "numa=fake: one node", BOOTSCRUB_BACKGROUND, false, false, false,
          false, { .node1 = HALF, .nr_fake = 1, .fake = { { 0, END } } } },
        { "numa=fake: the second begins later", BOOTSCRUB_BACKGROUND, false,
          false, false, false,
          { .node1 = HALF, .nr_fake = 2, .fake = {
              { 0, HALF + 32 * MIB }, { HALF + 32 * MIB, END } } } },
        { "numa=fake: the first ends sooner", BOOTSCRUB_BACKGROUND, false,
          false, false, false,
          { .node1 = HALF, .nr_fake = 2, .fake = {
              { 0, HALF - 32 * MIB }, { HALF - 32 * MIB, END } } } },
        { "numa=fake: as the SRAT", SKIP, true, true, true, false,
          { .node1 = HALF, .nr_fake = 2, .fake = {
              { 0, HALF }, { HALF, END } } } },
        { "the SRAT has what is no RAM on another node", SKIP, true, true,
          true, false,
          { .node1 = HALF, .srat_more = {
              .memory = { 1ULL << 30, MOCK_RAM }, .node = 1 } } },
        { "the SRAT has RAM on another node, too", BOOTSCRUB_BACKGROUND,
          false, false, false, false,
          { .node1 = HALF,
            .srat_more = {
                .memory = { 1ULL << 30, MOCK_RAM + 1 }, .node = 1 } } },
        { "a disabled entry of the SRAT", SKIP, true, true, true, false,
          { .node1 = HALF, .srat_more = {
              .memory = { MOCK_RAM, HALF }, .node = 1, .disabled = true } } },
        { "an entry of the SRAT that is too short", SKIP, true, true, true,
          false,
          { .node1 = HALF,
            .srat_more = { { MOCK_RAM, HALF }, 1, false, true } } },
        { "no SRAT, one ID too great, then not", SKIP, true, false, true,
          false,
          { .no_srat = true, .x2apic = true, .package_shift = 10,
            .nr_cpus = 2,
            .cpu = { { 600, .x2apic_entry = true, .unknown = true },
                     { 1, .x2apic_entry = true } } } },
        { "no SRAT, one ID not too great, then so", SKIP, true, false, true,
          false,
          { .no_srat = true, .x2apic = true, .package_shift = 10,
            .nr_cpus = 2,
            .cpu = { { 1, .x2apic_entry = true },
                     { 600, .x2apic_entry = true, .unknown = true } } } },
        { "no SRAT", SKIP, true, false, true, false,
          { .no_srat = true, .nr_cpus = 2,
            .cpu = { { .apic_id = 0 }, { .apic_id = 1 } } } },
        { "no SRAT, one left out", BOOTSCRUB_SYNC, false, false, false, true,
          { .no_srat = true, .nr_cpus = 2,
            .cpu = { { 0 }, { 1, .unknown = true } } } },
        { "no SRAT, its package was asked", SKIP, true, false, true, false,
          { .no_srat = true, .package_shift = 1, .nr_cpus = 2,
            .cpu = { { 0 }, { 1, .down = true } } } },
        { "one does not come up", BOOTSCRUB_SYNC, true, false, false, true,
          { .node1 = HALF, .nr_cpus = 2, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1, .down = true } } } },
        { "its package is up", SKIP, true, true, true, false,
          { .node1 = HALF, .package_shift = 1, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 2, .node = 1 },
              { 3, .node = 1, .down = true } } } },
        { "one comes up that was none", SKIP, true, false, true, false,
          { .node1 = HALF, .nr_cpus = 2, .cpu = { { 0, .node = 0 },
              { 0x100, .node = 1, .x2apic_entry = true } } } },
        { "one comes up that was none, no SRAT", BOOTSCRUB_SYNC, false, false,
          false, true,
          { .no_srat = true, .nr_cpus = 2, .cpu = {
              { 0 }, { 0x100, .x2apic_entry = true } } } },
        { "one comes up that was none, its package is known", SKIP, true,
          false, true, false,
          { .no_srat = true, .package_shift = 9, .nr_cpus = 2, .cpu = {
              { 0 }, { 0x100, .x2apic_entry = true } } } },
        { "one disagrees", BOOTSCRUB_SYNC, true, true, false, true,
          { .node1 = HALF, .nr_cpus = 2, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1, .differs = true } } } },
        { "bad pages", SKIP, true, true, false, false,
          { .node1 = HALF, .badpages = true } },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        const struct mock_boot *c = &cases[i].boot;
        struct mock_boot m = intel;
        struct mock_result r;

        m.node1 = c->node1;
        m.nr_nodes = c->nr_nodes;
        memcpy(m.node, c->node, sizeof(m.node));
        m.no_srat = c->no_srat;
        m.srat_unused = c->srat_unused;
        m.srat_more = c->srat_more;
        m.nr_fake = c->nr_fake;
        memcpy(m.fake, c->fake, sizeof(m.fake));
        m.x2apic = c->x2apic;
        m.badpages = c->badpages;
        m.nr_cpus = c->nr_cpus;
        m.package_shift = c->package_shift;
        memcpy(m.cpu, c->cpu, sizeof(m.cpu));
        m.nr_probes = 2;
        m.probe[0] = (struct bootscrub_range){ MOCK_RAM, HALF };
        m.probe[1] = (struct bootscrub_range){ HALF, COVERED };

        start(true);
        mock_run(&m, &r);
        expect_num(cases[i].action, r.verdict.action, "efi: tables: %s",
                   cases[i].what);
        expect_num(cases[i].scrubbed, r.scrubbed, "efi: tables: %s: scrubbed",
                   cases[i].what);
        expect_num(cases[i].receipt, r.verdict.receipt,
                   "efi: tables: %s: receipt", cases[i].what);
        if ( cases[i].action == SKIP )
        {
            expect_num(cases[i].node0 || c->no_srat, r.unmarked[0],
                       "efi: tables: %s: first node", cases[i].what);
            expect_num(cases[i].node1 || c->no_srat, r.unmarked[1],
                       "efi: tables: %s: second node", cases[i].what);
        }
        expect_num(false, r.unmarked_late[0] || r.unmarked_late[1],
                   "efi: tables: %s: nothing later", cases[i].what);
    }
}

/* The second node has no processors, and its marker can be read. */
static void boot_plain_node(struct mock_boot *m,
                            uint64_t place[BOOTSCRUB_MAX_MARKERS],
                            struct mock_result *r)
{
    *m = intel;
    m->node1 = HALF;
    m->nr_cpus = 1;
    m->nr_probes = 2;
    m->probe[0] = (struct bootscrub_range){ MOCK_RAM, HALF };
    m->probe[1] = (struct bootscrub_range){ HALF, COVERED };

    start(true);
    find_places(place);
    bootscrub_marker_fill((void *)place[1], place[1]);
    mock_run(m, r);
}

/* Markers of a node without processors speak for no other. */
static void test_plain_node(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct mock_result r;
    struct mock_boot m;

    boot_plain_node(&m, place, &r);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action,
               "efi: readable memory without processors: skips");
    expect_num(true, r.unmarked[0] && !r.unmarked[1],
               "efi: readable memory without processors: not that");

    start(true);
    bootscrub_marker_fill((void *)place[1], place[1]);
    m.srat_unused = true;
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_R_MARKER_READABLE, r.verdict.reason,
               "efi: the same without the SRAT");

    start(true);
    bootscrub_marker_fill((void *)place[1], place[1]);
    m.srat_unused = false;
    m.nr_cpus = 0;
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_R_MARKER_READABLE, r.verdict.reason,
               "efi: the same with processors");
}

/* Any marker of a node that can be read, whatever its others are. */
static void test_one_readable(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct mock_result r;
    unsigned int i, nr = find_places(place);

    for ( i = 0; i < nr; i++ )
    {
        start(true);
        bootscrub_marker_fill((void *)place[i], place[i]);
        boot(&r);
        expect_num(BOOTSCRUB_R_MARKER_READABLE, r.verdict.reason,
                   "efi: marker %u of %u readable, the others noise", i, nr);
    }
}

/* Where what nodes span overlaps, or leaves a gap. */
static void test_spans(void)
{
    struct mock_boot m = intel;
    struct mock_result r;
    uint64_t place[BOOTSCRUB_MAX_MARKERS];

    m.nr_nodes = 2;
    m.node[0] = (struct bootscrub_range){ 0, MOCK_RAM + 112 * MIB };
    m.node[1] = (struct bootscrub_range){ MOCK_RAM + 80 * MIB,
                                          MOCK_RAM + MOCK_RAM_SIZE };
    m.nr_cpus = 1;
    m.nr_probes = 3;
    m.probe[0] = (struct bootscrub_range){ MOCK_RAM, MOCK_RAM + 80 * MIB };
    m.probe[1] = (struct bootscrub_range){ MOCK_RAM + 80 * MIB,
                                           MOCK_RAM + 112 * MIB };
    m.probe[2] = (struct bootscrub_range){ MOCK_RAM + 112 * MIB, COVERED };

    start(true);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action, "efi: spans: skips");
    expect_num(true, r.unmarked[0], "efi: spans: what is the node's alone");
    expect_num(false, r.unmarked[1] || r.unmarked[2],
               "efi: spans: not what is the other's, too");

    start(true);
    find_places(place);
    bootscrub_marker_fill((void *)place[1], place[1]);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_R_MARKER_READABLE, r.verdict.reason,
               "efi: spans: a readable marker on both");

    m.node[1].start = MOCK_RAM;
    m.node[0].end = MOCK_RAM + MOCK_RAM_SIZE;
    start(true);
    bootscrub_marker_fill((void *)place[0], place[0]);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_R_MARKER_READABLE, r.verdict.reason,
               "efi: spans: the first of two on both");

    m.node[0].end = MOCK_RAM + 80 * MIB;
    m.node[1].start = MOCK_RAM + 112 * MIB;
    m.nr_cpus = 0;
    start(true);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action, "efi: spans: a gap: skips");
    expect_num(true, r.unmarked[0] && r.unmarked[2],
               "efi: spans: a gap: both nodes");
    expect_num(false, r.unmarked[1], "efi: spans: a gap: not what is on none");
}

/* The first page of a node is on that node, and on no other. */
static void test_first_page(void)
{
    struct mock_boot m = intel;
    struct mock_result r;
    uint64_t place[BOOTSCRUB_MAX_MARKERS];

    start(true);
    find_places(place);
    m.node1 = place[1];
    mock_run(&m, &r);
    expect_num(1, r.facts.node[0].recorded, "efi: spans: one node's marker");
    expect_num(1, r.facts.node[1].recorded,
               "efi: spans: a marker on the other's first page");
}

/* More packages than are kept apart: nobody knows who was asked. */
static void test_many_packages(void)
{
    struct mock_boot m = intel;
    struct mock_result r;

    for ( m.nr_cpus = 0; m.nr_cpus < MOCK_MAX_CPUS; m.nr_cpus++ )
        m.cpu[m.nr_cpus] = (struct mock_cpu){
            .apic_id = m.nr_cpus, .x2apic_entry = true
        };
    m.x2apic = true;

    start(true);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_R_UNCHECKED_MEMORY, r.verdict.reason,
               "efi: 300 packages");
    expect_num(false, r.scrubbed, "efi: 300 packages: known at first");

    start(true);
    m.nr_cpus = 256;
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action, "efi: 256 packages");

    start(true);
    m.nr_cpus = MOCK_MAX_CPUS;
    m.package_shift = 9;
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action,
               "efi: 300 processors in a package");
}

/* What the report is told: markers by class, and how much was skipped. */
static void test_told(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct mock_result r;
    struct mock_boot m;

    boot_plain_node(&m, place, &r);
    expect_num(true, r.told && r.published, "efi: told: log and hypfs");
    expect_num(1, r.markers[BOOTSCRUB_MARKER_NOISE], "efi: told: noise");
    expect_num(1, r.markers[BOOTSCRUB_MARKER_READABLE],
               "efi: told: readable");
    expect_num(0, r.markers[BOOTSCRUB_MARKER_CLEARED] +
                  r.markers[BOOTSCRUB_MARKER_OVERWRITTEN],
               "efi: told: none of another class");

    /* Each probe once early, less the marker's page; and once more, late. */
    expect_num(64 * MIB / 4096 - 1, r.skipped_pages, "efi: told: skipped");
    expect_num(3 * 64 * MIB / 4096 + 1, r.scrubbed_pages,
               "efi: told: scrubbed");

    start(true);
    memset((void *)place[0], 0, 4096);
    memset((void *)place[1], 0xaf, 4096);
    mock_run(&m, &r);
    expect_num(1, r.markers[BOOTSCRUB_MARKER_CLEARED], "efi: told: cleared");
    expect_num(1, r.markers[BOOTSCRUB_MARKER_OVERWRITTEN],
               "efi: told: overwritten");

    /* A scrub by all CPUs skips nothing, however pages entered the heap. */
    start(true);
    m.nr_cpus = 2;
    m.cpu[1] = (struct mock_cpu){ 1, .node = 1, .down = true };
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_SYNC, r.verdict.action, "efi: told: taken back");
    expect_num(0, r.skipped_pages, "efi: told: taken back: nothing skipped");
    expect_num(4 * 64 * MIB / 4096, r.scrubbed_pages,
               "efi: told: taken back: all scrubbed");

    /* What is freed once dom0 runs is no business of the report's. */
    bootscrub_account(5, true);
    bootscrub_account(5, false);
    bootscrub_report();
    expect_num(4 * 64 * MIB / 4096, r.skipped_pages + r.scrubbed_pages,
               "efi: told: not what is freed later");
}

/* AMD: sockets that share a node, and PSPs that are not there. */
static void test_amd_sockets(void)
{
    static const struct {
        const char *what;
        unsigned int psps, nr_cpus;
        uint64_t node1;
        bool no_srat, zen1, skips, receipt;
        unsigned int cbit;
        uint32_t second; /* APIC ID of the second processor, if any */
    } cases[] = {
        { "two sockets, two PSPs", 2, 0, HALF, false, false, true, true, 0,
          1 },
        { "two sockets, one PSP", 1, 0, HALF, false, false, false, false, 0,
          1 },
        { "two sockets, one PSP, C-bit", 1, 0, HALF, false, false, true, true,
          47, 1 },
        { "two sockets in a node", 2, 2, 0, true, false, false, true, 0, 1 },
        { "two sockets in a node, long ID", 2, 2, 0, true, false, false, true,
          0, 0x100 },
        { "two sockets, long ID", 2, 2, HALF, false, false, true, true, 0,
          0x100 },
        { "two sockets, long ID, one PSP", 1, 2, HALF, false, false, false,
          false, 0, 0x100 },
        { "one socket, an ID that is none", 1, 2, 0, true, false, true, true,
          0, 0x17161514 },
        { "one socket, no node", 1, 1, 0, true, false, true, true, 0, 1 },
        { "Zen 1, four dies, one PSP", 1, 1, 0, true, true, false, false, 0,
          1 },
        { "Zen 1, four dies in a node", 4, 1, 0, true, true, false, true, 0,
          1 },
        { "Zen 1, four dies in a node, C-bit", 0, 1, 0, true, true, false,
          false, 47, 1 },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct mock_boot m = amd;
        struct mock_result r;

        m.regs.cbit = cases[i].cbit;
        m.regs.zen1 = cases[i].zen1;
        m.regs.dies = 4;
        m.node1 = cases[i].node1;
        m.no_srat = cases[i].no_srat;
        m.nr_cpus = cases[i].nr_cpus;
        m.cpu[1] = (struct mock_cpu){
            .apic_id = cases[i].second, .node = 1,
            .x2apic_entry = cases[i].second > 0xff,
            .unknown = cases[i].second > 0x100
        };

        start(false);
        mock_psps(cases[i].psps, MOCK_PSP_TSME);
        mock_run(&m, &r);
        expect_num(cases[i].receipt, r.verdict.receipt,
                   "efi: AMD: %s: receipt", cases[i].what);
        reset();
        mock_run(&m, &r);
        expect_num(cases[i].skips, r.verdict.action == BOOTSCRUB_SKIP,
                   "efi: AMD: %s: skips", cases[i].what);
    }
}

/*
 * AMD, no PSP speaks.  The C-bit is tried on the first node alone, on the
 * second alone, or on both: of what does that show encryption?
 */
static void test_amd_nodes(void)
{
    static const struct {
        const char *what;
        unsigned int damaged; /* Which node's marker; 2: none */
        unsigned int dies;    /* Of a socket of Zen 1; 0: it is none. */
        unsigned int shift, nr_cpus;
        struct mock_cpu cpu[3];
        bool one_node, node0, node1, receipt;
    } cases[] = {
        { "two sockets, tried on both", 2, 0, 0, 2,
          { { 0, .node = 0 }, { 1, .node = 1 } }, false, true, true, true },
        { "two sockets, tried on the first", 1, 0, 0, 2,
          { { 0, .node = 0 }, { 1, .node = 1 } }, false, true, false, false },
        { "two sockets, tried on the second", 0, 0, 0, 2,
          { { 0, .node = 0 }, { 1, .node = 1 } }, false, false, true, false },
        { "two sockets the other way round, tried on the first", 1, 0, 0, 2,
          { { 1, .node = 0 }, { 0, .node = 1 } }, false, true, false, false },
        { "a socket with two nodes, tried on the first", 1, 0, 1, 2,
          { { 0, .node = 0 }, { 1, .node = 1 } }, false, true, true, true },
        { "a socket with two nodes, tried on the second", 0, 0, 1, 2,
          { { 0, .node = 0 }, { 1, .node = 1 } }, false, true, true, true },
        { "a socket with two processors on a node", 2, 0, 2, 3,
          { { 0, .node = 0 }, { 1, .node = 1 }, { 2, .node = 1 } }, false,
          true, true, true },
        /* The first node is of both sockets: its key can be either's. */
        { "two sockets on a node, tried on the one's other node", 0, 0, 1, 3,
          { { 2, .node = 0 }, { 0, .node = 0 }, { 1, .node = 1 } }, false,
          false, true, false },
        { "Zen 1, two dies, tried on both", 2, 2, 1, 2,
          { { 0, .node = 0 }, { 1, .node = 1 } }, false, true, true, true },
        { "Zen 1, two dies, tried on the first", 1, 2, 1, 2,
          { { 0, .node = 0 }, { 1, .node = 1 } }, false, true, false, false },
        { "Zen 1, four dies on two nodes", 2, 4, 1, 2,
          { { 0, .node = 0 }, { 1, .node = 1 } }, false, false, false,
          false },
        { "Zen 1, two dies on one node", 2, 2, 1, 2,
          { { 0, .node = 0 }, { 1, .node = 0 } }, true, false, false, false },
        { "Zen 1, one die in a socket", 1, 1, 0, 2,
          { { 0, .node = 0 }, { 1, .node = 1 } }, false, true, false, false },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        uint64_t place[BOOTSCRUB_MAX_MARKERS];
        struct mock_boot m = amd;
        struct mock_result r;

        m.node1 = cases[i].one_node ? 0 : HALF;
        m.regs.zen1 = cases[i].dies;
        m.regs.dies = cases[i].dies;
        m.package_shift = cases[i].shift;
        m.nr_cpus = cases[i].nr_cpus;
        memcpy(m.cpu, cases[i].cpu, sizeof(cases[i].cpu));
        m.nr_probes = 2;
        m.probe[0] = (struct bootscrub_range){ MOCK_RAM, HALF };
        m.probe[1] = (struct bootscrub_range){ HALF, COVERED };

        start(true);
        mock_psps(0, 0);
        find_places(place);
        if ( cases[i].damaged < 2 )
            m.stale = (uint8_t *)place[cases[i].damaged];
        mock_run(&m, &r);
        expect_num(cases[i].node0, r.unmarked[0],
                   "efi: AMD: %s: first node", cases[i].what);
        expect_num(cases[i].node1, r.unmarked[1],
                   "efi: AMD: %s: second node", cases[i].what);
        expect_num(cases[i].receipt, r.verdict.receipt,
                   "efi: AMD: %s: receipt", cases[i].what);
    }
}

/* AMD: encryption on one node only is none, whichever is tried first. */
static void test_amd_half(void)
{
    unsigned int i;

    for ( i = 0; i < 2; i++ )
    {
        struct mock_boot m = amd;
        struct mock_result r;

        m.node1 = HALF;
        m.cbit_matters = true;
        m.cbit_spared = (struct bootscrub_range){
            i ? HALF : MOCK_RAM, i ? COVERED : HALF
        };
        start(true);
        mock_psps(0, 0);
        mock_run(&m, &r);
        expect_num(BOOTSCRUB_R_NOT_ACTIVE,
                   r.verdict.gate[BOOTSCRUB_G_ENCRYPTION],
                   "efi: AMD: only the %s node is encrypted",
                   i ? "second" : "first");
    }
}

/* Eight boots of firmware that resets twice: which of them wait? */
static void test_two_resets(void)
{
    char waits[9] = "";
    struct mock_result r;
    unsigned int i;

    start(false);
    for ( i = 0; i < 8; i++ )
    {
        boot(&r);
        waits[i] = r.scrubbed ? 'w' : '-';
        reset();
        reset();
    }
    expect_str("w-w---w-", waits, "efi: two resets: which boots wait");

    start(false);
    for ( i = 0; i < 8; i++ )
    {
        mock_firmware.plan = (struct mock_plan){ 1, 't', MOCK_FAIL,
                                                 EFI_DEVICE_ERROR };
        boot(&r);
        waits[i] = r.scrubbed ? 'w' : '-';
        reset();
    }
    expect_str("w-w---w-", waits, "efi: no receipt: which boots wait");

    /* What is not ours was not lost: a session came before this one. */
    start(true);
    for ( i = 0; i < 8; i++ )
    {
        mock_firmware.record.data[100] ^= 1;
        boot(&r);
        waits[i] = r.scrubbed ? 'w' : '-';
        reset();
    }
    expect_str("--------", waits, "efi: always damaged: which boots wait");
    for ( i = 0; i < 8; i++ )
    {
        boot(&r);
        waits[i] = r.scrubbed ? 'w'
                   : r.verdict.action == BOOTSCRUB_SKIP ? 's' : '-';
        reset();
    }
    expect_str("wsssssss", waits, "efi: and no more: which boots wait");
}

/*
 * Ten boots of a machine whose second processor disagrees in the first eight,
 * while all is asserted: what comes of each?
 */
static void test_asserted_again(void)
{
    struct mock_boot m = intel;
    char came[11] = "";
    struct mock_result r;
    unsigned int i;

    m.options = "auto,assert-encrypted";
    m.node1 = HALF;
    m.nr_cpus = 2;
    m.cpu[1] = (struct mock_cpu){ 1, .node = 1 };

    start(true);
    for ( i = 0; i < 10; i++ )
    {
        m.cpu[1].differs = i < 8;
        mock_run(&m, &r);
        came[i] = r.scrubbed ? 'w'
                  : r.verdict.action == BOOTSCRUB_SKIP ? 's' : '-';
        if ( i == 7 )
            expect_num(BOOTSCRUB_R_CPUS_DISAGREE, r.verdict.reason,
                       "efi: asserted, and processors disagree: reason");
        expect_num(false, is_confirmed(),
                   "efi: asserted, and processors disagree: no receipt");
        expect_num(false, r.token_left,
                   "efi: asserted, and processors disagree: no token");
        reset();
    }
    expect_str("w--------s", came,
               "efi: asserted, and processors disagree: which boots wait");

    /* Firmware that begins to fault in the receipt's place. */
    start(true);
    m.cpu[1].differs = true;
    for ( i = 0; i < 8; i++ )
    {
        mock_firmware.plan = (struct mock_plan){ 1, 't', MOCK_CUT_BEFORE, 0 };
        mock_run(&m, &r);
        came[i] = r.off ? 'x' : r.scrubbed ? 'w' : '-';
        reset();
    }
    came[i] = '\0';
    expect_num(0, !!strstr(came, "xx"),
               "efi: asserted, and processors disagree: a fault: %s", came);
}

/*
 * The key is kept from a boot in which a call fails, or the power goes, on:
 * what it left under our names and in our pages must not pass for noise.
 */
static void try_key_kept(enum mock_how how, EFI_STATUS status,
                         const char *name)
{
    unsigned int at, i, skips = 0, boots = 0;
    bool reached = true;

    for ( at = 1; reached; at++ )
    {
        struct mock_plan plan = { at, 0, how, status };
        struct mock_result r;

        start(true);
        mock_firmware.plan = plan;
        boot(&r);
        reached = mock_firmware.counted >= at;
        for ( i = 0; i < 3; i++ )
        {
            reset_keeping_key();
            boot(&r);
            skips += r.verdict.action == BOOTSCRUB_SKIP;
            boots++;
        }
    }

    expect_num(0, skips,
               "efi: %s%s, then the key is kept: no skip in %u boots",
               machine.regs.amd ? "AMD: " : "", name, boots);
}

static void test_key_kept(void)
{
    try_key_kept(MOCK_FAIL, EFI_DEVICE_ERROR, "each call fails");
    try_key_kept(MOCK_LIE, EFI_DEVICE_ERROR, "each call is done and fails");
    try_key_kept(MOCK_CUT_BEFORE, EFI_SUCCESS, "power cut before each call");
    try_key_kept(MOCK_CUT_AFTER, EFI_SUCCESS, "power cut after each call");
}

/* Sources of random numbers that are none. */
static void test_random(void)
{
    static const struct {
        const char *what;
        uint8_t period, mask;
        bool good;
    } cases[] = {
        { "as they should be", 0, 0, true },
        { "all ones", 0, 0xff, false },
        { "one byte", 1, 0, false },
        { "two equal halves", 8, 0, false },
    };
    static const struct {
        const char *what;
        struct mock_rdrand rdrand;
        bool good;
    } processors[] = {
        { "as it should be", { 2, 1, 1 }, true },
        { "no carry", { 2, 1, 0 }, false },
        { "the same twice", { 2, 2, 1 }, false },
        { "all ones first", { 2, ~0ULL, 1 }, false },
        { "all ones then", { ~0ULL, 2, 1 }, false },
        { "zero first", { 2, 0, 1 }, false },
        { "zero then", { 0, 2, 1 }, false },
    };
    struct mock_boot m = intel;
    struct mock_result r;
    unsigned int i, rng;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        start(false);
        mock_firmware.rng_period = cases[i].period;
        mock_firmware.rng_mask = cases[i].mask;
        boot(&r);
        expect_num(cases[i].good ? BOOTSCRUB_R_PROVEN : BOOTSCRUB_R_NO_ENTROPY,
                   r.verdict.gate[BOOTSCRUB_G_RECORDED],
                   "efi: random numbers: %s", cases[i].what);
        expect_num(cases[i].good, is_confirmed(),
                   "efi: random numbers: %s: a receipt", cases[i].what);
    }

    m.rdrand = true;
    for ( i = 0; i < ARRAY_SIZE(processors); i++ )
        for ( rng = 0; rng < 2; rng++ )
        {
            start(false);
            mock_firmware.no_rng = !rng;
            mock_rdrand = processors[i].rdrand;
            mock_run(&m, &r);
            expect_num(processors[i].good || rng ? BOOTSCRUB_R_PROVEN
                                                 : BOOTSCRUB_R_NO_ENTROPY,
                       r.verdict.gate[BOOTSCRUB_G_RECORDED],
                       "efi: random numbers: RDRAND: %s%s",
                       processors[i].what, rng ? ", and the firmware's" : "");
            expect_num(!processors[i].good && rng,
                       strchr(mock_firmware.log, 'r') != NULL,
                       "efi: random numbers: RDRAND: %s: the firmware is "
                       "asked", processors[i].what);
        }

    /* A processor without it is not asked: it would be an invalid opcode. */
    start(false);
    mock_firmware.no_rng = true;
    mock_rdrand = processors[0].rdrand;
    boot(&r);
    expect_num(BOOTSCRUB_R_NO_ENTROPY, r.verdict.gate[BOOTSCRUB_G_RECORDED],
               "efi: random numbers: none");
}

/*
 * A marker that stays in the caches never reaches DRAM, and what is there
 * then reads as noise in the next session, whatever its key is.
 */
static void test_flushed(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct mock_result r;
    unsigned int i, nr, line;
    uint64_t sum = 0;

    start(true);
    memset(&mock_flushed, 0, sizeof(mock_flushed));
    boot(&r);
    nr = find_places(place);
    for ( i = 0; i < nr; i++ )
        for ( line = 0; line < BOOTSCRUB_MARKER_SIZE; line += 32 )
            sum += place[i] + line;
    expect_num(nr * BOOTSCRUB_MARKER_SIZE / 32, mock_flushed.lines,
               "efi: each planted page is flushed, line by line");
    expect_num(sum, mock_flushed.sum, "efi: these lines and no others");
    expect_num(nr, mock_flushed.fences, "efi: it waits for each page");
}

/* What is not encrypted would be noise once it is. */
static void test_plaintext(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    uint8_t before[BOOTSCRUB_MARKER_SIZE];
    struct mock_boot m = intel;
    struct mock_result r;

    start(true);
    find_places(place);
    memcpy(before, (void *)place[0], sizeof(before));
    m.regs.activate = 1;
    mock_run(&m, &r);
    expect_num(0, memcmp(before, (void *)place[0], sizeof(before)),
               "efi: a session without encryption plants nothing");
}

/* An address bit that goes nowhere: two places are one page. */
static void test_alias(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct bootscrub_record record = {};
    struct mock_result r;
    unsigned int i;
    int fd = memfd_create("page", 0);

    start(true);
    find_places(place);
    if ( ftruncate(fd, BOOTSCRUB_MARKER_SIZE) )
        abort();
    for ( i = 0; i < 2; i++ )
        mmap((void *)place[i], BOOTSCRUB_MARKER_SIZE, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_FIXED, fd, 0);
    boot(&r);
    for ( i = 0; i < 2; i++ )
        mmap((void *)place[i], BOOTSCRUB_MARKER_SIZE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    close(fd);

    bootscrub_record_decode(&record, mock_firmware.record.data,
                            mock_firmware.record.size);
    expect_num(1, record.nr_markers,
               "efi: only pages that hold what was planted are recorded");
    expect_num(place[1], record.marker[0], "efi: the one planted last");
}

/* The firmware says that it did not do what it did. */
static void test_lies(void)
{
    static const uint8_t zero[BOOTSCRUB_TOKEN_SIZE];
    struct mock_result r;

    start(true);
    mock_firmware.plan = (struct mock_plan){ 1, 'k', MOCK_LIE,
                                             EFI_DEVICE_ERROR };
    boot(&r);
    expect_num(false, r.facts.chain.counter[BOOTSCRUB_TPM_RESET].present,
               "efi: a TPM command that failed says nothing");

    start(true);
    mock_firmware.plan = (struct mock_plan){ 1, 't', MOCK_FAIL,
                                             EFI_DEVICE_ERROR };
    boot(&r);
    expect_num(-EIO, r.receipt, "efi: a receipt that failed is reported");
    expect_num(0, memcmp(bootscrub_loader.token, zero, sizeof(zero)),
               "efi: the token is wiped once it has been used");

    start(true);
    boot(&r);
    expect_num(0, r.receipt, "efi: a receipt that is written is reported");
    expect_num(0, memcmp(bootscrub_loader.token, zero, sizeof(zero)),
               "efi: then, too");
    expect_num(false, r.token_left, "efi: nor is it left on the stack");
}

/* What the firmware does not say is not taken from what it left behind. */
static void test_half_done(void)
{
    struct mock_result r;
    unsigned int i;

    start(true);
    mock_firmware.plan = (struct mock_plan){ 1, 'g', MOCK_LIE,
                                             EFI_DEVICE_ERROR };
    boot(&r);
    expect_num(BOOTSCRUB_R_RECORD_INVALID, r.verdict.reason,
               "efi: a record that comes with an error is invalid");

    start(true);
    mock_firmware.plan = (struct mock_plan){ 1, 'h', MOCK_LIE,
                                             EFI_DEVICE_ERROR };
    boot(&r);
    expect_num(BOOTSCRUB_R_NOT_CLEAN, r.verdict.reason,
               "efi: a receipt that comes with an error is none");

    start(true);
    mock_firmware.no_counter = true;
    boot(&r);
    expect_num(false, r.facts.chain.counter[BOOTSCRUB_MONOTONIC].present,
               "efi: a count that comes with an error is none");

    /* All is accepted and nothing is done: the old record is read back. */
    start(true);
    mock_firmware.set_ignored = true;
    boot(&r);
    mock_firmware.set_ignored = false;
    expect_num(BOOTSCRUB_R_RECORD_NOT_WRITTEN,
               r.verdict.gate[BOOTSCRUB_G_RECORDED],
               "efi: a record that reads back as another is not written");
    expect_num(false, r.verdict.receipt, "efi: so no receipt is due");

    /* Without a memory map there is nothing that is covered. */
    for ( i = 0; i < 2; i++ )
    {
        start(true);
        mock_firmware.plan = (struct mock_plan){ 1 + i, i ? 'm' : 'p',
                                                 MOCK_FAIL, EFI_DEVICE_ERROR };
        boot(&r);
        expect_num(false, mock_firmware.record.there,
                   "efi: no memory map: no record");
        expect_num(false, mock_firmware.pool_in_use,
                   "efi: no memory map: no memory is kept");
    }
}

/* Turns that did not pay are counted by the loader, as what it finds. */
static void test_unpaid(void)
{
    struct bootscrub_record record = {};
    struct mock_result r;
    unsigned int i;

    start(true);
    for ( i = 0; i < 3; i++ )
    {
        boot(&r);
        bootscrub_record_decode(&record, mock_firmware.record.data,
                                mock_firmware.record.size);
        /* The first boot of a chain is paid back by the second. */
        expect_num(!i, record.unpaid, "efi: unpaid: boot %u of a chain",
                   i + 2);
        reset();
    }
}

/*
 * Dom0 breaks the history in each session, and calls each receipt one of a
 * skip, which would start the count of turns anew: which boots wait?
 */
static void test_called_a_skip(void)
{
    char came[17] = "";
    struct mock_result r;
    unsigned int i;

    start(false);
    for ( i = 0; i < 16; i++ )
    {
        boot(&r);
        came[i] = r.scrubbed ? 'w' : '-';
        if ( mock_firmware.receipt.there )
            mock_firmware.receipt.data[24] = 1;
        mock_firmware.count += 1ULL << 32;
        reset();
    }

    expect_str("w-w---w-------w-", came,
               "efi: each receipt called one of a skip: which boots wait");
}

/* Memory that somebody set apart is conventional, and not covered. */
static void test_specific(void)
{
    static const struct {
        const char *what;
        uint64_t attr;
    } cases[] = {
        { "EFI_MEMORY_SP", 0x40000 },
        { "EFI_MEMORY_HOT_PLUGGABLE", 0x100000 },
    };
    struct mock_boot m = intel;
    struct mock_result r;
    unsigned int i;

    m.nr_probes = 2;
    m.probe[0] = (struct bootscrub_range){ MOCK_RAM, COVERED };
    m.probe[1] = (struct bootscrub_range){ COVERED, COVERED + 128 * MIB };
    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        start(true);
        mock_map_add(EfiConventionalMemory, COVERED, COVERED + 128 * MIB,
                     ATTR_WB | cases[i].attr);
        mock_run(&m, &r);
        expect_num(true, r.unmarked[0], "efi: %s: the rest is skipped",
                   cases[i].what);
        expect_num(false, r.unmarked[1], "efi: %s: it is not",
                   cases[i].what);
    }
}

/* From a BIOS: what an assertion skips is at or above 4 GiB. */
static void test_bios(void)
{
    struct mock_boot m = intel;
    struct mock_result r;
    unsigned int i;

    m.efi = m.runtime_services = false;
    m.options = "auto,assert-encrypted";
    m.nr_probes = 3;
    m.probe[0] = (struct bootscrub_range){ 1ULL << 30, 1ULL << 32 };
    m.probe[1] = (struct bootscrub_range){ 1ULL << 32, (1ULL << 32) + MIB };
    m.probe[2] = (struct bootscrub_range){ MOCK_RAM, COVERED };
    start(false);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action, "efi: BIOS: asserted: skips");
    expect_num(false, r.unmarked[0], "efi: BIOS: not below 4 GiB");
    expect_num(true, r.unmarked[1] && r.unmarked[2],
               "efi: BIOS: what is above");

    /* But for what is no RAM, and what TME leaves unencrypted. */
    m.reserved = (struct bootscrub_range){ MOCK_RAM + 4 * MIB,
                                           MOCK_RAM + 6 * MIB };
    m.regs.exclude_base = MOCK_RAM + 8 * MIB;
    m.regs.exclude_mask = (((1ULL << 46) - 1) & -(2 * MIB)) | 1U << 11;
    m.nr_probes = 5;
    for ( i = 0; i < 5; i++ )
        m.probe[i] = (struct bootscrub_range){
            MOCK_RAM + (i + 1) * 2 * MIB, MOCK_RAM + (i + 2) * 2 * MIB
        };
    start(false);
    mock_run(&m, &r);
    expect_num(false, r.unmarked[1], "efi: BIOS: not what is reserved");
    expect_num(false, r.unmarked[3], "efi: BIOS: not what is excluded");
    expect_num(true, r.unmarked[0] && r.unmarked[2] && r.unmarked[4],
               "efi: BIOS: what is around them");

    /* A page that is RAM in part is none. */
    m.reserved.end += 0x800;
    start(false);
    mock_run(&m, &r);
    expect_num(true, r.unmarked[2], "efi: BIOS: what is behind half a page");
}

/* A page in TME's exclusion range is raw: it does not become a marker. */
static void test_excluded(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct mock_boot m = intel;
    struct mock_result r;
    uint8_t before[BOOTSCRUB_MARKER_SIZE];

    start(true);
    find_places(place);
    memcpy(before, (void *)place[1], sizeof(before));
    m.regs.exclude_base = place[1] & -(2 * MIB);
    m.regs.exclude_mask = (((1ULL << 46) - 1) & -(2 * MIB)) | 1U << 11;
    mock_run(&m, &r);
    expect_num(true, r.verdict.gate[BOOTSCRUB_G_COVERAGE] ==
                     BOOTSCRUB_R_RAM_CHANGED, "efi: an exclusion range came");
    expect_num(0, memcmp(before, (void *)place[1], sizeof(before)),
               "efi: what is not encrypted is not planted");
    expect_num(true, bootscrub_marker_intact((void *)place[0], place[0]),
               "efi: the rest is");
}

/* The crash kernel's area is no part of the heap, and scrubbed with it. */
static void test_crash_area(void)
{
    struct mock_boot m = intel;
    struct mock_result r;

    m.crash = (struct bootscrub_range){ MOCK_RAM + 8 * MIB,
                                        MOCK_RAM + 12 * MIB };
    m.nr_probes = 1;
    m.probe[0] = (struct bootscrub_range){ 0, COVERED };
    start(false);
    mock_run(&m, &r);
    expect_num(true, r.scrubbed, "efi: crashkernel=: a complete scrub");
    expect_num(true, r.unmarked[0], "efi: nothing is scrubbed twice");
    expect_num(0, r.skipped_pages, "efi: none of it is skipped");
    expect_num(4 * MIB, r.crash_cleared, "efi: crashkernel=: all of the area");

    m.crash.start++;
    m.crash.end--;
    start(false);
    mock_run(&m, &r);
    expect_num(4 * MIB - 2 * 4096, r.crash_cleared,
               "efi: crashkernel=: no page beyond it");
}

/* Firmware has over 100 pieces below 4 GiB, which take nobody's place. */
static void test_low_pieces(void)
{
    struct mock_result r;
    unsigned int i, boots;

    start(false);
    for ( boots = 0; boots < 2; boots++ )
    {
        reset();
        mock_map_clear();
        for ( i = 0; i < 120; i++ )
            mock_map_add(i & 1 ? EfiBootServicesData : EfiReservedMemoryType,
                         i * MIB, (i + 1) * MIB, ATTR_WB);
        mock_map_add(EfiConventionalMemory, MOCK_RAM, COVERED, ATTR_WB);
        boot(&r);
    }
    expect_num(BOOTSCRUB_SKIP, r.verdict.action,
               "efi: 120 pieces below 4 GiB: skips");
}

/* mem= takes memory away, and gives it back. */
static void test_limited(void)
{
    char waits[9] = "", skips[9] = "";
    struct mock_boot m = intel;
    struct mock_result r;
    unsigned int i;

    start(false);
    for ( i = 0; i < 8; i++ )
    {
        m.heap.end = i < 5 ? MOCK_RAM + 64 * MIB : intel.heap.end;
        mock_run(&m, &r);
        waits[i] = r.scrubbed ? 'w' : '-';
        skips[i] = r.verdict.action == BOOTSCRUB_SKIP ? 's' : '-';
        expect_num(i >= 6, is_confirmed(), "efi: mem=: boot %u: a receipt",
                   i + 1);
        expect_num(i < 5 ? BOOTSCRUB_RECEIPT_LIMITED
                         : i < 6 ? BOOTSCRUB_RECEIPT_NOT_DUE : 0, r.receipt,
                   "efi: mem=: boot %u: what is said of it", i + 1);
        reset();
    }
    expect_str("------w-", waits, "efi: mem= for five boots: which wait");
    expect_str("-------s", skips, "efi: mem= for five boots: which skip");

    /* What the firmware called RAM is reserved now. */
    m.reserved = (struct bootscrub_range){ MOCK_RAM + 4 * MIB,
                                           MOCK_RAM + 6 * MIB };
    start(true);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_RECEIPT_LIMITED, r.receipt,
               "efi: reserved memory: no receipt");

    m.reserved = (struct bootscrub_range){ 1ULL << 30, 2ULL << 30 };
    start(true);
    mock_run(&m, &r);
    expect_num(0, r.receipt, "efi: reserved memory that never was RAM");
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

static void test_efi(void)
{
    machine = intel;
    test_order();
    test_not_asked();
    test_states();
    test_entry();
    test_cleared();
    test_one_counter();
    test_all_in_use();
    test_session();
    test_stale_token();
    test_record_lost();
    test_leftovers();
    test_most_places();
    test_place_in_use();
    test_reserve();
    test_first_edition();
    test_tables();
    test_plain_node();
    test_one_readable();
    test_spans();
    test_first_page();
    test_many_packages();
    test_told();
    test_two_resets();
    test_asserted_again();
    test_random();
    test_flushed();
    test_plaintext();
    test_alias();
    test_lies();
    test_half_done();
    test_unpaid();
    test_called_a_skip();
    test_specific();
    test_bios();
    test_excluded();
    test_crash_area();
    test_low_pieces();
    test_limited();
    test_key_kept();
    test_failures(errors, ARRAY_SIZE(errors));
    try_with_status(EFI_OUT_OF_RESOURCES, "full");
    try_with_status(EFI_WRITE_PROTECTED, "protected");
    try_variables();
    try_damage();

    test_amd();
    test_cbit_tried();
    test_cbit_needless();
    test_cbit_damaged();
    test_amd_sockets();
    test_amd_nodes();
    test_amd_half();
    machine = amd;
    test_key_kept();
    test_failures(errors, 1);
}
UNIT_TESTS(test_efi)
