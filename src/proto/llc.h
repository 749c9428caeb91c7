/* SPDX-License-Identifier: Apache-2.0 */
/* Logical Link Control (IEEE 802.2) and the sub-network access protocol. */
#ifndef SONDE_PROTO_LLC_H
#define SONDE_PROTO_LLC_H

#include "proto/registry.h"
#include "wire/field.h"

/* Service access points that lead to protocols of ours. */
enum llc_sap {
	LLC_SAP_IP = 0x06,
	LLC_SAP_STP = 0x42,
	LLC_SAP_SNAP = 0xaa,
	LLC_SAP_IPX = 0xe0,
	LLC_SAP_NETBIOS = 0xf0,
};

/* Organisation codes behind which an EtherType or a number of their own stands (SNAP). */
enum llc_oui {
	LLC_OUI_ETHER = 0x000000,
	LLC_OUI_BRIDGED = 0x0000f8, /* IEEE 802.1H */
	LLC_OUI_CISCO = 0x00000c,
};

/* Organisations whose codes stand in SNAP, CDP and LLDP. */
extern const struct value_name llc_oui_names[];

extern const struct dissector llc_dissector;

#endif
