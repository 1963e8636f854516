/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's xen/include/efi/efipciio.h for user space; or GNU-EFI's, where what
 * Xen calls the protocol's GUID is the name of its type.
 */
#ifndef MOCK_EFI_EFIPCIIO_H
#define MOCK_EFI_EFIPCIIO_H

#include_next <efi/efipciio.h>

#ifndef XEN_EFI_HEADERS
#define EFI_PCI_IO_PROTOCOL EFI_PCI_IO_PROTOCOL_GUID
#endif

#endif /* MOCK_EFI_EFIPCIIO_H */
