/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's xen/include/efi/efipciio.h: GNU-EFI's, where what Xen calls the
 * protocol's GUID is the name of its type.
 */
#ifndef EFI_XEN_EFIPCIIO_H
#define EFI_XEN_EFIPCIIO_H

#include_next <efi/efipciio.h>

#define EFI_PCI_IO_PROTOCOL EFI_PCI_IO_PROTOCOL_GUID

#endif /* EFI_XEN_EFIPCIIO_H */
