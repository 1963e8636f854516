/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Would bootscrub=auto skip on this machine?  Judged by what can be seen from
 * a running system; what only the next boot can show is said to be unknown.
 */

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"
#include "tool.h"

struct finding {
    enum bootscrub_state state;
    const char *text; /* a reason's sentence, or what was seen */
    const char *remedy;
};

static struct finding proved(const char *text)
{
    return (struct finding){ BOOTSCRUB_PROVED, text, "" };
}

static struct finding unknown(const char *text, const char *remedy)
{
    return (struct finding){ BOOTSCRUB_UNKNOWN, text, remedy };
}

static struct finding because(enum bootscrub_reason reason)
{
    const struct reason *r = &reasons[reason];

    return (struct finding){ r->state, r->sentence, r->remedy };
}

/* The same in other words: it need not be Xen that runs now. */
static struct finding instead(enum bootscrub_reason reason, const char *text)
{
    const struct reason *r = &reasons[reason];

    return (struct finding){ r->state, text, r->remedy };
}

static struct finding check_bare_metal(const struct probe *p)
{
    if ( !p->known )
        return unknown("The processor's features cannot be read",
                       "Use xen-bootscrub of the same version as Xen");

    if ( !p->regs.hypervisor )
        return proved("No hypervisor below this system");

    return instead(BOOTSCRUB_R_VIRTUALISED,
                   "This is a virtual machine, whose reboot does not renew "
                   "the key");
}

static struct finding check_firmware(void)
{
    if ( !access("/sys/firmware/efi", F_OK) )
        return proved("This boot came through UEFI");

    return instead(BOOTSCRUB_R_NO_BOOT_SERVICES,
                   "This boot did not come through UEFI");
}

/* AMD: no register tells; Linux asks the PSPs and shows what they report. */
static struct finding check_tsme(const struct probe *p)
{
    if ( p->plain )
        return because(BOOTSCRUB_R_NOT_ACTIVE);

    if ( p->tsme && !p->silent )
        return proved("Every PSP that Linux found reports TSME");

    return unknown("No PSP, or not every PSP, tells Linux whether TSME is "
                   "active",
                   reasons[BOOTSCRUB_R_ENCRYPTION_UNKNOWN].remedy);
}

static struct finding check_encryption(const struct probe *p,
                                       const struct memcrypt *m)
{
    static const enum bootscrub_reason reason[] = {
        [MEMCRYPT_NOT_SUPPORTED] = BOOTSCRUB_R_NOT_SUPPORTED,
        [MEMCRYPT_NOT_ACTIVE] = BOOTSCRUB_R_NOT_ACTIVE,
        [MEMCRYPT_BYPASSED] = BOOTSCRUB_R_BYPASSED,
        [MEMCRYPT_NOT_LOCKED] = BOOTSCRUB_R_NOT_LOCKED,
    };

    if ( !p->known )
        return because(BOOTSCRUB_R_ENCRYPTION_UNKNOWN);

    if ( p->amd )
        return check_tsme(p);

    if ( p->differ )
        return because(BOOTSCRUB_R_CPUS_DISAGREE);

    switch ( m->state )
    {
    case MEMCRYPT_ACTIVE:
        return proved("Active and locked, on every processor online");

    case MEMCRYPT_UNKNOWN:
        if ( !p->regs.intel || !p->regs.tme )
            return because(BOOTSCRUB_R_ENCRYPTION_UNKNOWN);
        return unknown("The processor has TME; whether the firmware switched "
                       "it on cannot be read from here",
                       "Boot once with bootscrub=auto; or boot Linux without "
                       "Xen, load the module msr, and check as root");

    default:
        return because(reason[m->state]);
    }
}

static struct finding check_key(const struct memcrypt *m)
{
    switch ( m->key )
    {
    case MEMCRYPT_KEY_RESTORED:
        return because(BOOTSCRUB_R_KEY_RESTORED);

    case MEMCRYPT_KEY_NEW:
        return unknown("It was new at this reset; every boot looks again", "");

    default:
        return unknown("Whether a reset brings a new one, only a reset shows",
                       "");
    }
}

static struct finding check_clean(enum bootscrub_state receipt)
{
    switch ( receipt )
    {
    case BOOTSCRUB_PROVED:
        return unknown("There is a receipt; the next boot tests it", "");

    case BOOTSCRUB_DISPROVED:
        return unknown("There is no receipt, so the next boot with "
                       "bootscrub=auto scrubs, unless all is asserted", "");

    default:
        return unknown("EFI variables cannot be read", "");
    }
}

static struct finding check_recorded(const struct probe *p,
                                     enum bootscrub_state receipt)
{
    if ( receipt == BOOTSCRUB_UNKNOWN )
        return unknown("EFI variables cannot be read",
                       "Boot through UEFI, without efi=no-rs, and mount "
                       "efivarfs on /sys/firmware/efi/efivars");

    if ( !p->known || !p->random )
        return unknown("The processor has no RDRAND; the firmware may have "
                       "random numbers", "See \"check\" of bootscrub.efi");

    return proved("EFI variables and random numbers are there");
}

static void look(struct finding found[BOOTSCRUB_NR_GATES], bool xen)
{
    enum bootscrub_state receipt = receipt_present();
    struct memcrypt m;
    struct probe p;
    unsigned int i;

    if ( xen )
        probe_xen(&p);
    else
        probe_linux(&p);
    memcrypt_decode(&p.regs, &m);

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        found[i] = unknown("Only a boot tells", "");

    found[BOOTSCRUB_G_BARE_METAL] = check_bare_metal(&p);
    found[BOOTSCRUB_G_FIRMWARE] = check_firmware();
    found[BOOTSCRUB_G_ENCRYPTION] = check_encryption(&p, &m);
    found[BOOTSCRUB_G_HISTORY] =
        unknown("The record can be read only while booting",
                "See \"show\" of bootscrub.efi");
    found[BOOTSCRUB_G_KEY] = check_key(&m);
    found[BOOTSCRUB_G_CLEAN] = check_clean(receipt);
    found[BOOTSCRUB_G_COVERAGE] =
        unknown("The memory map is compared while booting", "");
    found[BOOTSCRUB_G_RECORDED] = check_recorded(&p, receipt);
}

/* What Xen found in this boot is better than what can be seen from dom0. */
static void take_status(struct finding found[BOOTSCRUB_NR_GATES],
                        const struct status *s)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        const struct reason *r = find_reason(s->gate[i]);

        found[i] = r ? (struct finding){ r->state, r->sentence, r->remedy }
                   : !strcmp(s->gate[i], "proved")
                   ? proved("As Xen found in this boot")
                   : unknown("A reason that this version of xen-bootscrub "
                             "does not know",
                             "Use xen-bootscrub of the same version as Xen");
    }
}

/* Is what this gate said in this boot going to be so in the next, too? */
static bool is_lasting(const struct status *s, enum bootscrub_gate gate)
{
    const struct reason *r = find_reason(s->gate[gate]);

    if ( !r || r == &reasons[BOOTSCRUB_R_WAS_PLAINTEXT] )
        return false;

    if ( r->state == BOOTSCRUB_DISPROVED )
        return true;

    switch ( gate )
    {
    case BOOTSCRUB_G_FIRMWARE:
    case BOOTSCRUB_G_ENCRYPTION:
        return true;

    case BOOTSCRUB_G_HISTORY:
        return r == &reasons[BOOTSCRUB_R_NO_COUNTER] &&
               !s->boot_counter_is.known && !s->tpm_resets_is.known;

    /*
     * Without the history and the receipt, nothing is evidence for the key.
     * With both, nothing was missing but that evidence.
     */
    case BOOTSCRUB_G_KEY:
        return r == &reasons[BOOTSCRUB_R_UNCHECKED_MEMORY] ||
               (!strcmp(s->gate[BOOTSCRUB_G_HISTORY], "proved") &&
                !strcmp(s->gate[BOOTSCRUB_G_CLEAN], "proved"));

    default:
        return false;
    }
}

/*
 * With auto in force the boot itself is the answer.  "Yes" is said only of a
 * machine that did skip.
 */
static int answer_boot(const struct status *s)
{
    const struct reason *r = find_reason(s->reason);
    unsigned int i;

    if ( !strcmp(s->verdict, "skipped") )
        return r && r->state == BOOTSCRUB_PROVED ? EXIT_OK : EXIT_PERHAPS;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        if ( is_lasting(s, i) )
            return EXIT_NO;

    return EXIT_PERHAPS;
}

/*
 * Without auto, no is what can be told.  Whether a reset renews the key and
 * whether the firmware counts boots only a boot with auto can show.
 */
static int answer(const struct finding found[BOOTSCRUB_NR_GATES])
{
    unsigned int i;

    /* Without UEFI no boot like this one is ever recorded. */
    if ( found[BOOTSCRUB_G_FIRMWARE].state != BOOTSCRUB_PROVED )
        return EXIT_NO;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        if ( found[i].state == BOOTSCRUB_DISPROVED )
            return EXIT_NO;

    return EXIT_PERHAPS;
}

static const char *const answers[] = {
    [EXIT_OK] = "yes: this boot skipped the scrub",
    [EXIT_NO] = "no: with bootscrub=auto every boot like this one scrubs",
    [EXIT_PERHAPS] = "perhaps: nothing that was seen is against it, but not "
                     "everything can be seen from here; boot twice with "
                     "bootscrub=auto and check again",
};

static void show(const struct finding found[BOOTSCRUB_NR_GATES], int result,
                 const char *xen)
{
    unsigned int i;

    heading("bootscrub=auto here");
    field("Answer", result == EXIT_OK ? BOOTSCRUB_PROVED :
                    result == EXIT_NO ? BOOTSCRUB_DISPROVED :
                    BOOTSCRUB_UNKNOWN, answers[result]);
    field("Xen", BOOTSCRUB_UNKNOWN, xen);

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        field(gates[i].token, found[i].state, state_name(found[i].state));
        field("", BOOTSCRUB_UNKNOWN, found[i].text);
        if ( *found[i].remedy )
            field("", BOOTSCRUB_UNKNOWN, found[i].remedy);
    }
}

static void show_json(const struct finding found[BOOTSCRUB_NR_GATES],
                      int result, const char *xen)
{
    static const char *const words[] = { "yes", "no", "perhaps" };
    unsigned int i;

    puts("{\n  \"schema\": 1,");
    json_string("answer", words[result], ",");
    json_string("xen", xen, ",");
    puts("  \"gates\": {");
    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        printf("  ");
        json_string(gates[i].token, state_name(found[i].state),
                    i + 1 < BOOTSCRUB_NR_GATES ? "," : "");
    }
    puts("  }\n}");
}

int cmd_check(bool json)
{
    struct finding found[BOOTSCRUB_NR_GATES];
    const char *xen = "not running";
    struct status s = {};
    int result;

    if ( running_on_xen() )
    {
        if ( !can_ask_xen() || !hypfs_open() )
            return EXIT_ERROR;

        look(found, true);
        result = answer(found);
        if ( auto_in_force() )
        {
            if ( !status_read(&s) )
            {
                status_free(&s);
                hypfs_close();
                return EXIT_ERROR;
            }
            take_status(found, &s);
            result = answer_boot(&s);
            xen = "booted with bootscrub=auto";
        }
        else
            xen = auto_supported() == BOOTSCRUB_DISPROVED
                  ? "built without CONFIG_BOOTSCRUB_AUTO"
                  : auto_supported() == BOOTSCRUB_PROVED
                  ? "knows bootscrub=auto, but was booted without"
                  : "does not say whether it knows bootscrub=auto";
    }
    else
    {
        look(found, false);
        result = answer(found);
    }

    if ( json )
        show_json(found, result, xen);
    else
        show(found, result, xen);

    status_free(&s);
    hypfs_close();

    return result;
}
