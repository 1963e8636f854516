# SPDX-License-Identifier: GPL-2.0-only
# The devices that the emulated machine needs, for QEMU's
# --without-default-devices --with-devices-x86_64=bootscrub.
# Not a general-purpose list: no graphics, network or sound.

# The machine; brings pflash, AHCI, the serial port and fw_cfg.
CONFIG_Q35=y

# Ends a run with an exit status of the guest's choice.
CONFIG_ISA_DEBUG=y

# Disks, and what firmware takes EFI_RNG_PROTOCOL from.
CONFIG_VIRTIO_PCI=y
CONFIG_VIRTIO_BLK=y
CONFIG_VIRTIO_RNG=y

# For a TPM 2.0 by swtpm; firmware builds differ in which one they drive.
CONFIG_TPM_EMULATOR=y
CONFIG_TPM_CRB=y
CONFIG_TPM_TIS_ISA=y
CONFIG_NO_TPM=y

# AMD's secure processor, and root ports to put one behind, as on hardware.
CONFIG_AMD_PSP=y
CONFIG_PCIE_PORT=y

# What a PVH dom0 asks for.
CONFIG_AMD_IOMMU=y

# The USB stick that the kit is tried on.
CONFIG_USB_XHCI_PCI=y
CONFIG_USB_STORAGE_BOT=y
CONFIG_USB_STORAGE_CLASSIC=y
