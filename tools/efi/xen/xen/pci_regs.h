/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's header of this name is to files that run on the firmware. */
#define PCI_VENDOR_ID                 0x00
#define PCI_BASE_ADDRESS_2            0x18
#define PCI_BASE_ADDRESS_3            0x1c
#define PCI_BASE_ADDRESS_SPACE_IO     0x01
#define PCI_BASE_ADDRESS_MEM_TYPE_MASK 0x06
#define PCI_BASE_ADDRESS_MEM_TYPE_64  0x04
#define PCI_BASE_ADDRESS_MEM_MASK     (~0x0fUL)
