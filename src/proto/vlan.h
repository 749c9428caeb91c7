/* SPDX-License-Identifier: Apache-2.0 */
/* The tags before an EtherType (IEEE 802.1Q, 802.1ad) as protocols. */
#ifndef SONDE_PROTO_VLAN_H
#define SONDE_PROTO_VLAN_H

#include "proto/registry.h"

extern const struct dissector vlan_dissector;
extern const struct dissector qinq_dissector;

#endif
