/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TPM2_ReadClock, as bytes.
 */
#ifndef XEN_LIB_BOOTSCRUB_TPM_H
#define XEN_LIB_BOOTSCRUB_TPM_H

#include <xen/lib/bootscrub/types.h>

#define BOOTSCRUB_TPM_COMMAND_SIZE 10
#define BOOTSCRUB_TPM_RESPONSE_SIZE 35

/* TPM2_ReadClock. */
void bootscrub_tpm_command(uint8_t buf[BOOTSCRUB_TPM_COMMAND_SIZE]);

/*
 * Set *@resets to the resetCount in the response to it.  Returns false for
 * anything but a complete and successful response, and if restartCount says
 * that resetCount misses a boot.
 */
bool bootscrub_tpm_resets(const uint8_t buf[BOOTSCRUB_TPM_RESPONSE_SIZE],
                          uint32_t *resets);

#endif /* XEN_LIB_BOOTSCRUB_TPM_H */
