/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the numbers of DHCP (IANA, "BOOTP Vendor Extensions and DHCP Options"). */
#ifndef SONDE_PROTO_DHCP_NAMES_H
#define SONDE_PROTO_DHCP_NAMES_H

#include "wire/field.h"

extern const struct value_name dhcp_type_names[];
extern const struct value_name dhcp_hardware_names[];
extern const struct value_name dhcp_option_overload_names[];
extern const struct value_name dhcp_message_names[];
extern const struct value_name dhcp_netbios_over_tcpip_node_type_names[];
extern const struct value_name dhcp_auto_configuration_names[];
extern const struct value_name dhcp_client_system_architecture_names[];
extern const struct value_name dhcp_option_names[];
extern const struct value_name dhcp_relay_suboption_names[];

#endif
