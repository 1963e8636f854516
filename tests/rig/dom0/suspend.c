/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Suspends the machine to RAM (S3).  Somebody else has to wake it.
 */

#include "dom0.h"
#include "hypercall.h"

/*
 * PM1 control register (ACPI 6.5, table 4.13).  SLP_TYP for S3 is what \_S3
 * of QEMU's ICH9 says; dom0 reads no AML.
 */
#define SCI_EN     0x0001
#define SLP_TYP_S3 0x0400
#define SLP_EN     0x2000

bool cmd_suspend(char *arg)
{
    static struct platform_acpi_sleep op = {
        .cmd = XENPF_enter_acpi_sleep,
        .interface_version = XENPF_INTERFACE_VERSION,
        .val_a = SCI_EN | SLP_TYP_S3 | SLP_EN,
        .sleep_state = 3,
    };
    long ret;

    (void)arg;
    printf("dom0: suspending\n");
    ret = hypercall3(HYPERCALL_platform_op, addr(&op), 0, 0);
    printf("dom0: resumed, error %ld\n", ret);

    return !ret;
}
