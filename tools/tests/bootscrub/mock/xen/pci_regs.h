/* SPDX-License-Identifier: GPL-2.0-only */
/* PCI Local Bus 3.0, sections 6.1 and 6.2.5.1. */
#define PCI_VENDOR_ID                 0x00
#define PCI_BASE_ADDRESS_2            0x18
#define PCI_BASE_ADDRESS_3            0x1c
#define PCI_BASE_ADDRESS_SPACE_IO     0x01
#define PCI_BASE_ADDRESS_MEM_TYPE_MASK 0x06
#define PCI_BASE_ADDRESS_MEM_TYPE_64  0x04
#define PCI_BASE_ADDRESS_MEM_MASK     (~0x0fUL)
