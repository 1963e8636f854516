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

static struct finding check_bare_metal(const struct probe *p)
{
    if ( !p->known )
        return unknown("The processor's features cannot be read",
                       "Use xen-bootscrub of the same version as Xen");

    return p->regs.hypervisor ? because(BOOTSCRUB_R_VIRTUALISED)
                              : proved("No hypervisor below this one");
}

static struct finding check_firmware(void)
{
    return access("/sys/firmware/efi", F_OK)
           ? because(BOOTSCRUB_R_NO_BOOT_SERVICES)
           : proved("This boot came through UEFI");
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
        return unknown("There is no receipt: the next boot with "
                       "bootscrub=auto scrubs, and writes one", "");

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

    if ( xen )
        probe_xen(&p);
    else
        probe_linux(&p);
    memcrypt_decode(&p.regs, &m);

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

/* What Xen saw in this boot is better than what can be seen from dom0. */
static void take_status(struct finding found[BOOTSCRUB_NR_GATES],
                        const struct status *s)
{
    static const enum bootscrub_gate lasting[] = {
        BOOTSCRUB_G_BARE_METAL, BOOTSCRUB_G_FIRMWARE,
        BOOTSCRUB_G_ENCRYPTION, BOOTSCRUB_G_RECORDED,
    };
    unsigned int i;

    for ( i = 0; i < sizeof(lasting) / sizeof(*lasting); i++ )
    {
        const struct reason *r = find_reason(s->gate[lasting[i]]);

        found[lasting[i]] = r
            ? (struct finding){ r->state, r->sentence, r->remedy }
            : !strcmp(s->gate[lasting[i]], "proved")
            ? proved("As Xen found in this boot")
            : unknown(s->gate[lasting[i]], "");
    }

    /* Firmware that kept the key this time will do so again. */
    if ( !strcmp(s->gate[BOOTSCRUB_G_KEY], "proved") )
        found[BOOTSCRUB_G_KEY] =
            unknown("It was new at this reset; every boot looks again", "");
    else
    {
        const struct reason *r = find_reason(s->gate[BOOTSCRUB_G_KEY]);

        if ( r && r->state == BOOTSCRUB_DISPROVED )
            found[BOOTSCRUB_G_KEY] =
                (struct finding){ r->state, r->sentence, r->remedy };
    }
}

/* Can be judged before a boot: what is against it stays so. */
static int answer(const struct finding found[BOOTSCRUB_NR_GATES])
{
    int result = EXIT_OK;
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        bool later = i == BOOTSCRUB_G_HISTORY || i == BOOTSCRUB_G_KEY ||
                     i == BOOTSCRUB_G_CLEAN || i == BOOTSCRUB_G_COVERAGE;

        /* Without UEFI no boot like this one is ever recorded. */
        if ( found[i].state == BOOTSCRUB_DISPROVED ||
             (i == BOOTSCRUB_G_FIRMWARE &&
              found[i].state != BOOTSCRUB_PROVED) )
            return EXIT_NO;

        if ( found[i].state == BOOTSCRUB_UNKNOWN && !later )
            result = EXIT_PERHAPS;
    }

    return result;
}

static const char *const answers[] = {
    [EXIT_OK] = "yes: with bootscrub=auto, boots skip from the second one on "
                "if nothing changes",
    [EXIT_NO] = "no: with bootscrub=auto every boot scrubs, as things are",
    [EXIT_PERHAPS] = "perhaps: nothing is against it, but not all can be "
                     "seen from here",
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
        if ( auto_in_force() && status_read(&s) )
        {
            take_status(found, &s);
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
        look(found, false);

    result = answer(found);
    if ( json )
        show_json(found, result, xen);
    else
        show(found, result, xen);

    status_free(&s);
    hypfs_close();

    return result;
}
